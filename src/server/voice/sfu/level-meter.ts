/**
 * How loud one router's microphones are (VO10). mediasoup's observer looks back no more often than every 250 ms, and then
 * only at microphones that sent 10 packets since: who begins to speak in the middle of its time is seen up to half a second
 * later. So there are several, each a part of that time behind the last.
 */
import type { types } from "mediasoup";
import { limits } from "#shared/limits.ts";
import { ProducerId } from "#shared/ids.ts";
import type { Logger } from "../../kernel/logger.ts";
import type { Scheduler } from "../../kernel/scheduler.ts";
import { isGone } from "./refusals.ts";
import type { SpeakerLevel } from "./sfu.ts";

interface Options {
  router: types.Router;
  scheduler: Scheduler;
  logger: Logger;
  /** Without those that were not heard; nobody, once, when all have fallen silent. */
  onLevels: (levels: readonly SpeakerLevel[]) => void;
}

/** The least that the worker accepts. */
const windowMs = 250;
/** Every 83 ms one of them reports: about as often as members are told. Each costs an addition a packet. */
const observerCount = 3;
/** Below it is a quiet room's noise, which a microphone's automatic gain lifts to about -65. */
const thresholdDbov = -70;

export class LevelMeter {
  readonly #options: Options;
  readonly #microphones = new Set<types.Producer>();
  readonly #observers: types.AudioLevelObserver[] = [];
  readonly #loud = new Set<types.AudioLevelObserver>();
  readonly #cancels: (() => void)[] = [];

  private constructor(options: Options) {
    this.#options = options;
  }

  static async create(options: Options): Promise<LevelMeter> {
    const meter = new LevelMeter(options);
    await meter.#addObserver();
    for (let index = 1; index < observerCount; index += 1) {
      const cancel = options.scheduler.after((windowMs / observerCount) * index, () => meter.#addLater());
      meter.#cancels.push(cancel);
    }
    options.router.observer.on("close", () => {
      for (const cancel of meter.#cancels) cancel();
    });
    return meter;
  }

  async add(microphone: types.Producer): Promise<void> {
    this.#microphones.add(microphone);
    microphone.observer.on("close", () => this.#microphones.delete(microphone));
    const { id: producerId } = microphone;
    await Promise.all(this.#observers.map((observer) => observer.addProducer({ producerId })));
  }

  #addLater(): void {
    this.#addObserver().catch((error: unknown) => {
      if (!isGone(error)) this.#options.logger.warn({ error }, "levels are told less often");
    });
  }

  async #addObserver(): Promise<void> {
    const observer = await this.#options.router.createAudioLevelObserver({
      maxEntries: limits.voice.maxParticipants,
      threshold: thresholdDbov,
      interval: windowMs,
    });
    observer.on("volumes", (volumes) => {
      this.#loud.add(observer);
      // One that was paused since is told no more.
      const heard = volumes.filter(({ producer }) => !producer.paused && !producer.closed);
      this.#options.onLevels(
        heard.map(({ producer, volume }) => ({
          producerId: ProducerId.parse(producer.id),
          levelDbov: volume,
        })),
      );
    });
    observer.on("silence", () => {
      this.#loud.delete(observer);
      if (this.#loud.size === 0) this.#options.onLevels([]);
    });
    this.#observers.push(observer);
    const microphones = [...this.#microphones];
    await Promise.all(
      microphones.map(async ({ id: producerId }) => {
        try {
          await observer.addProducer({ producerId });
        } catch (error) {
          if (!isGone(error)) throw error;
        }
      }),
    );
  }
}
