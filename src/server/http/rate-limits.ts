/** The limits that a request meets before anything else is done for it. */
import { isAppError } from "../kernel/app-error.ts";
import { toNetwork } from "../kernel/network-address.ts";
import { createRateLimiter, type RateLimiter } from "../kernel/rate-limiter.ts";
import type { PaceMaker } from "../kernel/pace.ts";
import { type Scheduler, systemScheduler } from "../kernel/scheduler.ts";

interface Options {
  /** Of one signed-in user, or of one address that is not signed in; 0 turns the limit off. */
  requestsPerMinute: number;
  /** Sign-ins, registrations and changes of the password of one address; 0 turns the limit off. */
  authPerMinute: number;
  paceOf: PaceMaker;
  /** Default: the real time. */
  scheduler?: Scheduler;
}

const windowSeconds = 60;
/** A client that obeys Retry-After is hardly ever refused twice; one that was refused so often in a minute does not. */
const promptRefusals = 20;
/** Whoever asks on over one connection is then answered once a second, which costs the server next to nothing. */
const slowRefusalMs = 1_000;
/** Files, pages and health of one address: fifty people behind it who all open the app anew come to half of it. */
const filesPerMinute = 3_000;
/** Of one address: what twenty new pages ask for at once, and then as many in a second as a minute's worth takes half of it. */
const filePace = { atOnce: 300, perSecond: 100 };
/** Refusals that wait: some 20 MB with their requests. */
const maxSlowRefusals = 2_000;

/** Waits before a refusal to those who take no notice of refusals, and tells them from others. */
const createTarPit = (scheduler: Scheduler) => {
  const prompt = createRateLimiter({ points: promptRefusals, windowSeconds });
  let waiting = 0;
  return async (key: string): Promise<boolean> => {
    const isPrompt = await prompt.take(key).then(
      () => true,
      () => false,
    );
    if (isPrompt) return false;
    if (waiting >= maxSlowRefusals) return true;
    waiting += 1;
    await new Promise<void>((resolve) => {
      scheduler.after(slowRefusalMs, resolve);
    });
    waiting -= 1;
    return true;
  };
};

export const createRateLimits = ({
  requestsPerMinute,
  authPerMinute,
  paceOf,
  scheduler = systemScheduler,
}: Options) => {
  const slowDown = createTarPit(scheduler);
  const requests = createRateLimiter({ points: requestsPerMinute, windowSeconds, isForAllCalls: true });
  const auths = createRateLimiter({ points: authPerMinute, windowSeconds });
  const files = createRateLimiter({ points: requestsPerMinute === 0 ? 0 : filesPerMinute, windowSeconds });
  const filesOfOne = paceOf(filePace);
  const refused = createTarPit(scheduler);

  /** Who goes on in spite of many refusals waits for each. */
  const take = async (limit: RateLimiter, key: string): Promise<void> => {
    const network = toNetwork(key);
    try {
      await limit.take(network);
    } catch (error) {
      if (isAppError(error)) await slowDown(network);
      throw error;
    }
  };

  return {
    /**
     * Counts a request, once for a whole batch: for the user's id, or for the address of the signed-out. A minute's worth
     * may come at once. Who goes on in spite of many refusals waits for each.
     * @throws RATE_LIMITED
     */
    takeRequest: (key: string): Promise<void> => take(requests, key),
    /** Counts what is no call, and settles when it may be answered. @throws RATE_LIMITED */
    async takeFile(address: string): Promise<void> {
      await take(files, address);
      if (requestsPerMinute > 0) await filesOfOne.wait(toNetwork(address));
    },
    /**
     * Before a refusal of what did not become a call, such as a body that is too long: whoever sends many of them waits.
     * True to those.
     */
    delayRefusal: async (address: string): Promise<boolean> =>
      requestsPerMinute > 0 && (await refused(toNetwork(address))),
    /** Counts what costs a password hash. @throws RATE_LIMITED */
    takeAuth: (address: string): Promise<void> => auths.take(toNetwork(address)),
  };
};
export type RateLimits = ReturnType<typeof createRateLimits>;
