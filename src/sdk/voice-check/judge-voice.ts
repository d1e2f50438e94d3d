/**
 * What is wrong with a server's voice, and what mends it, from what was tried (VO16). Pure: it knows neither sockets nor
 * browsers. An address that nobody answers at is no fault by itself: of several that are offered, one that works is enough.
 */
import { kindOfAddress } from "./addresses.ts";
import type { TriedPath, TriedRelay } from "./paths.ts";

interface Tried {
  kind: "tried";
  /** Where people open Together: the page's own address. */
  page: string;
  announcedAddress: string | null;
  paths: readonly TriedPath[];
  relays: readonly TriedRelay[];
}

export type VoiceCheckReport =
  | Tried
  /** The server has no voice at all, for the cause that it gives. */
  | { kind: "unavailable"; page: string; cause: string };

export interface VoiceFinding {
  /** "fault": people are kept from talking; "warning": some may be, or it could be better; "fine": nothing is wrong. */
  severity: "fault" | "warning" | "fine";
  sentence: string;
  /** What to do, in words for whoever runs the server; null when nothing is. */
  mend: string | null;
}

/** What the judge finds, the worst things first; never nothing. */
export const judgeVoice = (report: VoiceCheckReport): VoiceFinding[] => {
  const found = report.kind === "unavailable" ? [judgeAbsence(report.cause)] : judgePaths(report);
  const rank = ({ severity }: VoiceFinding): number => ["fault", "warning", "fine"].indexOf(severity);
  return [...judgePage(report.page), ...found].toSorted((one, other) => rank(one) - rank(other));
};

const judgeAbsence = (cause: string): VoiceFinding => ({
  severity: "fault",
  sentence: `This server has no voice: ${cause.replace(/\.$/, "")}.`,
  mend: "Mend that where the server runs, start Together again and repeat the check.",
});

/** Browsers know an address as secure by HTTPS, or by leading to the machine itself. */
const judgePage = (page: string): VoiceFinding[] => {
  const { protocol, hostname, origin } = new URL(page);
  if (protocol === "https:" || kindOfAddress(hostname) === "loopback") return [];
  return [
    {
      severity: "fault",
      sentence: `${origin} is not HTTPS, so browsers refuse the microphone there: people can only listen.`,
      mend: "Put a reverse proxy with HTTPS in front of Together, and set PUBLIC_URL to the https:// address.",
    },
  ];
};

const isReached = ({ outcome }: { outcome: TriedPath["outcome"] }): boolean => outcome === "reached";

const judgePaths = (tried: Tried): VoiceFinding[] => {
  const { paths, relays } = tried;
  const deadRelays = relays.filter((relay) => !relay.isReached).map(judgeRelay);
  if (!paths.some(isReached)) return [judgeSilence(tried), ...deadRelays];
  const announced = paths.filter(({ kind }) => kind === "announced");
  const isAnnouncedDead = announced.length > 0 && !announced.some(isReached);
  // People outside come in by the announced address alone.
  const judged = announced.some(isReached) ? announced : paths;
  const found = [
    ...(isAnnouncedDead ? [judgeAnnounced(tried, announced)] : []),
    ...judgePorts(judged),
    ...judgeReach(tried),
    ...deadRelays,
  ];
  return found.length > 0 ? found : [praise(tried, judged)];
};

const judgeRelay = ({ url }: TriedRelay): VoiceFinding => ({
  severity: "warning",
  sentence: `The TURN server ${url} does not answer.`,
  mend: "Check TURN_URLS, that its port is open, and that TURN_SECRET is its static-auth-secret.",
});

const andList = new Intl.ListFormat("en", { type: "conjunction" });

const portsOf = (paths: readonly TriedPath[]): number[] => [...new Set(paths.map(({ port }) => port))];

/** "7880", "7880 and 7881", "7880 to 7883". */
const namePorts = (ports: readonly number[]): string => {
  const [first = 0] = ports;
  const isRow = ports.length > 2 && ports.every((port, index) => port === first + index);
  return isRow ? `${first} to ${first + ports.length - 1}` : andList.format(ports.map(String));
};

const nameAddresses = (paths: readonly TriedPath[]): string =>
  andList.format([...new Set(paths.map(({ address }) => address))]);

const forwarding = (ports: string): string =>
  `Open UDP and TCP ${ports} in the firewall of the server and forward them to it in its router`;

/** Whether the page is open to everybody while the media is offered to one network. */
const isOfferedInsideAlone = ({ page, paths }: Tried): boolean =>
  kindOfAddress(new URL(page).hostname) === "public" &&
  paths.every(({ address }) => kindOfAddress(address) !== "public");

const insideWords = ({ announcedAddress, paths }: Tried): string =>
  announcedAddress === null
    ? `The server offers only addresses of its own network (${nameAddresses(paths)}) to callers`
    : `The announced address ${announcedAddress} is one of a private network`;

const announceMend = (ports: string): string =>
  `Set VOICE_ANNOUNCED_ADDRESS to the public address of the server. ${forwarding(ports)}.`;

