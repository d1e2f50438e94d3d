/** A question about the server's parts that anybody may bring about: it is asked once for all, and waited for briefly. */
import type { Clock } from "../kernel/clock.ts";

interface Options<T> {
  ask: () => Promise<T>;
  /** What a caller waits for at most. */
  timeoutMs: number;
  /** What is told where nothing was answered in time, or the question failed. */
  otherwise: T;
  clock: Clock;
  /** How long an answer is good for. */
  keepMs: number;
}

/**
 * The answer, or what stands in for it. It is never asked again before the question before has ended: whatever hangs would
 * else be hung upon, connection by connection.
 */
export const createProbe = <T>({ ask, timeoutMs, otherwise, clock, keepMs }: Options<T>) => {
  let current: Promise<T> | undefined;
  let kept: { answer: T; untilMs: number } | undefined;
  const begin = async (): Promise<T> => {
    try {
      const answer = await ask();
      kept = { answer, untilMs: clock.nowMs() + keepMs };
      return answer;
    } catch {
      return otherwise;
    } finally {
      current = undefined;
    }
  };
  return async (): Promise<T> => {
    if (kept && clock.nowMs() < kept.untilMs) return kept.answer;
    current ??= begin();
    const { promise: tooLate, resolve } = Promise.withResolvers<T>();
    const timer = setTimeout(() => resolve(otherwise), timeoutMs);
    try {
      return await Promise.race([current, tooLate]);
    } finally {
      clearTimeout(timer);
    }
  };
};
