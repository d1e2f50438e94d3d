/** The time, as a parameter: tests turn it by hand. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  nowMs(): number;
}

export const systemClock: Clock = { nowMs: () => Date.now() };

export const nowDate = (clock: Clock): Date => new Date(clock.nowMs());
