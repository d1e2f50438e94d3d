/** What a reader has to know of a call that did not go as they wanted, and until when a limit of the server holds. */
import { reasonOf } from "#sdk/index.ts";
import { findRetryAtMs } from "#sdk/query-cache/index.ts";

/** As much of a query as tells. */
interface Asked {
  data: unknown;
  isPlaceholderData: boolean;
  error: unknown;
  failureReason: unknown;
}

const findLimited = (failureReason: unknown): unknown =>
  findRetryAtMs(failureReason) === undefined ? null : failureReason;

/** Why a query has no answer of its own, where it has failed or waits for a limit; null: it is there, or on its way. */
export const findTrouble = ({ data, isPlaceholderData, error, failureReason }: Asked): unknown =>
  data !== undefined && !isPlaceholderData ? null : (error ?? findLimited(failureReason));

/** The same for the page that a list goes on with. */
export const findPageTrouble = (
  { error, failureReason }: Pick<Asked, "error" | "failureReason">,
  page: { isFetching: boolean; hasFailed: boolean },
): unknown => {
  if (page.hasFailed) return error;
  return page.isFetching ? findLimited(failureReason) : null;
};

/** When limits end that no query waits for, from the moment in which they were first looked at. */
const ends = new WeakMap<object, number>();

export interface LimitEnd {
  atMs: number;
  /** Whether whatever one asks for is refused, and not this alone. */
  isForAllCalls: boolean;
  /** Whether a query then asks again by itself. */
  isAskedAgain: boolean;
}

/** When the limit ends that a call was refused for; undefined: that is not why. */
export const findLimitEnd = (error: unknown): LimitEnd | undefined => {
  const failure = reasonOf(error);
  if (failure.reason !== "RATE_LIMITED" || typeof error !== "object" || error === null) return undefined;
  const { retryAfterMs, isForAllCalls = false } = failure.params;
  const askedAgainMs = findRetryAtMs(error);
  if (askedAgainMs !== undefined) return { atMs: askedAgainMs, isForAllCalls, isAskedAgain: true };
  const atMs = ends.get(error) ?? Date.now() + retryAfterMs;
  ends.set(error, atMs);
  return { atMs, isForAllCalls, isAskedAgain: false };
};
