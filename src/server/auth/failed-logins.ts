/**
 * Bounds on guessing passwords. An attempt is counted before the password is looked at, so that many at once count as
 * many, and taken off again when it was right. The bound on an account over all addresses is for guessing from many places; it
 * never holds for a place where the account is signed in, or strangers could lock its owner out.
 */
import { createRateLimiter } from "../kernel/rate-limiter.ts";

export interface Attempt {
  /** Where it comes from, as `toNetwork` gives it. */
  network: string;
  /** The account's id; the name that was given where there is no such account. */
  account: string;
  /** Whether the account has a session there. */
  isKnownNetwork: boolean;
}

const windowSeconds = 15 * 60;
const perNetworkAndAccount = 5;
const perAccount = 50;

export const createFailedLogins = () => {
  const ofNetwork = createRateLimiter({ points: perNetworkAndAccount, windowSeconds });
  const ofAccount = createRateLimiter({ points: perAccount, windowSeconds });

  return {
    /**
     * The answer of `verify`, counted if it is no.
     * @throws RATE_LIMITED without asking it, when there were too many wrong ones; and whatever it throws, not counted
     */
    async guard(
      { network, account, isKnownNetwork }: Attempt,
      verify: () => Promise<boolean>,
    ): Promise<boolean> {
      const networkKey = `${network} ${account}`;
      await ofNetwork.take(networkKey);
      if (!isKnownNetwork) await ofAccount.take(account);
      const forgive = async (): Promise<void> => {
        if (!isKnownNetwork) await ofAccount.giveBack(account);
      };
      let isRight: boolean;
      try {
        isRight = await verify();
      } catch (error) {
        await Promise.all([ofNetwork.giveBack(networkKey), forgive()]);
        throw error;
      }
      if (isRight) await Promise.all([ofNetwork.reset(networkKey), forgive()]);
      return isRight;
    },

    /** The account has a new password: what was guessed at the old one counts no more. */
    async forget(account: string): Promise<void> {
      await Promise.all([
        ofAccount.reset(account),
        ofNetwork.resetWhere((key) => key.endsWith(` ${account}`)),
      ]);
    },
  };
};
