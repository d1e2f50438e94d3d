/** What the limits refuse: counted, and told to the log once in a while, with the address that abuse is told by. */
import { LRUCache } from "lru-cache";
import { isAppError } from "../kernel/app-error.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Logger } from "../kernel/logger.ts";
import type { Metrics } from "./metrics.ts";
import { roomFor } from "../kernel/room-for.ts";

interface Options {
  metrics: Pick<Metrics, "countRefusal">;
  logger: Logger;
  clock: Clock;
}

/** A flood must not fill the disk as well: of each caller there is a line a minute. */
const againAfterMs = 60_000;
const maxCallers = 1_000;

type Limit = (key: string) => Promise<void>;

/** The signed-in are counted by their id, and nobody has to know where they are. */
const describe = (caller: string) => (isUserId.test(caller) ? { userId: caller } : { address: caller });
const isUserId = /^[\da-f]{8}-[\da-f]{4}-/i;

const isRateLimited = (error: unknown): boolean => isAppError(error) && error.reason === "RATE_LIMITED";

export const createLimitWatch = ({ metrics, logger, clock }: Options) => {
  const toldAtMs = new LRUCache<string, number>(roomFor(maxCallers));
  /** The caller is an address, or a user's id. */
  const tell = (kind: string, caller: string): void => {
    metrics.countRefusal(kind);
    const key = `${kind} ${caller}`;
    const nowMs = clock.nowMs();
    const lastMs = toldAtMs.get(key);
    if (lastMs !== undefined && nowMs - lastMs < againAfterMs) return;
    toldAtMs.set(key, nowMs);
    logger.warn({ limit: kind, ...describe(caller) }, "a limit was reached");
  };
  return {
    tell,
    /** The same limit, watched. */
    watch:
      (kind: string, limit: Limit): Limit =>
      async (key) => {
        try {
          await limit(key);
        } catch (error) {
          if (isRateLimited(error)) tell(kind, key);
          throw error;
        }
      },
  };
};
