/**
 * The SFU on mediasoup: a few worker processes, and rooms on them. What an operator can meet (no worker, a port that is
 * taken) makes voice unavailable with a sentence that says what to do, and never ends the server.
 */
import { setLogEventListeners } from "mediasoup";
import type { RtpCapabilities } from "#shared/contract/rtp.ts";
import { AppError } from "../../kernel/app-error.ts";
import { type Clock, systemClock } from "../../kernel/clock.ts";
import type { Logger } from "../../kernel/logger.ts";
import { createRetryPolicy, type RetryPolicy } from "../../kernel/retry-policy.ts";
import { type Scheduler, systemScheduler } from "../../kernel/scheduler.ts";
import { routerRtpCapabilities } from "./codecs.ts";
import type { ListenAddress } from "./listen-addresses.ts";
import { MediaProbe } from "./media-probe.ts";
import { MediaRoom } from "./media-room.ts";
import type { Sfu, SfuAvailability, SfuProbe, SfuRoom, SfuRoomListener } from "./sfu.ts";
import { type CreateTransport, webRtcTransports } from "./transports.ts";
import { VoiceWorker } from "./voice-worker.ts";
import { WorkerPool } from "./worker-pool.ts";

export interface MediasoupSfuOptions {
  /** The mediasoup-worker program. */
  workerBin: string;
  /** How many of them; each fills one core at most. */
  workers: number;
  /** The first worker's, for UDP and TCP; each further one has the next. */
  port: number;
  /** Asked whenever a worker starts: a machine's addresses change. */
  listenAddresses: () => readonly ListenAddress[];
  logger: Logger;
  /** A worker was replaced: after an outage rooms can be opened again. */
  onFreshWorker?: () => void;
  /** Default 800. */
  maxStreamsPerWorker?: number;
  /** Default: WebRTC. */
  createTransport?: CreateTransport;
  clock?: Clock;
  scheduler?: Scheduler;
  retryPolicy?: RetryPolicy;
}

/**
 * A stream has 50 packets a second, and a core was measured to forward 59,000: 1,180 streams would fill it. Two thirds
 * leave space for video, for bursts, and for those who join in the same moment.
 */
const defaultMaxStreamsPerWorker = 800;
/** The longest is what an operator waits for after having freed the port. */
const defaultRetry = { firstMs: 100, longestMs: 15_000 };

const createPool = (options: MediasoupSfuOptions, scheduler: Scheduler): Promise<WorkerPool<VoiceWorker>> => {
  const { workerBin, workers, port: firstPort, listenAddresses, logger } = options;
  return WorkerPool.create(
    Array.from({ length: workers }, (_, index) => firstPort + index),
    {
      start: (port) => VoiceWorker.start({ workerBin, port, addresses: listenAddresses(), logger }),
      retryPolicy: options.retryPolicy ?? createRetryPolicy(defaultRetry),
      clock: options.clock ?? systemClock,
      scheduler,
      logger,
      onFreshWorker: () => options.onFreshWorker?.(),
    },
  );
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

export class MediasoupSfu implements Sfu {
  readonly #options: MediasoupSfuOptions;
  readonly #pool: WorkerPool<VoiceWorker>;
  readonly #scheduler: Scheduler;
  readonly #createTransport: CreateTransport;
  readonly #rooms = new Set<MediaRoom>();
  readonly #probes = new Set<MediaProbe>();

  private constructor(options: MediasoupSfuOptions, pool: WorkerPool<VoiceWorker>, scheduler: Scheduler) {
    this.#options = options;
    this.#pool = pool;
    this.#scheduler = scheduler;
    this.#createTransport = options.createTransport ?? webRtcTransports(scheduler);
  }

  /** With the workers that could be started; the others are tried on in the background. */
  static async create(options: MediasoupSfuOptions): Promise<MediasoupSfu> {
    const { logger, scheduler = systemScheduler } = options;
    setLogEventListeners({
      onwarn: (namespace, text) => logger.debug({ namespace }, text),
      onerror: (namespace, text) => logger.warn({ namespace }, text),
    });
    return new MediasoupSfu(options, await createPool(options, scheduler), scheduler);
  }

  /** The workers' process ids, for whoever watches what they cost. */
  get workerPids(): number[] {
    return this.#pool.running.map(({ pid }) => pid);
  }

  availability(): SfuAvailability {
    return this.#pool.availability();
  }

  getRtpCapabilities(): RtpCapabilities {
    const availability = this.availability();
    if (availability.kind === "unavailable") {
      throw new AppError("VOICE_UNAVAILABLE", { cause: availability.cause });
    }
    return routerRtpCapabilities;
  }

  async openRoom(listener: SfuRoomListener): Promise<SfuRoom> {
    const room = await MediaRoom.open(
      {
        pool: this.#pool,
        createTransport: this.#createTransport,
        maxStreamsPerWorker: this.#options.maxStreamsPerWorker ?? defaultMaxStreamsPerWorker,
        scheduler: this.#scheduler,
        logger: this.#options.logger,
        onClosed: (closed) => this.#rooms.delete(closed),
      },
      listener,
    );
    this.#rooms.add(room);
    return room;
  }

  async openProbe(): Promise<SfuProbe> {
    // Waits for a worker that is just being replaced.
    await this.#pool.getLeastLoaded();
    const probe = await MediaProbe.open({
      workers: this.#pool.running,
      createTransport: this.#createTransport,
      onClosed: (closed) => this.#probes.delete(closed),
    });
    this.#probes.add(probe);
    return probe;
  }

  async measureBitrate(): Promise<number> {
    return sum(await Promise.all([...this.#rooms].map((room) => room.measureBitrate())));
  }

  /** The ports are free afterwards. */
  async close(): Promise<void> {
    for (const probe of this.#probes) probe.close();
    for (const room of this.#rooms) room.close();
    await this.#pool.close();
  }
}
