/**
 * The microphone while somebody needs it: a call, a test. It owns the opened device and the graph behind it, and brings
 * both to what is wanted now, one step at a time: the device that is chosen and there, with the chosen help of the
 * browser's. What it must never do: hold a device that nobody needs, or give up while another one is plugged in.
 */
import { type ReadableState, StateCell } from "#sdk/readable-state.ts";
import { type DeviceList, resolveDevice } from "./audio-devices.ts";
import type { MicrophoneWish } from "./capture.ts";
import type { MicrophoneLevel, MicrophoneState, VoiceSettings } from "./engine.ts";
import { type GateReport, type GateRule, lowestDbfs } from "./gate.ts";
import { toMediaProblem } from "./media-problem.ts";
import type { MicrophoneGraph, MicrophoneInput } from "./microphone-graph.ts";

export interface MicrophoneOptions {
  settings: ReadableState<VoiceSettings>;
  devices: Pick<DeviceList, "state" | "systemMicrophone" | "refresh">;
  openInput: (wish: MicrophoneWish) => Promise<MicrophoneInput>;
  createGraph: (onReport: (report: GateReport) => void) => Promise<MicrophoneGraph>;
}

interface Opened {
  input: MicrophoneInput;
  graph: MicrophoneGraph;
  wish: Wish;
}

interface Wish extends MicrophoneWish {
  /** The machine part that is the system's choice, where that is asked for: another one is another wish. */
  system: string;
}

const silence: MicrophoneLevel = { dbfs: lowestDbfs, isOpen: false };

const isSame = (left: Wish, right: Wish): boolean =>
  left.deviceId === right.deviceId &&
  left.hasEchoCancellation === right.hasEchoCancellation &&
  left.hasAutoGain === right.hasAutoGain &&
  (left.system === right.system || right.system === "");

export class Microphone {
  readonly #options: MicrophoneOptions;
  readonly #state = new StateCell<MicrophoneState>({ kind: "off" });
  readonly #level = new StateCell<MicrophoneLevel>(silence);
  readonly #graph = new StateCell<MicrophoneGraph | null>(null);
  readonly #users = new Set<symbol>();
  readonly #stops: (() => void)[];
  #rule: GateRule = { kind: "key", isHeld: false, releaseDelayMs: 0 };
  #opened: Opened | null = null;
  /** A device that ended by itself: the wish must be met anew. */
  #isLost = false;
  /** The wish that failed is not tried again until it, or the devices, change. */
  #failed: Wish | null = null;
  #bringing: Promise<void> | null = null;
  #isSuppressionAsked = false;
  #isNoiseSuppressed = false;

