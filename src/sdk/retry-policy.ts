/** When to try again. Nothing in the library waits by other numbers than a policy's. */
export interface RetryPolicy {
  /** Milliseconds until the next try, never 0; `attempt` counts the failures so far, from 0. Null: stop trying. */
  nextDelayMs: (progress: { attempt: number; elapsedMs: number }) => number | null;
}

interface Options {
  /** The longest first wait. */
  baseMs?: number;
  /** No wait is longer. */
  maxMs?: number;
  /** From 0 to 1, for tests. */
  random?: () => number;
}

/**
 * Waits that double up to a bound, each shortened by chance down to its half: clients that lost the same server at the
 * same moment must not come back at the same moment. It never gives up.
 */
export const createRetryPolicy = ({
  baseMs = 500,
  maxMs = 15_000,
  random = Math.random,
}: Options = {}): RetryPolicy => ({
  nextDelayMs: ({ attempt }) => {
    const longestMs = Math.min(maxMs, baseMs * 2 ** Math.min(attempt, 30));
    return Math.max(1, Math.round(longestMs * (0.5 + random() / 2)));
  },
});
