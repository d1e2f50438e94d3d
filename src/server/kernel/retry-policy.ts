/** How long to wait before the next try at what is not there yet. */
export interface RetryPolicy {
  /** `attempt` counts from 1. */
  nextDelayMs(attempt: number): number;
}

/** Doubles from `firstMs` to `longestMs`; each wait is half fixed and half random, so that many do not come back at once. */
export const createRetryPolicy = (options: {
  firstMs: number;
  longestMs: number;
  random?: () => number;
}): RetryPolicy => {
  const random = options.random ?? Math.random;
  return {
    nextDelayMs: (attempt) => {
      const fullMs = Math.min(options.longestMs, options.firstMs * 2 ** (attempt - 1));
      return fullMs / 2 + (fullMs / 2) * random();
    },
  };
};
