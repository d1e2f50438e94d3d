/** A real SFU on 127.0.0.1, for the tests that need real workers. */
import { silentLogger } from "#server/kernel/logger.ts";
import { MediasoupSfu, type MediasoupSfuOptions } from "#server/voice/sfu/mediasoup-sfu.ts";

/** Below the range from which the system gives ports away; files that run at the same time have each their own. */
let nextPort = 21_000 + (process.pid % 200) * 50;

/** The first of so many ports that no other test has. */
export const takePorts = (count: number): number => {
  nextPort += count;
  return nextPort - count;
};

export const requireWorkerBin = (): string => {
  const workerBin = process.env["MEDIASOUP_WORKER_BIN"];
  if (workerBin === undefined) throw new Error("MEDIASOUP_WORKER_BIN must name a mediasoup-worker program");
  return workerBin;
};

export const startSfu = async (options: Partial<MediasoupSfuOptions> = {}) => {
  const { workers = 1 } = options;
  const { port = takePorts(workers) } = options;
  const sfu = await MediasoupSfu.create({
    workerBin: requireWorkerBin(),
    listenAddresses: () => [{ ip: "127.0.0.1" }],
    logger: silentLogger,
    ...options,
    workers,
    port,
  });
  return {
    sfu,
    port,
    /** Those processes alone. */
    killWorkers: (): void => {
      for (const pid of sfu.workerPids) process.kill(pid, "SIGKILL");
    },
    [Symbol.asyncDispose]: (): Promise<void> => sfu.close(),
  };
};
