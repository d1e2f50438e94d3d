import { createRetryPolicy, type RetryPolicy } from "../retry-policy.ts";

interface Options {
  /** From 0 to 1, for tests. */
  random?: () => number;
}

/** A server that restarts is back within seconds, and everybody is to hear each other again within ten (VO12). */
const firstMs = 500;
const longestMs = 5_000;
/** Who was away for longer has gone on to something else, and a microphone that opens by itself then is a surprise. */
const giveUpRejoiningAfterMs = 120_000;

/** When to try again to get back into a call; it gives up after two minutes. */
export const createRejoinPolicy = ({ random = Math.random }: Options = {}): RetryPolicy => {
  const waits = createRetryPolicy({ baseMs: firstMs, maxMs: longestMs, random });
  return {
    nextDelayMs: (progress) =>
      progress.elapsedMs >= giveUpRejoiningAfterMs ? null : waits.nextDelayMs(progress),
  };
};
