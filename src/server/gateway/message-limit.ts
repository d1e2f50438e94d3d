import type { Clock } from "../kernel/clock.ts";

const windowMs = 60_000;

/** Counts what a connection sends, minute by minute (GW3). */
export class MessageLimit {
  readonly #clock: Clock;
  readonly #perMinute: number;
  #windowStartMs: number;
  #count = 0;

  /** A limit of 0 is none. */
  constructor(clock: Clock, perMinute: number) {
    this.#clock = clock;
    this.#perMinute = perMinute;
    this.#windowStartMs = clock.nowMs();
  }

  /** False when these are too many. */
  take(count: number): boolean {
    if (this.#perMinute === 0) return true;
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#windowStartMs >= windowMs) {
      this.#windowStartMs = nowMs;
      this.#count = 0;
    }
    this.#count += count;
    return this.#count <= this.#perMinute;
  }
}