/** Nothing was reached at all. */
const judgeSilence = (tried: Tried): VoiceFinding => {
  const { paths, relays, announcedAddress } = tried;
  const ports = namePorts(portsOf(paths));
  if (relays.some((relay) => relay.isReached)) {
    return {
      severity: "warning",
      sentence: `Neither UDP nor TCP ${ports} reaches this server; calls go through the TURN server.`,
      mend: `${forwarding(ports)}: calls that go straight to it are faster.`,
    };
  }
  if (isOfferedInsideAlone(tried)) {
    return {
      severity: "fault",
      sentence: `${insideWords(tried)}, and none of them answers here.`,
      mend: announceMend(ports),
    };
  }
  const isWrongMachine = announcedAddress !== null && paths.some(isRefusal);
  return {
    severity: "fault",
    sentence: `Neither UDP nor TCP ${ports} reaches this server at ${nameAddresses(paths)}${isWrongMachine ? ", where a machine refuses them" : ""}.`,
    mend:
      announcedAddress === null
        ? `${forwarding(ports)}.`
        : `${forwarding(ports)}, and check that VOICE_ANNOUNCED_ADDRESS (${announcedAddress}) is its address.`,
  };
};

const isRefusal = ({ outcome, kind }: TriedPath): boolean => outcome === "refused" && kind === "announced";

/** The server is there, but not where people outside are sent. */
const judgeAnnounced = ({ paths }: Tried, announced: readonly TriedPath[]): VoiceFinding => {
  const address = nameAddresses(announced);
  const others = nameAddresses(paths.filter(isReached));
  const how = announced.some(isRefusal) ? "refuses voice" : "does not answer";
  return {
    severity: "fault",
    sentence: `The announced address ${address} ${how}, while ${others} answers: people outside cannot talk.`,
    mend: `Check that VOICE_ANNOUNCED_ADDRESS is the public address of the server. ${forwarding(namePorts(portsOf(announced)))}. Some routers do not let their own network use the public address: when in doubt, repeat the check from another network.`,
  };
};

interface Worker {
  port: number;
  hasUdp: boolean;
  hasTcp: boolean;
}

const listWorkers = (paths: readonly TriedPath[]): Worker[] =>
  [...new Set(paths.map(({ worker }) => worker))].map((worker) => {
    const own = paths.filter((path) => path.worker === worker);
    const has = (protocol: TriedPath["protocol"]): boolean =>
      own.some((path) => path.protocol === protocol && isReached(path));
    return { port: own[0]?.port ?? 0, hasUdp: has("udp"), hasTcp: has("tcp") };
  });

const doOrDoes = ({ length }: readonly Worker[]): string => (length === 1 ? "does" : "do");

const nameWorkers = (workers: readonly Worker[]): string => namePorts(workers.map(({ port }) => port));

/** Rooms are spread over the workers, and each worker has a port of its own. */
const judgePorts = (paths: readonly TriedPath[]): VoiceFinding[] => {
  const workers = listWorkers(paths);
  const dead = workers.filter(({ hasUdp, hasTcp }) => !hasUdp && !hasTcp);
  const alive = workers.filter((worker) => !dead.includes(worker));
  const withoutUdp = alive.filter(({ hasUdp }) => !hasUdp);
  const withoutTcp = alive.filter(({ hasTcp }) => !hasTcp);
  const findings: VoiceFinding[] = [];
  if (dead.length > 0) {
    findings.push({
      severity: "fault",
      sentence: `Neither UDP nor TCP ${nameWorkers(dead)} reaches this server; ${nameWorkers(alive)} ${doOrDoes(alive)}: in some calls nobody is heard.`,
      mend: `Each voice worker has a port of its own. ${forwarding(nameWorkers(dead))}, or set VOICE_WORKERS to ${alive.length}.`,
    });
  }
  if (withoutUdp.length > 0) {
    findings.push({
      severity: "fault",
      sentence: `UDP ${nameWorkers(withoutUdp)} ${doOrDoes(withoutUdp)} not reach this server; TCP does.`,
      mend: `Open UDP ${nameWorkers(withoutUdp)} in the firewall of the server and forward it in its router. Until then calls go by TCP, and stutter where the network is busy. If it is open, the network of this check blocks UDP.`,
    });
  }
  if (withoutTcp.length > 0) {
    findings.push({
      severity: "warning",
      sentence: `TCP ${nameWorkers(withoutTcp)} ${doOrDoes(withoutTcp)} not reach this server; UDP does.`,
      mend: `Open TCP ${nameWorkers(withoutTcp)} as well: some networks block UDP, and people there need it.`,
    });
  }
  return findings;
};

/** What works from here, and from nowhere else. */
const judgeReach = (tried: Tried): VoiceFinding[] => {
  if (!isOfferedInsideAlone(tried)) return [];
  const ports = namePorts(portsOf(tried.paths));
  return [
    {
      severity: "warning",
      sentence: `${insideWords(tried)}: whoever is elsewhere cannot talk.`,
      mend: announceMend(ports),
    },
  ];
};

const praise = ({ page }: Tried, judged: readonly TriedPath[]): VoiceFinding => ({
  severity: "fine",
  sentence: `UDP and TCP ${namePorts(portsOf(judged))} reach this server: voice works from here.`,
  mend:
    kindOfAddress(new URL(page).hostname) === "loopback"
      ? "This was tried on the machine of the server itself, where no firewall and no router stand between. Repeat it from another network."
      : null,
});
