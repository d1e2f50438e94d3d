/**
 * Keeps one transport connected (VO11). What WebRTC calls disconnected often mends itself, so the keeper waits first, then
 * restarts ICE, several times; only when that does not help it says that the transport is lost.
 */
import type { IceParameters, IceServer } from "#shared/contract/rtp.ts";
import { mayRetry, reasonOf } from "../failure.ts";
import type { RetryPolicy } from "../retry-policy.ts";
import type { AnyTransport } from "./media.ts";

export type TransportLoss =
  /** It never connected: no media gets through. */
  | "unreachable"
  /** It was connected, and does not come back. */
  | "broken"
  /** The server does not know it any more. */
  | "gone"
  /** The same, and the server has another session of the account. */
  | "displaced";

interface KeeperOptions {
  transport: AnyTransport;
  /** @throws the call's failure */
  restartIce: () => Promise<{ iceParameters: IceParameters; iceServers: IceServer[] }>;
  policy: RetryPolicy;
  /** Called when `isConnected` or `isInterrupted` may have changed. */
  onChange: () => void;
  onLost: (loss: TransportLoss) => void;
}

/** ICE tries UDP first and TCP after it; a slow TURN server still fits. Shorter than the server's patience (VO13). */
const connectWithinMs = 12_000;
/** Most interruptions are shorter: a change of the access point, a few lost checks. */
const waitBeforeRestartMs = 2_000;
/** A restart that helps does so within a few round trips. */
const restartHelpsWithinMs = 4_000;
const maxRestarts = 4;

export class TransportKeeper {
  readonly #options: KeeperOptions;
  readonly #stopFollowing: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hasConnected = false;
  #isInterrupted = false;
  /** Since it was last connected. */
  #restarts = 0;
  #failedCalls = 0;
  #isClosed = false;
  #isRestarting = false;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#stopFollowing = options.transport.state.subscribe(() => this.#follow());
  }

  get isConnected(): boolean {
    return this.#options.transport.state.get() === "connected";
  }

  /** Whether it is away for longer than a moment. */
  get isInterrupted(): boolean {
    return this.#isInterrupted;
  }

  /** The network has come back: restarts now, instead of after the wait. */
  hurry(): void {
    const state = this.#options.transport.state.get();
    if (this.#hasConnected && (state === "disconnected" || state === "failed")) this.#restartAfter(0);
  }

  close(): void {
    this.#isClosed = true;
    this.#stopFollowing();
    clearTimeout(this.#timer);
  }

  #follow(): void {
    switch (this.#options.transport.state.get()) {
      case "connecting":
        if (!this.#hasConnected) this.#after(connectWithinMs, () => this.#lose("unreachable"));
        break;
      case "connected":
        this.#hasConnected = true;
        this.#restarts = 0;
        this.#failedCalls = 0;
        this.#isInterrupted = false;
        clearTimeout(this.#timer);
        this.#options.onChange();
        break;
      case "disconnected":
        if (this.#hasConnected && !this.#isInterrupted) this.#restartAfter(waitBeforeRestartMs);
        break;
      case "failed":
        if (this.#hasConnected) this.#restartAfter(0);
        else this.#lose("unreachable");
        break;
      case "new":
      case "closed":
        break;
    }
  }

  #restartAfter(delayMs: number): void {
    if (delayMs > 0) this.#after(delayMs, () => void this.#restart());
    else void this.#restart();
  }

  async #restart(): Promise<void> {
    if (this.#isRestarting || this.#isClosed) return;
    clearTimeout(this.#timer);
    if (this.#restarts >= maxRestarts) return this.#lose("broken");
    this.#isRestarting = true;
    this.#isInterrupted = true;
    this.#options.onChange();
    try {
      const answer = await this.#options.restartIce();
      this.#failedCalls = 0;
      if (this.#isClosed) return;
      this.#restarts += 1;
      await this.#options.transport.restartIce(answer);
      if (!this.isConnected) this.#after(restartHelpsWithinMs, () => void this.#restart());
    } catch (error) {
      this.#afterFailedCall(error);
    } finally {
      this.#isRestarting = false;
    }
  }

  #afterFailedCall(error: unknown): void {
    const failure = reasonOf(error);
    if (failure.reason === "NOT_FOUND") return this.#lose("gone");
    // Without a network there is nothing to restart: these do not count, and how long it lasts is for others to bound.
    const progress = { attempt: this.#failedCalls, elapsedMs: 0 };
    const delayMs = mayRetry(failure) ? this.#options.policy.nextDelayMs(progress) : null;
    if (delayMs === null) return this.#lose("broken");
    this.#failedCalls += 1;
    if (!this.isConnected) this.#after(delayMs, () => void this.#restart());
  }

  #after(delayMs: number, act: () => void): void {
    clearTimeout(this.#timer);
    if (!this.#isClosed) this.#timer = setTimeout(act, delayMs);
  }

  #lose(loss: TransportLoss): void {
    if (this.#isClosed) return;
    this.close();
    this.#options.onLost(loss);
  }
}
