/**
 * What one user may have under way in the services, so that the database's connections are never all theirs: a batch is one
 * request, and may be fifty calls. Everybody else's calls go past those that wait here.
 */
import type { UserId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";
import { createRateLimiter } from "./rate-limiter.ts";
import { createTurns } from "./turns.ts";

interface Options {
  /** 0 turns the bounds on calls in a minute off, not those on what goes on at once. */
  requestsPerMinute: number;
}

/** As many as the library puts into one batch: who uses it meets the limit of requests first. */
const callsPerRequest = 20;
/** While one is read by PostgreSQL the other is written out: more would have the whole of a machine with two cores. */
const queriesAtOnce = 2;
/** They wait for a commit more than they work, and those of a moment share a statement. */
const mutationsAtOnce = 8;
/** Five of the longest batches. */
const waiting = 250;

/** What costs the server far more than the asking does, and what nobody does often by hand. */
const perMinute = {
  /** The whole of a large channel may have to be looked at. */
  searches: limits.searchesPerMinute,
  /** Everybody in the server is told, and its rights are read anew; as is leaving, which a join has to go before. */
  joins: limits.joinsPerMinute,
};
type Costly = keyof typeof perMinute;

export const createCallLimits = ({ requestsPerMinute }: Options) => {
  const calls = createRateLimiter({
    points: requestsPerMinute * callsPerRequest,
    windowSeconds: 60,
    isForAllCalls: true,
  });
  const turns = {
    query: createTurns({ atOnce: queriesAtOnce, waiting }),
    mutation: createTurns({ atOnce: mutationsAtOnce, waiting }),
  };
  const ofCostly = (kind: Costly) =>
    createRateLimiter({ points: requestsPerMinute === 0 ? 0 : perMinute[kind], windowSeconds: 60 });
  const costly = { searches: ofCostly("searches"), joins: ofCostly("joins") };
  return {
    /** Counts what has a limit of its own besides. @throws RATE_LIMITED */
    take: (kind: Costly, userId: UserId): Promise<void> => costly[kind].take(userId),

    /** Counts the call, and makes it when it is the user's turn. @throws RATE_LIMITED, and what the call throws */
    async run<T>(userId: UserId, type: keyof typeof turns, call: () => Promise<T>): Promise<T> {
      await calls.take(userId);
      return turns[type].run(userId, call);
    },
  };
};
export type CallLimits = ReturnType<typeof createCallLimits>;
