/**
 * One mediasoup worker: a process that forwards packets on one core, with one WebRtcServer, and so one port for UDP and
 * TCP. It knows how much it has to do; who is placed where is the pool's and the rooms' affair.
 */
import { once } from "node:events";
import { createWorker, type types } from "mediasoup";
import type { Logger } from "../../kernel/logger.ts";
import { mediaCodecs } from "./codecs.ts";
import type { ListenAddress } from "./listen-addresses.ts";
import { findPortFault } from "./port-probe.ts";

interface Options {
  workerBin: string;
  port: number;
  addresses: readonly ListenAddress[];
  logger: Logger;
}

/** Why a worker did not start, in one sentence for people. */
export class WorkerStartError extends Error {
  override readonly name = "WorkerStartError";
}

/** Takes 50 ms; a program that is no worker never says that it runs. */
const startTimeoutMs = 10_000;
/** A worker that was told to close and hangs is left to the system. */
const closeTimeoutMs = 2_000;

/** Of what a worker's work consists, in the order in which it costs. */
export class WorkerLoad {
  /** Streams that are being forwarded, a video counting for several. */
  streams = 0;
  peers = 0;
  rooms = 0;

  isLessThan(other: WorkerLoad): boolean {
    return (this.streams - other.streams || this.peers - other.peers || this.rooms - other.rooms) < 0;
  }
}

const toListenInfos = (addresses: readonly ListenAddress[], port: number): types.TransportListenInfo[] =>
  // Candidates are preferred in this order: first UDP on each address, then TCP.
  (["udp", "tcp"] as const).flatMap((protocol) =>
    addresses.map((address) => ({ ...address, protocol, port, exposeInternalIp: true })),
  );

const startProcess = async (workerBin: string): Promise<types.Worker> => {
  const starting = createWorker({ workerBin });
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`not running after ${startTimeoutMs} ms`)), startTimeoutMs);
  try {
    return await Promise.race([starting, tooLate]);
  } catch (error) {
    starting.then(
      (late) => late.close(),
      () => undefined,
    );
    throw error;
  } finally {
    clearTimeout(timer);
  }
};

export class VoiceWorker {
  readonly load = new WorkerLoad();
  readonly webRtcServer: types.WebRtcServer;
  readonly #worker: types.Worker;

  private constructor(worker: types.Worker, webRtcServer: types.WebRtcServer) {
    this.#worker = worker;
    this.webRtcServer = webRtcServer;
  }

  /** @throws WorkerStartError */
  static async start({ workerBin, port, addresses, logger }: Options): Promise<VoiceWorker> {
    let worker: types.Worker;
    try {
      worker = await startProcess(workerBin);
    } catch (error) {
      logger.debug({ error, workerBin }, "the voice worker does not run");
      throw new WorkerStartError("The voice worker does not run; `npm run voice:worker` says why", {
        cause: error,
      });
    }
    try {
      return new VoiceWorker(
        worker,
        await worker.createWebRtcServer({ listenInfos: toListenInfos(addresses, port) }),
      );
    } catch (error) {
      worker.close();
      // Looked at after the worker failed, and not before, when it might still have been free.
      const sentence = await findPortFault(port, addresses);
      throw new WorkerStartError(sentence ?? `The voice worker cannot listen on port ${port}`, {
        cause: error,
      });
    }
  }

  get pid(): number {
    return this.#worker.pid;
  }

  /** Neither dead nor closed; mediasoup closes its workers by itself when the process is told to end. */
  get isRunning(): boolean {
    return !this.#worker.closed;
  }

  /** Calls once if the process ends by itself, when all that was in it is closed. Returns the way to call it off. */
  onDied(listener: () => void): () => void {
    this.#worker.once("died", listener);
    return () => this.#worker.off("died", listener);
  }

  createRouter(): Promise<types.Router> {
    return this.#worker.createRouter({ mediaCodecs });
  }

  getResourceUsage(): Promise<types.WorkerResourceUsage> {
    return this.#worker.getResourceUsage();
  }

  /** Its port is free afterwards. */
  async close(): Promise<void> {
    this.#worker.close();
    if (this.#worker.subprocessClosed) return;
    const timeout = AbortSignal.timeout(closeTimeoutMs);
    await Promise.race([once(this.#worker, "subprocessclose"), once(timeout, "abort")]);
  }
}
