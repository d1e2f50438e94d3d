/**
 * Voice as the screens see it, before and after the engine is there. It owns the one engine of the page: makes it when it
 * is first wanted, never two of them, and closes it. A call counts as joining from the click on, whatever has to be loaded
 * or allowed first.
 */
import type { VoiceEngine } from "#client/voice/engine.ts";
import { type ReadableState, StateCell } from "#sdk/readable-state.ts";
import type { VoiceCallState } from "#sdk/voice/index.ts";
import type { ChannelId } from "#shared/ids.ts";

const atRest: VoiceCallState = { kind: "idle", end: null };

export class LazyVoice {
  readonly #make: () => Promise<VoiceEngine>;
  readonly #engine = new StateCell<VoiceEngine | null>(null);
  readonly #call = new StateCell<VoiceCallState>(atRest);
  #making: Promise<VoiceEngine> | undefined;
  /** Grows with each join and leave: what was begun before no longer counts. */
  #intent = 0;
  /** Grows with each close, so that an engine that arrives late is closed as well. */
  #life = 0;

  constructor(make: () => Promise<VoiceEngine>) {
    this.#make = make;
  }

  /** Null until somebody joined, or opened the voice settings. */
  get engine(): ReadableState<VoiceEngine | null> {
    return this.#engine;
  }

  get call(): ReadableState<VoiceCallState> {
    return this.#call;
  }

  /** The engine, made on the first call. A failure (a chunk that could not be fetched) is forgotten, so that one may try again. */
  async load(): Promise<VoiceEngine> {
    this.#making ??= this.#begin(this.#life);
    const making = this.#making;
    try {
      return await making;
    } catch (error) {
      if (this.#making === making) this.#making = undefined;
      throw error;
    }
  }

  /** Somebody may be about to join: what that needs is fetched while they make up their mind. */
  prepare(): void {
    this.load().then(
      (engine) => engine.prepare(),
      // The join tries again, and tells.
      () => undefined,
    );
  }

  /** Joins, or moves over. Never throws: `call` says how it went. */
  async join(channelId: ChannelId): Promise<void> {
    const intent = this.#intend();
    const { kind } = this.#call.get();
    // Who moves over stays connected until the engine lets go.
    if (kind === "idle" || kind === "joining") this.#call.set({ kind: "joining", channelId });
    try {
      const engine = await this.load();
      if (intent !== this.#intent) return;
      await engine.join(channelId);
      if (intent === this.#intent) this.#call.set(engine.call.state.get());
    } catch {
      const failure = { reason: "NETWORK" } as const;
      if (intent === this.#intent)
        this.#call.set({ kind: "idle", end: { kind: "refused", channelId, failure } });
    }
  }

  /** Hangs up, or gives up a join that is still under way. */
  async leave(): Promise<void> {
    const intent = this.#intend();
    const engine = this.#engine.get();
    if (engine) await engine.leave();
    if (intent === this.#intent) this.#call.set(atRest);
  }

  /** The end of the last call has been read. */
  dismissEnd(): void {
    if (this.#call.get().kind === "idle") this.#call.set(atRest);
  }

  /** Hangs up and forgets the engine: the next account gets one of its own. */
  close(): void {
    this.#life += 1;
    this.#intend();
    this.#making = undefined;
    this.#engine.get()?.close();
    this.#engine.set(null);
    this.#call.set(atRest);
  }

  #intend(): number {
    this.#intent += 1;
    return this.#intent;
  }

  async #begin(life: number): Promise<VoiceEngine> {
    const engine = await this.#make();
    if (life !== this.#life) {
      engine.close();
      throw new Error("voice was closed while it was being made");
    }
    engine.call.state.subscribe((state) => {
      if (life === this.#life) this.#call.set(state);
    });
    this.#engine.set(engine);
    return engine;
  }
}
