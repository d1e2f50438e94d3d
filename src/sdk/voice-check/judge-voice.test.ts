import { describe, expect, it, test } from "vitest";
import { kindOfAddress } from "./addresses.ts";
import { judgeVoice, type VoiceCheckReport } from "./judge-voice.ts";
import { listPaths, type PathOutcome, type TriedPath } from "./paths.ts";

const publicAddress = "203.0.113.7";
const lanAddress = "192.168.1.20";

interface Door {
  udp: PathOutcome;
  tcp: PathOutcome;
}

const open: Door = { udp: "reached", tcp: "reached" };
const tcpOnly: Door = { udp: "silent", tcp: "reached" };
const udpOnly: Door = { udp: "reached", tcp: "silent" };
const closed: Door = { udp: "silent", tcp: "silent" };
const refusing: Door = { udp: "silent", tcp: "refused" };

/** One address's paths; of a second worker with the next port too, when its door is given. */
const at = (address: string, kind: TriedPath["kind"], ...doors: Door[]): TriedPath[] =>
  doors.flatMap((door, worker) =>
    (["udp", "tcp"] as const).map((protocol) => ({
      worker,
      protocol,
      address,
      port: 7_880 + worker,
      kind,
      outcome: door[protocol],
      roundTripMs: door[protocol] === "reached" ? 12 : null,
    })),
  );

const tried = (
  paths: TriedPath[],
  changes: Partial<Extract<VoiceCheckReport, { kind: "tried" }>> = {},
): VoiceCheckReport => ({
  kind: "tried",
  page: "https://chat.example.org",
  announcedAddress: paths.find(({ kind }) => kind === "announced")?.address ?? null,
  paths,
  relays: [],
  ...changes,
});

const announced = (...doors: Door[]) => at(publicAddress, "announced", ...doors);
const lan = (...doors: Door[]) => at(lanAddress, "private", ...doors);
const ipv6 = (...doors: Door[]) => at("2001:db8::7", "public", ...doors);
const turn = "turn:turn.example.org:3478";

/** What is found, each as its severity, what the sentence says and what the mend names. */
type Expected = [severity: "fault" | "warning" | "fine", sentence: string, mend: string | null];

const rows: [name: string, report: VoiceCheckReport, expected: Expected[]][] = [
  [
    "all is well",
    tried([...announced(open), ...lan(closed)]),
    [["fine", "UDP and TCP 7880 reach this server: voice works from here.", null]],
  ],
  [
    "all is well on the machine of the server itself, which proves little",
    tried(at("127.0.0.1", "loopback", open), { page: "http://localhost:8080" }),
    [["fine", "voice works from here", "Repeat it from another network."]],
  ],
  [
    "an address that this machine has no way to is no fault",
    tried([...announced(open), ...ipv6(closed)]),
    [["fine", "voice works from here", null]],
  ],
  [
    "several workers, all open",
    tried(announced(open, open, open)),
    [["fine", "UDP and TCP 7880 to 7882 reach", null]],
  ],
  [
    "UDP is blocked",
    tried([...announced(tcpOnly), ...lan(closed)]),
    [["fault", "UDP 7880 does not reach this server; TCP does.", "Open UDP 7880 in the firewall"]],
  ],
  [
    "UDP is blocked outside, and not in the own network",
    tried([...announced(tcpOnly), ...lan(open)]),
    [["fault", "UDP 7880 does not reach this server; TCP does.", "Open UDP 7880 in the firewall"]],
  ],
  [
    "UDP of both workers is blocked",
    tried(announced(tcpOnly, tcpOnly)),
    [["fault", "UDP 7880 and 7881 do not reach this server; TCP does.", "Open UDP 7880 and 7881"]],
  ],
  [
    "TCP is blocked",
    tried(announced(udpOnly)),
    [["warning", "TCP 7880 does not reach this server; UDP does.", "Open TCP 7880 as well"]],
  ],
  [
    "the port of a second worker is closed",
    tried(announced(open, closed)),
    [
      [
        "fault",
        "Neither UDP nor TCP 7881 reaches this server; 7880 does",
        "Open UDP and TCP 7881 in the firewall of the server and forward them to it in its router, or set VOICE_WORKERS to 1.",
      ],
    ],
  ],
  [
    "UDP of a second worker is closed",
    tried(announced(open, tcpOnly)),
    [["fault", "UDP 7881 does not reach this server; TCP does.", "Open UDP 7881"]],
  ],
  [
    "nothing reaches the announced address, and the own network does",
    tried([...announced(closed), ...lan(open)]),
    [
      [
        "fault",
        `The announced address ${publicAddress} does not answer, while ${lanAddress} answers`,
        "Check that VOICE_ANNOUNCED_ADDRESS is the public address of the server.",
      ],
    ],
  ],
  [
    "another machine has the announced address",
    tried([...announced(refusing), ...lan(open)]),
    [["fault", `The announced address ${publicAddress} refuses voice`, "VOICE_ANNOUNCED_ADDRESS"]],
  ],
  [
    "nothing reaches the announced address, and in the own network UDP is blocked besides",
    tried([...announced(closed), ...lan(tcpOnly)]),
    [
      ["fault", "The announced address", "VOICE_ANNOUNCED_ADDRESS"],
      ["fault", "UDP 7880 does not reach this server; TCP does.", "Open UDP 7880"],
    ],
  ],
  [
    "nothing reaches it at all",
    tried([...announced(closed), ...lan(closed)]),
    [
      [
        "fault",
        `Neither UDP nor TCP 7880 reaches this server at ${publicAddress} and ${lanAddress}.`,
        `check that VOICE_ANNOUNCED_ADDRESS (${publicAddress}) is its address`,
      ],
    ],
  ],
  [
    "nothing reaches it, and the announced address is refusing",
    tried(announced(refusing)),
    [["fault", "where a machine refuses them.", "VOICE_ANNOUNCED_ADDRESS"]],
  ],
  [
    "a public interface, all closed",
    tried(at(publicAddress, "public", closed)),
    [["fault", "Neither UDP nor TCP 7880 reaches this server", "Open UDP and TCP 7880"]],
  ],
  [
    "nothing is announced, and only private addresses are offered to a page that is public",
    tried(lan(closed)),
    [
      [
        "fault",
        `only addresses of its own network (${lanAddress})`,
        "Set VOICE_ANNOUNCED_ADDRESS to the public address of the server.",
      ],
    ],
  ],
  [
    "the same, tried from within that network",
    tried(lan(open)),
    [["warning", "whoever is elsewhere cannot talk", "Set VOICE_ANNOUNCED_ADDRESS"]],
  ],
  [
    "a private address is announced on a page that is public",
    tried(at(lanAddress, "announced", closed)),
    [["fault", `The announced address ${lanAddress} is one of a private network`, "public address"]],
  ],
  [
    "a network of its own, and a page in it",
    tried(lan(open), { page: "https://chat.lan" }),
    [["fine", "voice works from here", null]],
  ],
  [
    "a page without HTTPS",
    tried(announced(open), { page: "http://chat.example.org:8080" }),
    [
      ["fault", "http://chat.example.org:8080 is not HTTPS", "reverse proxy with HTTPS"],
      ["fine", "voice works from here", null],
    ],
  ],
  [
    "nothing but the TURN server",
    tried(announced(closed), { relays: [{ url: turn, isReached: true }] }),
    [["warning", "calls go through the TURN server", "Open UDP and TCP 7880"]],
  ],
  [
    "a TURN server that is gone",
    tried(announced(open), { relays: [{ url: turn, isReached: false }] }),
    [["warning", `The TURN server ${turn} does not answer.`, "TURN_SECRET"]],
  ],
  [
    "no voice",
    {
      kind: "unavailable",
      page: "https://chat.example.org",
      cause: "UDP port 7880 is taken by another program; set VOICE_PORT to a free one",
    },
    [
      [
        "fault",
        "This server has no voice: UDP port 7880 is taken by another program; set VOICE_PORT to a free one.",
        "start Together again",
      ],
    ],
  ],
];

