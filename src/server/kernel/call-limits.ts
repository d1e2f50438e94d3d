/**
 * What one user may have under way in the services, so that the database's connections are never all theirs: a batch is one
 * request, and may be fifty calls. Everybody else's calls go past those that wait here. And how fast they follow each other:
 * a minute's worth that came all at once would be a moment in which nobody else is served.
 */
import type { UserId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";
import { noPace, type Pace, type PaceMaker } from "./pace.ts";
import { createRateLimiter } from "./rate-limiter.ts";
import { createTurns } from "./turns.ts";

interface Options {
  /** 0 turns the bounds on calls in a minute and their pace off, not those on what goes on at once. */
  requestsPerMinute: number;
  paceOf: PaceMaker;
}

/** As many as the library puts into one batch: who uses it meets the limit of requests first. */
const callsPerRequest = 20;
/** While one is read by PostgreSQL the other is written out: more would have the whole of a machine with two cores. */
const queriesAtOnce = 2;
/** They wait for a commit more than they work, and those of a moment share a statement. */
const mutationsAtOnce = 8;
/** Five of the longest batches. */
const waiting = 250;

/** Of the requests of a minute: so many at once, and then as many a second. */
const shareAtOnce = { query: 0.2, mutation: 0.1 };

/**
 * What costs the server far more than the asking does, and what nobody does often by hand: of one user in a minute, at once
 * and then in a second; and of everybody together, so that the database always has time for what is quick.
 */
const costly = {
  /** The whole of a large channel may have to be looked at. */
  search: { perMinute: limits.searchesPerMinute, atOnce: 3, perSecond: 2, together: 3 },
  /** Everybody in the server is told, its rights are read anew, and whoever else joins or leaves it waits for its row. */
  join: { perMinute: limits.joinsPerMinute, atOnce: 1, perSecond: 0.5, together: 1 },
  /** The same; who wants to go is not refused. */
  leave: { perMinute: 0, atOnce: 1, perSecond: 0.5, together: 1 },
};
type Costly = keyof typeof costly;

/** Of everybody: it is their calls that wait, and those are bounded. */
const createCostly = (kind: Costly, paceOf: PaceMaker) => {
  const { perMinute, together, ...speed } = costly[kind];
  const limiter = createRateLimiter({ points: perMinute, windowSeconds: 60 });
  const pace = paceOf(speed);
  const turns = createTurns({ atOnce: together, waiting: Number.POSITIVE_INFINITY });
  return {
    async take(userId: UserId): Promise<void> {
      await limiter.take(userId);
      await pace.wait(userId);
    },
    turns,
  };
};

export const createCallLimits = ({ requestsPerMinute, paceOf }: Options) => {
  const isLimited = requestsPerMinute > 0;
  const calls = createRateLimiter({
    points: requestsPerMinute * callsPerRequest,
    windowSeconds: 60,
    isForAllCalls: true,
  });
  const turns = {
    query: createTurns({ atOnce: queriesAtOnce, waiting }),
    mutation: createTurns({ atOnce: mutationsAtOnce, waiting }),
  };
  const paceOfCalls = (type: keyof typeof turns): Pace => {
    if (!isLimited) return noPace;
    const some = Math.max(1, requestsPerMinute * shareAtOnce[type]);
    return paceOf({ atOnce: some, perSecond: some });
  };
  const paces = { query: paceOfCalls("query"), mutation: paceOfCalls("mutation") };
  const kinds = {
    search: createCostly("search", paceOf),
    join: createCostly("join", paceOf),
    leave: createCostly("leave", paceOf),
  };
  return {
    /** Counts what has a limit of its own besides, and does it when it is its turn. @throws RATE_LIMITED, and what the work throws */
    async runCostly<T>(userId: UserId, kind: Costly, work: () => Promise<T>): Promise<T> {
      const ofKind = kinds[kind];
      if (isLimited) await ofKind.take(userId);
      return ofKind.turns.run("everybody's", work);
    },

    /** Counts the call, and makes it when it is the user's turn. @throws RATE_LIMITED, and what the call throws */
    async run<T>(userId: UserId, type: keyof typeof turns, call: () => Promise<T>): Promise<T> {
      await calls.take(userId);
      return turns[type].run(userId, async () => {
        await paces[type].wait(userId);
        return call();
      });
    },
  };
};
export type CallLimits = ReturnType<typeof createCallLimits>;
