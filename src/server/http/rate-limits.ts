/** The limits that a request meets before anything else is done for it. */
import { isAppError } from "../kernel/app-error.ts";
import { toNetwork } from "../kernel/network-address.ts";
import { createRateLimiter } from "../kernel/rate-limiter.ts";
import { type Scheduler, systemScheduler } from "../kernel/scheduler.ts";

interface Options {
  /** Of one signed-in user, or of one address that is not signed in; 0 turns the limit off. */
  requestsPerMinute: number;
  /** Sign-ins, registrations and changes of the password of one address; 0 turns the limit off. */
  authPerMinute: number;
  /** Default: the real time. */
  scheduler?: Scheduler;
}

const windowSeconds = 60;
/** A client that obeys Retry-After is hardly ever refused twice; one that was refused so often in a minute does not. */
const promptRefusals = 20;
/** Whoever asks on over one connection is then answered once a second, which costs the server next to nothing. */
const slowRefusalMs = 1_000;
/** Refusals that wait: some 20 MB with their requests. */
const maxSlowRefusals = 2_000;

/** Waits before a refusal to those who take no notice of refusals. */
const createTarPit = (scheduler: Scheduler) => {
  const prompt = createRateLimiter({ points: promptRefusals, windowSeconds });
  let waiting = 0;
  return async (key: string): Promise<void> => {
    const isPrompt = await prompt.take(key).then(
      () => true,
      () => false,
    );
    if (isPrompt || waiting >= maxSlowRefusals) return;
    waiting += 1;
    await new Promise<void>((resolve) => {
      scheduler.after(slowRefusalMs, resolve);
    });
    waiting -= 1;
  };
};

export const createRateLimits = ({
  requestsPerMinute,
  authPerMinute,
  scheduler = systemScheduler,
}: Options) => {
  const slowDown = createTarPit(scheduler);
  const requests = createRateLimiter({ points: requestsPerMinute, windowSeconds });
  const auths = createRateLimiter({ points: authPerMinute, windowSeconds });
  return {
    /**
     * Counts a request, once for a whole batch: for the user's id, or for the address of the signed-out. A minute's worth
     * may come at once. Who goes on in spite of many refusals waits for each.
     * @throws RATE_LIMITED
     */
    async takeRequest(key: string): Promise<void> {
      const network = toNetwork(key);
      try {
        await requests.take(network);
      } catch (error) {
        if (isAppError(error)) await slowDown(network);
        throw error;
      }
    },
    /** Counts what costs a password hash. @throws RATE_LIMITED */
    takeAuth: (address: string): Promise<void> => auths.take(toNetwork(address)),
  };
};
export type RateLimits = ReturnType<typeof createRateLimits>;
