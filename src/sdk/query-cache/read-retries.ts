/** When a query asks again after a failure, for the `defaultOptions.queries` of a TanStack Query client. */
import { mayRetry, reasonOf, retryAfterMsOf } from "../failure.ts";

/** A failed read is tried this often again before it is shown; what a person waits for must not wait longer. */
const maxRetries = 2;
const firstDelayMs = 1_000;
const longestDelayMs = 30_000;

/** When the query that failed with this asks again. */
const retryTimes = new WeakMap<object, number>();

const isLimited = (error: unknown): boolean => retryAfterMsOf(reasonOf(error)) !== undefined;

const retryDelay = (failures: number, error: unknown): number =>
  Math.max(Math.min(longestDelayMs, firstDelayMs * 2 ** failures), retryAfterMsOf(reasonOf(error)) ?? 0);

/**
 * A limit of the server is waited for as long as it says, and for as often: the query then asks by itself, whichever page
 * it wanted. Meanwhile its `failureReason` says why nothing is there, and `findRetryAtMs(failureReason)` until when.
 */
export const readRetries = {
  retry: (failures: number, error: unknown): boolean => {
    if (!isLimited(error)) return failures < maxRetries && mayRetry(reasonOf(error));
    if (typeof error === "object" && error !== null)
      retryTimes.set(error, Date.now() + retryDelay(failures, error));
    return true;
  },
  retryDelay,
};

/** When a query that waits for a limit asks again, in ms since 1970; undefined: it does not wait for one. */
export const findRetryAtMs = (failureReason: unknown): number | undefined =>
  typeof failureReason === "object" && failureReason !== null ? retryTimes.get(failureReason) : undefined;
