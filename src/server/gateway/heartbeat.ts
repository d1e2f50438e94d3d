import { timing } from "#shared/limits.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Scheduler } from "../kernel/scheduler.ts";

/** One of them answers ours. */
const beatsBetweenPings = 30;

/** One connection's: a ping every 30 s, and death when nothing was heard for 60 s (GW4). */
export class Heartbeat {
  #heardAtMs: number;
  #dueAtMs: number;
  #beats = 0;

  constructor(nowMs: number) {
    this.#heardAtMs = nowMs;
    this.#dueAtMs = nowMs + timing.heartbeatMs;
  }

  /** Any sign of life. */
  beat(nowMs: number): void {
    this.#heardAtMs = nowMs;
  }

  /** Counts a ping or a pong. False when these are too many since our own ping was due. */
  take(): boolean {
    this.#beats += 1;
    return this.#beats <= beatsBetweenPings;
  }

  /** What is to be done now. */
  check(nowMs: number): "nothing" | "ping" | "end" {
    if (nowMs < this.#dueAtMs) return "nothing";
    this.#beats = 0;
    const deadAtMs = this.#heardAtMs + timing.deadAfterMs;
    this.#dueAtMs = Math.min(nowMs + timing.heartbeatMs, deadAtMs);
    return nowMs >= deadAtMs ? "end" : "ping";
  }
}

interface Options {
  clock: Clock;
  scheduler: Scheduler;
}

/** All that are open: for each a timer of its own would be the larger part of what it holds. */
export class Beating<T extends { check(nowMs: number): void }> {
  readonly #options: Options;
  readonly #members = new Set<T>();
  #cancel: (() => void) | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  get size(): number {
    return this.#members.size;
  }

  values(): Iterable<T> {
    return this.#members.values();
  }

  add(member: T): void {
    this.#members.add(member);
    if (!this.#cancel) this.#schedule();
  }

  delete(member: T): void {
    this.#members.delete(member);
    if (this.#members.size > 0) return;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #schedule(): void {
    const { clock, scheduler } = this.#options;
    this.#cancel = scheduler.after(timing.heartbeatCheckMs, () => {
      this.#schedule();
      const nowMs = clock.nowMs();
      for (const member of this.#members) member.check(nowMs);
    });
  }
}
