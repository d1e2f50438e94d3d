/**
 * How loud one router's microphones are (VO10). mediasoup's observer looks back no more often than every 250 ms, and then
 * only at microphones that sent 10 packets since. So there are several, each a part of that time behind the last, and
 * beside them an ear for who begins to speak, which they would see up to half a second later.
 */
import type { types } from "mediasoup";
import { ProducerId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";
import type { Logger } from "../../kernel/logger.ts";
import type { Scheduler } from "../../kernel/scheduler.ts";
import { OnsetEar, speechDbov } from "./onset-ear.ts";
import { isGone, unlessGone } from "./refusals.ts";
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
/** By then the observers have heard a speaker who goes on, in a window that they spoke through. */
const onsetLastsMs = 2 * windowMs;

export class LevelMeter {
  readonly #options: Options;
  readonly #ear: OnsetEar;
  readonly #microphones = new Map<string, types.Producer>();
  /** Whom each has heard in its last window. */
  readonly #heardBy = new Map<types.AudioLevelObserver, readonly SpeakerLevel[]>();
  /** Those who have just begun, until the observers know of them. */
  readonly #onsets = new Map<ProducerId, SpeakerLevel>();
  readonly #cancels = new Set<() => void>();

  private constructor(options: Options, ear: OnsetEar) {
    this.#options = options;
    this.#ear = ear;
  }

  /** Closes with the router. */
  static async create(options: Options): Promise<LevelMeter> {
    const { router, logger } = options;
    const ear = await OnsetEar.create({
      router,
      logger,
      onOnset: ({ id }, levelDbov) => meter.#begin({ producerId: ProducerId.parse(id), levelDbov }),
    });
    const meter: LevelMeter = new LevelMeter(options, ear);
    await meter.#addObserver();
    for (let index = 1; index < observerCount; index += 1) {
      meter.#after((windowMs / observerCount) * index, () => meter.#addLater());
    }
    router.observer.once("close", () => {
      for (const cancel of meter.#cancels) cancel();
    });
    return meter;
  }

  async add(microphone: types.Producer): Promise<void> {
    const { id: producerId } = microphone;
    this.#microphones.set(producerId, microphone);
    microphone.observer.once("close", () => this.#microphones.delete(producerId));
    const observers = [...this.#heardBy.keys()];
    await Promise.all([
      this.#ear.add(microphone),
      ...observers.map((observer) => observer.addProducer({ producerId })),
    ]);
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
    observer.on("volumes", (volumes) =>
      this.#note(
        observer,
        volumes.map(({ producer, volume }) => ({
          producerId: ProducerId.parse(producer.id),
          levelDbov: volume,
        })),
      ),
    );
    observer.on("silence", () => this.#note(observer, []));
    this.#heardBy.set(observer, []);
    const before = [...this.#microphones.keys()];
    await Promise.all(before.map((producerId) => unlessGone(observer.addProducer({ producerId }))));
  }

  #note(observer: types.AudioLevelObserver, heard: readonly SpeakerLevel[]): void {
    this.#heardBy.set(observer, heard);
    this.#settle();
    // One that heard nobody may have missed who the others hear.
    if (heard.length > 0 || this.#isSilent()) this.#tell(heard);
  }

  #begin(level: SpeakerLevel): void {
    this.#onsets.set(level.producerId, level);
    this.#settle();
    const known = [...this.#heardBy.values()].findLast((levels) => levels.length > 0) ?? [];
    this.#tell(known);
    this.#after(onsetLastsMs, () => {
      this.#onsets.delete(level.producerId);
      this.#settle();
      if (this.#isSilent()) this.#tell([]);
    });
  }

  /** Together with those who have just begun, and without those who were paused since. */
  #tell(heard: readonly SpeakerLevel[]): void {
    const levels = new Map([...this.#onsets.values(), ...heard].map((level) => [level.producerId, level]));
    this.#options.onLevels([...levels.values()].filter(({ producerId }) => this.#isOn(producerId)));
  }

  #isOn(producerId: ProducerId): boolean {
    const microphone = this.#microphones.get(producerId);
    return microphone !== undefined && !microphone.paused;
  }

  #isSilent(): boolean {
    return this.#onsets.size === 0 && [...this.#heardBy.values()].every((levels) => levels.length === 0);
  }

  /** The ear is for those of whom nobody knows that they speak. */
  #settle(): void {
    const loud = [...this.#heardBy.values()].flat().filter(({ levelDbov }) => levelDbov >= speechDbov);
    const speaking = new Set<string>([...this.#onsets.keys(), ...loud.map(({ producerId }) => producerId)]);
    for (const id of this.#microphones.keys()) this.#ear.setListening(id, !speaking.has(id));
  }

  #after(delayMs: number, run: () => void): void {
    const cancel = this.#options.scheduler.after(delayMs, () => {
      this.#cancels.delete(cancel);
      run();
    });
    this.#cancels.add(cancel);
  }
}
