import { timing } from "#shared/limits.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Scheduler } from "../kernel/scheduler.ts";

interface Options {
  clock: Clock;
  scheduler: Scheduler;
  ping: () => void;
  onDead: () => void;
}

/** Pings every 30 s, and says when nothing was heard for 60 s (GW4). */
export class Heartbeat {
  readonly #options: Options;
  #lastHeardMs: number;
  #cancel: () => void;

  constructor(options: Options) {
    this.#options = options;
    this.#lastHeardMs = options.clock.nowMs();
    this.#cancel = this.#schedule(timing.heartbeatMs);
  }

  /** Any sign of life. */
  beat(): void {
    this.#lastHeardMs = this.#options.clock.nowMs();
  }

  close(): void {
    this.#cancel();
  }

  #schedule(delayMs: number): () => void {
    return this.#options.scheduler.after(delayMs, () => this.#check());
  }

  #check(): void {
    const leftMs = this.#lastHeardMs + timing.deadAfterMs - this.#options.clock.nowMs();
    if (leftMs <= 0) this.#options.onDead();
    else {
      this.#options.ping();
      this.#cancel = this.#schedule(Math.min(timing.heartbeatMs, leftMs));
    }
  }
}
