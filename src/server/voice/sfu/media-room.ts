/**
 * A room: participants on as many routers as they need (VO6). It lives as long as all the workers it is on: if one dies
 * the room says so once, and is closed with all that is in it.
 */
import type { ProducerId } from "#shared/ids.ts";
import { AppError } from "../../kernel/app-error.ts";
import type { Logger } from "../../kernel/logger.ts";
import type { Scheduler } from "../../kernel/scheduler.ts";
import { LevelMerger } from "./level-merger.ts";
import { MediaPeer } from "./media-peer.ts";
import type { MediaProducer } from "./media-streams.ts";
import { refusing, workerDiedCause } from "./refusals.ts";
import { RoomRouter } from "./room-router.ts";
import type { SfuPeerListener, SfuRoom, SfuRoomListener } from "./sfu.ts";
import type { CreateTransport } from "./transports.ts";
import type { VoiceWorker } from "./voice-worker.ts";
import type { WorkerPool } from "./worker-pool.ts";

export interface MediaRoomOptions {
  pool: WorkerPool<VoiceWorker>;
  createTransport: CreateTransport;
  /** With so many streams to forward a worker takes no more of a room's participants, if another has space. */
  maxStreamsPerWorker: number;
  scheduler: Scheduler;
  logger: Logger;
  onClosed: (room: MediaRoom) => void;
}

/** Not told of what befalls it before it was handed out: whoever opens it is refused then. */
type State = { kind: "opening" } | { kind: "open" } | { kind: "closed"; cause: string };

export class MediaRoom implements SfuRoom {
  readonly #options: MediaRoomOptions;
  readonly #listener: SfuRoomListener;
  readonly #levels: LevelMerger<RoomRouter>;
  readonly #routers = new Map<VoiceWorker, Promise<RoomRouter>>();
  readonly #peers = new Set<MediaPeer>();
  readonly #producers = new Map<ProducerId, MediaProducer>();
  readonly #stopWatching: (() => void)[] = [];
  #state: State = { kind: "opening" };

  private constructor(options: MediaRoomOptions, listener: SfuRoomListener) {
    this.#options = options;
    this.#listener = listener;
    this.#levels = new LevelMerger((levels) => {
      if (this.#state.kind === "open") listener.onLevels(levels);
    });
  }

  /** @throws VOICE_UNAVAILABLE */
  static async open(options: MediaRoomOptions, listener: SfuRoomListener): Promise<MediaRoom> {
    const room = new MediaRoom(options, listener);
    await refusing(async () => room.#openRouter(await options.pool.getLeastLoaded()));
    room.#requireOpen();
    room.#state = { kind: "open" };
    return room;
  }

  async openPeer(listener: SfuPeerListener): Promise<MediaPeer> {
    this.#requireOpen();
    try {
      return await refusing(() => this.#openPeer(listener));
    } catch (error) {
      // One that closed meanwhile has that for its reason, whatever failed of it first.
      this.#requireOpen();
      throw error;
    }
  }

  async measureBitrate(): Promise<number> {
    const bitrates = await Promise.all([...this.#peers].map((peer) => peer.measureBitrate()));
    return bitrates.reduce((total, one) => total + one, 0);
  }

  close(): void {
    this.#end("The room is closed");
  }

  async #openPeer(listener: SfuPeerListener): Promise<MediaPeer> {
    const home = await this.#openRouter(this.#chooseWorker());
    const peer = await MediaPeer.open({
      home,
      createTransport: this.#options.createTransport,
      producers: this.#producers,
      listener,
      onClosed: (closed) => this.#peers.delete(closed),
    });
    if (this.#state.kind === "closed") peer.close();
    this.#requireOpen();
    this.#peers.add(peer);
    return peer;
  }

  #end(cause: string): void {
    if (this.#state.kind === "closed") return;
    this.#state = { kind: "closed", cause };
    for (const stop of this.#stopWatching) stop();
    for (const peer of this.#peers) peer.close();
    for (const router of this.#routers.values()) {
      // One that did not open has nothing to close.
      router.then(
        (opened) => opened.close(),
        () => undefined,
      );
    }
    this.#options.onClosed(this);
  }

  /** One of the room's own with space; else one that has any; and with none, the best of the room's own. */
  #chooseWorker(): VoiceWorker {
    const { pool, maxStreamsPerWorker } = this.#options;
    const hasSpace = ({ load }: VoiceWorker): boolean => load.streams < maxStreamsPerWorker;
    const own = [...this.#routers.keys()];
    const chosen =
      own.find(hasSpace) ?? pool.findLeastLoaded(pool.running.filter(hasSpace)) ?? pool.findLeastLoaded(own);
    if (!chosen) throw new AppError("VOICE_UNAVAILABLE", { cause: workerDiedCause });
    return chosen;
  }

  /** One router a worker, however many ask at the same time: between two of the same worker nothing can be piped. */
  #openRouter(worker: VoiceWorker): Promise<RoomRouter> {
    const existing = this.#routers.get(worker);
    if (existing) return existing;
    const opening = RoomRouter.open({
      worker,
      scheduler: this.#options.scheduler,
      logger: this.#options.logger,
      onLevels: (router, levels) => this.#levels.report(router, levels),
    });
    this.#routers.set(worker, opening);
    const stopWatching = worker.onDied(() => this.#onWorkerDied());
    this.#stopWatching.push(stopWatching);
    opening.catch(() => {
      this.#routers.delete(worker);
      stopWatching();
    });
    return opening;
  }

  #onWorkerDied(): void {
    const isKnown = this.#state.kind === "open";
    this.#end(workerDiedCause);
    if (isKnown) this.#listener.onDied();
  }

  #requireOpen(): void {
    if (this.#state.kind === "closed") throw new AppError("VOICE_UNAVAILABLE", { cause: this.#state.cause });
  }
}
