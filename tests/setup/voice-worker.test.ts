/** How a start comes by its voice worker: where it looks, what it keeps, and what it says when there is none. */
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { createWorker, type types } from "mediasoup";
import { describe, expect, test, vi } from "vitest";

import { Command } from "./command.ts";

const root = resolve(import.meta.dirname, "../..");
const workerName = "mediasoup-worker";

/** What a real worker does that was not started by mediasoup. */
const runningWorker = "#!/bin/sh\nexit 41\n";
/** What the loader does with one whose libraries are gone. */
const brokenWorker = "#!/bin/sh\nexit 127\n";

/** A user with an empty cache, on a machine with neither compiler nor apt. */
class Machine implements Disposable {
  readonly #home = mkdtempSync(join(tmpdir(), "together-worker-"));
  readonly #bin = join(this.#home, "bin");
  readonly cacheDir = join(this.#home, "cache", "together");

  constructor() {
    mkdirSync(this.#bin);
    for (const name of ["tar", "gzip"]) symlinkSync(join("/bin", name), join(this.#bin, name));
  }

  /** Runs `npm run voice:worker`, as that user. */
  async ensureWorker(env: NodeJS.ProcessEnv): Promise<{ exitCode: number | null; said: string }> {
    const own = { PATH: this.#bin, HOME: this.#home, XDG_CACHE_HOME: join(this.#home, "cache") };
    await using command = Command.run({ path: root, env: { ...own, ...env } }, ensureWorker);
    return { exitCode: await command.exitCode, said: command.lines.at(-1) ?? "" };
  }

  write(name: string, script: string): string {
    const file = join(this.#home, name);
    writeFileSync(file, script, { mode: 0o755 });
    return file;
  }

  /** Gives it commands, of a system that has them without what they do. */
  install(names: readonly string[], script: string): void {
    for (const name of names) this.write(join("bin", name), script);
  }

  /** What a release page offers for download. */
  pack(script: string): Buffer {
    const file = this.write(workerName, script);
    return execFileSync("tar", ["-czf", "-", "-C", dirname(file), workerName]);
  }

  [Symbol.dispose](): void {
    rmSync(this.#home, { recursive: true, force: true });
  }
}

const ensureWorker = [process.execPath, "scripts/ensure-voice-worker.mjs"];

/** A release page on this machine. */
const serveReleases = async (
  answer: RequestListener,
): Promise<AsyncDisposable & { env: NodeJS.ProcessEnv }> => {
  const server = createServer(answer);
  const { promise: listening, resolve: onListening } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", onListening);
  await listening;
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a port has no number");
  return {
    env: { MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL: `http://127.0.0.1:${address.port}` },
    [Symbol.asyncDispose]: async () => {
      const { promise: closed, resolve: onClosed } = Promise.withResolvers<void>();
      server.close(() => onClosed());
      server.closeAllConnections();
      await closed;
    },
  };
};

const noReleases = { MEDIASOUP_SKIP_WORKER_PREBUILT_DOWNLOAD: "1" };

describe("the worker that MEDIASOUP_WORKER_BIN names", () => {
  test("is taken when it runs", async () => {
    using machine = new Machine();
    const worker = machine.write("my-worker", runningWorker);
    expect(await machine.ensureWorker({ ...noReleases, MEDIASOUP_WORKER_BIN: worker })).toEqual({
      exitCode: 0,
      said: worker,
    });
  });

  test("is the only one that counts: one that does not run is told", async () => {
    using machine = new Machine();
    const worker = machine.write("my-worker", brokenWorker);
    await using releases = await serveReleases((_, response) => response.end(machine.pack(runningWorker)));
    const { exitCode, said } = await machine.ensureWorker({ ...releases.env, MEDIASOUP_WORKER_BIN: worker });
    expect(exitCode).toBe(1);
    expect(said).toContain(`MEDIASOUP_WORKER_BIN names ${worker}, which does not run; mend or unset`);
  });
});

describe("the release's prebuilt worker", () => {
  test("is fetched once, and again when an upgrade of the system has broken it", async () => {
    using machine = new Machine();
    const asked: string[] = [];
    await using releases = await serveReleases((request, response) => {
      asked.push(request.url ?? "");
      response.end(machine.pack(runningWorker));
    });

    const first = await machine.ensureWorker(releases.env);
    expect(first.exitCode).toBe(0);
    expect(dirname(dirname(first.said))).toBe(machine.cacheDir);
    expect(asked).toEqual([expect.stringMatching(/^\/(\d+\.\d+\.\d+)\/mediasoup-worker-\1-[\w-]+\.tgz$/)]);

    expect(await machine.ensureWorker(releases.env)).toEqual(first);
    expect(asked).toHaveLength(1);

    writeFileSync(first.said, brokenWorker);
    expect(await machine.ensureWorker(releases.env)).toEqual(first);
    expect(asked).toHaveLength(2);
    expect(readdirSync(machine.cacheDir).filter((name) => name.includes(".making-"))).toEqual([]);
  });

  test.for<[string, (machine: Machine) => RequestListener]>([
    ["does not run here", (machine) => (_, response) => response.end(machine.pack(brokenWorker))],
    ["does not exist", () => (_, response) => response.writeHead(404).end()],
    ["is not an archive", () => (_, response) => response.end("welcome to this hotel's network")],
    // A firewall that swallows packets: this one takes its time, and then goes on.
    ["is never answered for", () => () => {}],
  ])("that %s is not kept, and the machine says what a build would need", async ([, answer]) => {
    using machine = new Machine();
    await using releases = await serveReleases(answer(machine));
    const { exitCode, said } = await machine.ensureWorker(releases.env);
    expect(exitCode).toBe(1);
    expect(said).toContain("this machine lacks meson, ninja-build, pkg-config, g++, libssl-dev");
    expect(said).toMatch(/; install what your system calls meson, .*, libflatbuffers-dev\.$/);
    expect(readdirSync(machine.cacheDir)).toEqual([]);
  });
});

describe("a build that lacks packages", () => {
  test("names the one command that installs those, when apt is there but cannot", async () => {
    using machine = new Machine();
    machine.install(["meson", "flatc", "pkg-config", "dpkg"], "#!/bin/sh\nexit 0\n");
    machine.install(["apt-get"], "#!/bin/sh\nexit 100\n");
    const { exitCode, said } = await machine.ensureWorker(noReleases);
    expect(exitCode).toBe(1);
    expect(said).toContain("this machine lacks ninja-build, g++, libflatbuffers-dev");
    // As root it has been tried.
    expect(said).toMatch(/; run this (as root|by hand): apt-get update && apt-get install -y/);
    expect(said).toContain("--no-install-recommends ninja-build g++ libflatbuffers-dev.");
  });
});

/** `mediasoup-worker-<version>-<platform>-<architecture>`, as a fetched one's directory begins. */
const findReleaseName = async (machine: Machine): Promise<string> => {
  await using releases = await serveReleases((_, response) => response.end(machine.pack(runningWorker)));
  const { said } = await machine.ensureWorker(releases.env);
  return basename(dirname(said)).replace(/-fetched$/, "");
};

const opus: types.RouterRtpCodecCapability = {
  kind: "audio",
  mimeType: "audio/opus",
  preferredPayloadType: 100,
  clockRate: 48_000,
  channels: 2,
};

const ssrc = 1234;
const payload = "heard";

const rtpPacket = (sequenceNumber: number): Buffer => {
  const header = Buffer.from([0x80, 100, 0, sequenceNumber, 0, 0, 0, sequenceNumber, 0, 0, 0, 0]);
  header.writeUInt32BE(ssrc, 8);
  return Buffer.concat([header, Buffer.from(payload)]);
};

/**
 * The one that the tests of voice run on. `npm test` has built it from the sources where it was not kept from before: its
 * directory is named after a digest of all that it is made of, so another recipe never meets an older worker.
 */
describe("the worker of this machine", () => {
  const { MEDIASOUP_WORKER_BIN: workerBin } = process.env;
  if (!workerBin) throw new Error("npm test finds the worker and names it in MEDIASOUP_WORKER_BIN");

  test("is found again from then on, without what it was made with", async () => {
    using machine = new Machine();
    const release = await findReleaseName(machine);
    const kept = join(machine.cacheDir, `${release}-fetched`, workerName);
    mkdirSync(dirname(kept), { recursive: true });
    copyFileSync(workerBin, kept);
    expect(await machine.ensureWorker(noReleases)).toEqual({ exitCode: 0, said: kept });
  });

  // Those that browsers and mediasoup agree on. Each is another way through what is laid over libsrtp.
  test.for<types.SrtpCryptoSuite>([
    "AEAD_AES_256_GCM",
    "AEAD_AES_128_GCM",
    "AES_CM_128_HMAC_SHA1_80",
    "AES_CM_128_HMAC_SHA1_32",
  ])("carries audio under %s", async (suite) => {
    const worker = await createWorker({ workerBin });
    try {
      const ear = await connectRouters(worker, suite);
      await vi.waitFor(() => expect(ear.heard.length).toBeGreaterThan(0), { timeout: 10_000 });
      expect(ear.heard[0]).toBe(payload);
    } finally {
      worker.close();
    }
  });
});

/** Sends audio into one router and listens to another, with SRTP over this machine's network between the two. */
const connectRouters = async (
  worker: types.Worker,
  srtpCryptoSuite: types.SrtpCryptoSuite,
): Promise<{ heard: string[] }> => {
  const near = await worker.createRouter({ mediaCodecs: [opus] });
  const far = await worker.createRouter({ mediaCodecs: [opus] });
  const wire: types.PlainTransportOptions = {
    listenInfo: { protocol: "udp", ip: "127.0.0.1" },
    enableSrtp: true,
    srtpCryptoSuite,
  };
  const outgoing = await near.createPlainTransport(wire);
  const incoming = await far.createPlainTransport(wire);
  await outgoing.connect(getAddress(incoming));
  await incoming.connect(getAddress(outgoing));

  const mouth = await near.createDirectTransport();
  const codecs = [{ mimeType: opus.mimeType, payloadType: 100, clockRate: 48_000, channels: 2 }];
  const voice = await mouth.produce({ kind: "audio", rtpParameters: { codecs, encodings: [{ ssrc }] } });
  const { rtpParameters } = await outgoing.consume({
    producerId: voice.id,
    rtpCapabilities: near.rtpCapabilities,
  });
  const arrived = await incoming.produce({ kind: "audio", rtpParameters });
  const ear = await far.createDirectTransport();
  const consumer = await ear.consume({ producerId: arrived.id, rtpCapabilities: far.rtpCapabilities });

  const heard: string[] = [];
  consumer.on("rtp", (packet) => heard.push(packet.subarray(-payload.length).toString()));
  for (let sequenceNumber = 1; sequenceNumber <= 20; sequenceNumber += 1) {
    voice.send(rtpPacket(sequenceNumber));
  }
  return { heard };
};

const getAddress = ({ tuple, srtpParameters }: types.PlainTransport) => {
  if (!srtpParameters) throw new Error("a transport without SRTP");
  return { ip: "127.0.0.1", port: tuple.localPort, srtpParameters };
};