  constructor(options: MicrophoneOptions) {
    this.#options = options;
    const { settings, devices } = options;
    this.#stops = [
      settings.subscribe(() => this.#followSettings()),
      devices.state.subscribe(() => this.#followDevices()),
      devices.systemMicrophone.subscribe(() => this.#followDevices()),
    ];
  }

  get state(): ReadableState<MicrophoneState> {
    return this.#state;
  }

  get level(): ReadableState<MicrophoneLevel> {
    return this.#level;
  }

  /** Where the processed sound comes from, while it is on. */
  get graph(): ReadableState<MicrophoneGraph | null> {
    return this.#graph;
  }

  /** Opens it, if nobody else has; the person may be asked first. Returns the way to let go. */
  hold(): () => void {
    const user = Symbol("user");
    if (this.#users.size === 0) this.#failed = null;
    this.#users.add(user);
    if (this.#state.get().kind === "off") this.#state.set({ kind: "starting" });
    void this.bring();
    return () => {
      if (this.#users.delete(user) && this.#users.size === 0) this.#close();
    };
  }

  /** Tries again what failed. */
  async retry(): Promise<void> {
    this.#failed = null;
    await this.bring();
  }

  setRule(rule: GateRule): void {
    this.#rule = rule;
    this.#opened?.graph.setRule(rule);
  }

  /** Brings device and graph to what is wanted. Resolved when they are there, or `state` says what is in the way. */
  bring(): Promise<void> {
    if (this.#bringing) return this.#bringing;
    if (this.#isMet(this.#getWish())) return Promise.resolve();
    this.#bringing = this.#bringAll();
    return this.#bringing;
  }

  close(): void {
    for (const stop of this.#stops) stop();
    this.#users.clear();
    this.#close();
  }

  #getWish(): Wish {
    const { microphoneId, hasEchoCancellation, hasAutoGain } = this.#options.settings.get();
    const { state, systemMicrophone } = this.#options.devices;
    const deviceId = resolveDevice(microphoneId, state.get().microphones);
    const system = deviceId === null ? systemMicrophone.get() : "";
    return { deviceId, hasEchoCancellation, hasAutoGain, system };
  }

  #isMet(wish: Wish): boolean {
    if (this.#users.size === 0) return true;
    if (this.#failed && isSame(this.#failed, wish)) return true;
    return this.#opened !== null && !this.#isLost && isSame(this.#opened.wish, wish);
  }

  async #bringAll(): Promise<void> {
    for (let wish = this.#getWish(); !this.#isMet(wish); wish = this.#getWish()) {
      if (!this.#opened) this.#state.set({ kind: "starting" });
      try {
        await this.#open(wish);
      } catch (error) {
        if (this.#users.size > 0) this.#fail(wish, error);
      }
    }
    this.#bringing = null;
  }

  async #open(wish: Wish): Promise<void> {
    const before = this.#opened?.graph;
    // Both at once: the graph's files come while the person is asked.
    const [input, graph] = await Promise.allSettled([
      this.#options.openInput(wish),
      before ?? this.#options.createGraph((report) => this.#tellLevel(report)),
    ]);
    // Let go of in the meantime, whether or not it is wanted again by now.
    const isGone = this.#users.size === 0 || (before !== undefined && before !== this.#opened?.graph);
    if (!isGone && input.status === "fulfilled" && graph.status === "fulfilled") {
      this.#use({ input: input.value, graph: graph.value, wish });
      // Only now may the browser tell the names, and whether the chosen one is there.
      await this.#options.devices.refresh();
      if (this.#opened) this.#opened = { ...this.#opened, wish: this.#settle(this.#opened) };
      return;
    }
    if (input.status === "fulfilled") input.value.stop();
    if (graph.status === "fulfilled" && graph.value !== before) graph.value.close();
    if (input.status === "rejected") throw input.reason;
    if (graph.status === "rejected") throw graph.reason;
  }

  /** What was asked for while nothing was known of the devices may have come out as the system's choice. */
  #settle({ wish, input }: Opened): Wish {
    const now = this.#getWish();
    const isFallback = now.deviceId === null && wish.deviceId !== null && input.deviceId !== wish.deviceId;
    // Its part of the machine was not known either.
    const isNewlyKnown = now.deviceId === null && wish.deviceId === null && wish.system === "";
    return isFallback || isNewlyKnown ? { ...wish, deviceId: null, system: now.system } : wish;
  }

  #use(opened: Opened): void {
    const before = this.#opened;
    const { input, graph } = opened;
    this.#opened = opened;
    this.#isLost = false;
    this.#failed = null;
    input.onEnded(() => {
      if (this.#opened?.input !== input) return;
      this.#isLost = true;
      void this.bring();
    });
    graph.setVolume(this.#options.settings.get().microphoneVolume);
    graph.setRule(this.#rule);
    before?.input.stop();
    graph.setInput(input);
    this.#graph.set(graph);
    this.#tellOn();
    void this.#suppress();
  }

  async #suppress(): Promise<void> {
    const graph = this.#opened?.graph;
    const { hasNoiseSuppression } = this.#options.settings.get();
    if (!graph || this.#isSuppressionAsked === hasNoiseSuppression) return;
    this.#isSuppressionAsked = hasNoiseSuppression;
    const isNoiseSuppressed = await graph.setNoiseSuppression(hasNoiseSuppression);
    if (this.#opened?.graph !== graph) return;
    this.#isNoiseSuppressed = isNoiseSuppressed;
    this.#tellOn();
  }

  #tellOn(): void {
    if (!this.#opened) return;
    const { deviceId, label } = this.#opened.input;
    this.#state.set({ kind: "on", deviceId, label, isNoiseSuppressed: this.#isNoiseSuppressed });
  }

  /** One that comes from a graph after its end is not taken. */
  #tellLevel(report: GateReport): void {
    if (this.#opened) this.#level.set(report);
  }

  #fail(wish: Wish, error: unknown): void {
    this.#release();
    this.#failed = wish;
    this.#state.set({ kind: "failed", problem: toMediaProblem(error) });
  }

  #close(): void {
    this.#release();
    this.#failed = null;
    this.#state.set({ kind: "off" });
  }

  #release(): void {
    const opened = this.#opened;
    this.#opened = null;
    this.#isLost = false;
    this.#isSuppressionAsked = false;
    this.#isNoiseSuppressed = false;
    // Told first: who sends the track lets go of it before it ends.
    this.#graph.set(null);
    opened?.input.stop();
    opened?.graph.close();
    this.#level.set(silence);
  }

  #followSettings(): void {
    this.#opened?.graph.setVolume(this.#options.settings.get().microphoneVolume);
    void this.#suppress();
    void this.bring();
  }

  /** What was plugged in may be what was missing; it does not change a person's no. */
  #followDevices(): void {
    const state = this.#state.get();
    if (state.kind === "failed" && state.problem !== "denied") this.#failed = null;
    void this.bring();
  }
}
