import { silentLogger } from "../../kernel/logger.ts";
import { MediasoupSfu, type MediasoupSfuOptions } from "./mediasoup-sfu.ts";
import { describeSfu } from "./sfu.suite.ts";

/** Below the ephemeral range, and each test's own: files run at the same time. */
let nextPort = 21_000 + (process.pid % 100) * 50;

const requireWorkerBin = (): string => {
  const workerBin = process.env["MEDIASOUP_WORKER_BIN"];
  if (workerBin === undefined) throw new Error("MEDIASOUP_WORKER_BIN must name a mediasoup-worker");
  return workerBin;
};

const startSfu = async (options: Partial<MediasoupSfuOptions> = {}) => {
  const workers = options.workers ?? 1;
  const port = options.port ?? nextPort;
  nextPort += workers;
  const sfu = await MediasoupSfu.create({
    workerBin: requireWorkerBin(),
    workers,
    port,
    listenAddresses: () => [{ ip: "127.0.0.1" }],
    logger: silentLogger,
    ...options,
  });
  return {
    sfu,
    port,
    killWorkers: () => {
      for (const pid of sfu.workerPids) process.kill(pid, "SIGKILL");
    },
    [Symbol.asyncDispose]: () => sfu.close(),
  };
};

describeSfu("MediasoupSfu", () => startSfu());
