/**
 * The way out of all sound: one audio context on the chosen loudspeaker, which sleeps while nobody needs it. It owns the
 * browser's rule that a page is silent until it was clicked on.
 */
import { type ReadableState, StateCell } from "#sdk/readable-state.ts";

/** A context starts asleep and wakes within milliseconds where it may; only what lasts longer is blocked. */
const wakeMs = 500;

interface SinkContext extends AudioContext {
  setSinkId: (deviceId: string) => Promise<void>;
}

const hasSink = (context: AudioContext): context is SinkContext => "setSinkId" in context;

const canElementsChoose = (): boolean =>
  typeof HTMLMediaElement !== "undefined" && "setSinkId" in HTMLMediaElement.prototype;

export const canChooseLoudspeaker = (): boolean =>
  canElementsChoose() || (typeof AudioContext !== "undefined" && "setSinkId" in AudioContext.prototype);

export interface HeldOutput {
  context: AudioContext;
  /** What is to be heard is connected to it. */
  entry: AudioNode;
  letGo: () => void;
}

interface Opened {
  context: AudioContext;
  entry: GainNode;
  /** Where elements alone can choose a device, the sound leaves through one. */
  element: HTMLAudioElement | null;
}

export class AudioOutput {
  readonly #isBlocked = new StateCell(false);
  readonly #users = new Set<symbol>();
  #opened: Opened | null = null;
  #deviceId: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #untilGesture: AbortController | null = null;

  /** Whether sound waits for a click. */
  get isBlocked(): ReadableState<boolean> {
    return this.#isBlocked;
  }

  /** Wakes it, until it is let go of. */
  hold(): HeldOutput {
    const user = Symbol("user");
    this.#users.add(user);
    const { context, entry } = (this.#opened ??= this.#open());
    void this.resume();
    return {
      context,
      entry,
      letGo: () => {
        if (this.#users.delete(user) && this.#users.size === 0) this.#sleep();
      },
    };
  }

  /** To be called on a click where it is blocked; it also listens for one by itself. */
  async resume(): Promise<void> {
    const opened = this.#opened;
    if (!opened || this.#users.size === 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#check(), wakeMs);
    // Without a click the promise waits for one.
    await Promise.all([opened.context.resume(), opened.element?.play()]).catch(() => undefined);
    this.#check();
  }

  /** Null: the system's choice. */
  async setDevice(deviceId: string | null): Promise<void> {
    if (deviceId === this.#deviceId) return;
    this.#deviceId = deviceId;
    if (this.#opened) await this.#choose(this.#opened);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#users.clear();
    this.#setBlocked(false);
    this.#opened?.element?.pause();
    this.#opened?.context.close().catch(() => undefined);
    this.#opened = null;
  }

  #open(): Opened {
    const context = new AudioContext({ latencyHint: "interactive" });
    const entry = context.createGain();
    entry.connect(context.destination);
    context.addEventListener("statechange", () => {
      // Asleep: its own doing, or the beginning. Otherwise it woke, or the system took the sound away.
      if (context.state !== "suspended") this.#check();
    });
    const opened: Opened = { context, entry, element: null };
    if (this.#deviceId !== null) void this.#choose(opened);
    return opened;
  }

  /** A device that is gone by now, or that the browser keeps to itself yet, is the system's choice until it is told again. */
  async #choose(opened: Opened): Promise<void> {
    const id = this.#deviceId ?? "";
    const sink = hasSink(opened.context) ? opened.context : this.#bridge(opened);
    try {
      await sink?.setSinkId(id);
    } catch {
      if (this.#deviceId === id) this.#deviceId = null;
      await sink?.setSinkId("").catch(() => undefined);
    }
    await opened.element?.play().catch(() => undefined);
  }

  #bridge(opened: Opened): HTMLAudioElement | null {
    if (opened.element || !canElementsChoose()) return opened.element;
    const { context, entry } = opened;
    const bridge = context.createMediaStreamDestination();
    entry.disconnect();
    entry.connect(bridge);
    const element = new Audio();
    element.srcObject = bridge.stream;
    opened.element = element;
    return element;
  }

  #sleep(): void {
    clearTimeout(this.#timer);
    this.#setBlocked(false);
    this.#opened?.context.suspend().catch(() => undefined);
  }

  #check(): void {
    if (this.#opened && this.#users.size > 0) this.#setBlocked(this.#opened.context.state !== "running");
  }

  #setBlocked(isBlocked: boolean): void {
    this.#isBlocked.set(isBlocked);
    if (!isBlocked) {
      this.#untilGesture?.abort();
      this.#untilGesture = null;
    } else if (!this.#untilGesture) {
      this.#untilGesture = new AbortController();
      const options = { capture: true, signal: this.#untilGesture.signal };
      for (const gesture of ["pointerup", "keydown"]) {
        window.addEventListener(gesture, () => void this.resume(), options);
      }
    }
  }
}