describe("VO16 names the fault and its mend", () => {
  it.each(rows)("%s", (_name, report, expected) => {
    const findings = judgeVoice(report);
    expect(findings.map(({ severity }) => severity)).toEqual(expected.map(([severity]) => severity));
    for (const [index, [, sentence, mend]] of expected.entries()) {
      expect(findings[index]?.sentence).toContain(sentence);
      if (mend === null) expect(findings[index]?.mend).toBeNull();
      else expect(findings[index]?.mend).toContain(mend);
    }
  });
});

test.each([
  ["127.0.0.1", "loopback"],
  ["[::1]", "loopback"],
  ["localhost", "loopback"],
  ["chat.localhost", "loopback"],
  ["10.1.2.3", "private"],
  ["172.16.0.1", "private"],
  ["172.32.0.1", "public"],
  ["192.168.1.20", "private"],
  ["169.254.1.1", "private"],
  ["100.64.0.1", "private"],
  ["100.128.0.1", "public"],
  ["::ffff:192.168.1.20", "private"],
  ["[fd00::1]", "private"],
  ["fe80::1", "private"],
  ["2001:db8::1", "public"],
  ["nas", "private"],
  ["chat.local", "private"],
  ["chat.example.org", "public"],
  ["203.0.113.7", "public"],
])("%s is %s", (address, kind) => {
  expect(kindOfAddress(address)).toBe(kind);
});

test("lists every candidate of every worker, and knows which one is announced", () => {
  const candidate = (protocol: "udp" | "tcp", address: string, port: number) =>
    ({ foundation: "1", priority: 1, address, ip: address, port, protocol, type: "host" }) as const;
  const iceParameters = { usernameFragment: "u", password: "p" };
  const dtlsParameters = { fingerprints: [] };
  const paths = listPaths({
    iceServers: [],
    announcedAddress: "Voice.example.org",
    expiresInMs: 20_000,
    transports: [
      {
        iceParameters,
        dtlsParameters,
        iceCandidates: [candidate("udp", "voice.example.org", 7_880), candidate("tcp", lanAddress, 7_880)],
      },
      { iceParameters, dtlsParameters, iceCandidates: [candidate("udp", lanAddress, 7_881)] },
    ],
  });
  expect(paths).toEqual([
    { worker: 0, protocol: "udp", address: "voice.example.org", port: 7_880, kind: "announced" },
    { worker: 0, protocol: "tcp", address: lanAddress, port: 7_880, kind: "private" },
    { worker: 1, protocol: "udp", address: lanAddress, port: 7_881, kind: "private" },
  ]);
});
