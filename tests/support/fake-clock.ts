import type { Clock } from "#server/kernel/clock.ts";
import type { Scheduler } from "#server/kernel/scheduler.ts";

interface Timer {
  atMs: number;
  run: () => void;
}

/** A clock that stands still until it is turned; timers that it passes run in their order, at their time. */
export class FakeClock implements Clock, Scheduler {
  readonly #timers = new Set<Timer>();
  #nowMs: number;

  constructor(nowMs = Date.UTC(2026, 0, 1)) {
    this.#nowMs = nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  advance(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (let next = this.#findDue(endMs); next; next = this.#findDue(endMs)) {
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.run();
    }
    this.#nowMs = endMs;
  }

  /** Timers that wait. */
  get pendingCount(): number {
    return this.#timers.size;
  }

  #findDue(endMs: number): Timer | undefined {
    let due: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.atMs <= endMs && (!due || timer.atMs < due.atMs)) due = timer;
    }
    return due;
  }
}
