/** The limits that a request meets before anything else is done for it. */
import { toNetwork } from "../kernel/network-address.ts";
import { createRateLimiter } from "../kernel/rate-limiter.ts";

interface Options {
  /** Of one signed-in user, or of one address that is not signed in; 0 turns the limit off. */
  requestsPerMinute: number;
  /** Sign-ins, registrations and changes of the password of one address; 0 turns the limit off. */
  authPerMinute: number;
}

const windowSeconds = 60;

export const createRateLimits = ({ requestsPerMinute, authPerMinute }: Options) => {
  const requests = createRateLimiter({ points: requestsPerMinute, windowSeconds });
  const auths = createRateLimiter({ points: authPerMinute, windowSeconds });
  return {
    /**
     * Counts a request, once for a whole batch: for the user's id, or for the address of the signed-out. A minute's worth
     * may come at once.
     * @throws RATE_LIMITED
     */
    takeRequest: (key: string): Promise<void> => requests.take(toNetwork(key)),
    /** Counts what costs a password hash. @throws RATE_LIMITED */
    takeAuth: (address: string): Promise<void> => auths.take(toNetwork(address)),
  };
};
export type RateLimits = ReturnType<typeof createRateLimits>;
