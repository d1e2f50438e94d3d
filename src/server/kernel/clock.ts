/** The time, as a parameter: tests turn it by hand. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  nowMs(): number;
}

export const systemClock: Clock = { nowMs: () => Date.now() };

/** How often it looks whether the process still runs, and what it may be late by. */
const tickMs = 1_000;
const longestTickMs = 3_000;

/**
 * The time that this process has run: for waits and limits, which a clock that is set must not change. While the process
 * stands still (a suspended machine, one that swaps) it stands still too: what others have sent meanwhile is not read yet,
 * and their silence would be ours.
 */
export class RunningClock implements Clock, Disposable {
  readonly #monotonicMs: () => number;
  readonly #timer: NodeJS.Timeout;
  #countedMs = 0;
  #countedAtMs: number;

  constructor(monotonicMs: () => number = () => performance.now()) {
    this.#monotonicMs = monotonicMs;
    this.#countedAtMs = monotonicMs();
    this.#timer = setInterval(() => this.#count(), tickMs).unref();
  }

  nowMs(): number {
    return this.#countedMs + Math.min(this.#monotonicMs() - this.#countedAtMs, longestTickMs);
  }

  #count(): void {
    this.#countedMs = this.nowMs();
    this.#countedAtMs = this.#monotonicMs();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/**
 * Whole milliseconds from now on. V8 keeps numbers below 2^31 (24 days) in the object itself, and makes each of the others
 * an object: for what is kept thousands of times.
 */
export const countFromNow = (clock: Clock): Clock => {
  const startMs = clock.nowMs();
  return { nowMs: () => Math.floor(clock.nowMs() - startMs) };
};

export const nowDate = (clock: Clock): Date => new Date(clock.nowMs());
