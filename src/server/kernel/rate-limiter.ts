/** How often something may be done, counted in this process's memory, which is bounded. */
import { LRUCache } from "lru-cache";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { AppError } from "./app-error.ts";
import { roomFor } from "./room-for.ts";

interface Options {
  /** What a key may take in one window, all at once if it likes; 0 turns the limit off. */
  points: number;
  windowSeconds: number;
  /** Whether a key that has no more is refused whatever it asks for, which the refusal then says. Default: false. */
  isForAllCalls?: boolean;
  /** Default 20,000, some 10 MB: beyond that the key that was counted longest ago starts anew. */
  maxKeys?: number;
}

export interface RateLimiter {
  /** Counts one. @throws RATE_LIMITED when the key has no more in this window */
  take(key: string): Promise<void>;
  /** Takes one off the count again. */
  giveBack(key: string): Promise<void>;
  /** Forgets the key. */
  reset(key: string): Promise<void>;
  /** Forgets every key of which this holds; looks at all of them. */
  resetWhere(holds: (key: string) => boolean): Promise<void>;
}

const unlimited: RateLimiter = {
  take: () => Promise.resolve(),
  giveBack: () => Promise.resolve(),
  reset: () => Promise.resolve(),
  resetWhere: () => Promise.resolve(),
};

export const createRateLimiter = ({
  points,
  windowSeconds,
  isForAllCalls = false,
  maxKeys = 20_000,
}: Options): RateLimiter => {
  if (points === 0) return unlimited;
  const limiter = new RateLimiterMemory({ points, duration: windowSeconds });
  // The limiter itself has no bound, and whoever may choose the keys could fill the memory.
  const keys = new LRUCache<string, true>({
    ...roomFor(maxKeys),
    dispose: (_value, key, reason) => {
      if (reason === "evict") void limiter.delete(key);
    },
  });
  const reset = async (key: string): Promise<void> => {
    keys.delete(key);
    await limiter.delete(key);
  };
  return {
    async take(key) {
      keys.set(key, true);
      try {
        await limiter.consume(key);
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        throw new AppError("RATE_LIMITED", {
          retryAfterMs: Math.max(1, Math.ceil(error.msBeforeNext)),
          ...(isForAllCalls && { isForAllCalls }),
        });
      }
    },
    async giveBack(key) {
      if (keys.has(key)) await limiter.reward(key);
    },
    reset,
    async resetWhere(holds) {
      await Promise.all([...keys.keys()].filter(holds).map(reset));
    },
  };
};
