/**
 * Spreads over time what somebody wants at once. A limit tells how much they may do in a minute; were all of it done in the
 * minute's first moment, everybody else would wait behind it. Here nobody is refused: after a first few, each waits for its
 * time. It is the generic cell rate algorithm: for each key, the time at which all that was let through would be paid for.
 */
import { LRUCache } from "lru-cache";
import type { Clock } from "./clock.ts";
import type { Scheduler } from "./scheduler.ts";
import { roomFor } from "./room-for.ts";

export interface Speed {
  /** What a key may do at once after a while of nothing. */
  atOnce: number;
  /** Of one key, from then on. */
  perSecond: number;
}

export interface Pace {
  /** Settles when it is the time of the key's next one; undefined when that is now. How much waits is the caller's to bound. */
  wait(key: string): Promise<void> | undefined;
}

export type PaceMaker = (speed: Speed) => Pace;

interface Time {
  /** One that nobody sets: else all would wait for it to come back. */
  clock: Clock;
  scheduler: Scheduler;
}

/** Some 3 MB: beyond that the key that came longest ago starts anew. */
const maxKeys = 20_000;

/** Everybody's time is now. */
export const noPace: Pace = { wait: () => undefined };

export const createPaceMaker =
  ({ clock, scheduler }: Time): PaceMaker =>
  ({ atOnce, perSecond }) => {
    const intervalMs = 1_000 / perSecond;
    const paidAtMs = new LRUCache<string, number>(roomFor(maxKeys));
    return {
      wait(key) {
        const nowMs = clock.nowMs();
        const nextMs = Math.max(paidAtMs.get(key) ?? nowMs, nowMs) + intervalMs;
        paidAtMs.set(key, nextMs);
        const delayMs = nextMs - nowMs - atOnce * intervalMs;
        if (delayMs <= 0) return undefined;
        return new Promise((resolve) => {
          scheduler.after(delayMs, resolve);
        });
      },
    };
  };
