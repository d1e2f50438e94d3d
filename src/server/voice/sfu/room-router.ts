/** A room's router on one worker: who is placed there is heard through it, and piped from it to the room's others. */
import type { types } from "mediasoup";
import type { Logger } from "../../kernel/logger.ts";
import type { Scheduler } from "../../kernel/scheduler.ts";
import { LevelMeter } from "./level-meter.ts";
import { Pipe } from "./pipe.ts";
import type { SpeakerLevel } from "./sfu.ts";
import type { VoiceWorker } from "./voice-worker.ts";

interface Options {
  worker: VoiceWorker;
  scheduler: Scheduler;
  logger: Logger;
  onLevels: (router: RoomRouter, levels: readonly SpeakerLevel[]) => void;
}

export class RoomRouter {
  readonly worker: VoiceWorker;
  readonly router: types.Router;
  readonly #meter: LevelMeter;
  readonly #pipes = new Map<RoomRouter, Promise<Pipe>>();

  private constructor(worker: VoiceWorker, router: types.Router, meter: LevelMeter) {
    this.worker = worker;
    this.router = router;
    this.#meter = meter;
  }

  static async open({ worker, scheduler, logger, onLevels }: Options): Promise<RoomRouter> {
    const router = await worker.createRouter();
    try {
      const meter = await LevelMeter.create({
        router,
        scheduler,
        logger,
        onLevels: (levels) => onLevels(opened, levels),
      });
      const opened: RoomRouter = new RoomRouter(worker, router, meter);
      worker.load.rooms += 1;
      router.observer.once("close", () => (worker.load.rooms -= 1));
      return opened;
    } catch (error) {
      router.close();
      throw error;
    }
  }

  /** Levels are told of microphones alone. */
  measure(microphone: types.Producer): Promise<void> {
    return this.#meter.add(microphone);
  }

  /** Has another of the room's routers know a producer of this one, by the same id. */
  async pipe(producer: types.Producer, target: RoomRouter): Promise<void> {
    if (target === this) return;
    let pipe = this.#pipes.get(target);
    if (!pipe) {
      pipe = Pipe.open(this.router, target.router);
      this.#pipes.set(target, pipe);
      // A failed try must not be what the next one is given.
      pipe.catch(() => this.#pipes.delete(target));
    }
    await (await pipe).carry(producer);
  }

  close(): void {
    this.router.close();
  }
}
