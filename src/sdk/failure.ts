import { type ErrorDetail, isReason, reasons } from "#shared/errors.ts";

/** Why a call failed: a reason of the catalogue with its parameters, or the server could not be reached. */
export type CallFailure = ErrorDetail | { reason: "NETWORK" };

const isErrorDetail = (data: unknown): data is ErrorDetail =>
  typeof data === "object" &&
  data !== null &&
  "reason" in data &&
  isReason(data.reason) &&
  "params" in data &&
  typeof data.params === "object" &&
  data.params !== null;

/**
 * Why the call failed that threw this. An answer without a reason of the catalogue (a proxy's page, a cut connection, a
 * time limit) is NETWORK: what was asked may or may not have happened.
 */
export const reasonOf = (error: unknown): CallFailure => {
  const data = typeof error === "object" && error !== null && "data" in error ? error.data : undefined;
  return isErrorDetail(data) ? data : { reason: "NETWORK" };
};

/** Whether the same call may succeed later without anyone changing anything. */
export const mayRetry = (failure: CallFailure): boolean =>
  failure.reason === "NETWORK" || reasons[failure.reason].isRetryable;

/** How long the server asked to wait; undefined when it did not say. */
export const retryAfterMsOf = (failure: CallFailure): number | undefined =>
  failure.reason === "RATE_LIMITED" || failure.reason === "SLOW_MODE"
    ? failure.params.retryAfterMs
    : undefined;

/** Whether the caller's session was refused, so that a new access token may help. */
export const isSessionRefusal = (failure: CallFailure): boolean =>
  failure.reason === "UNAUTHENTICATED" || failure.reason === "TOKEN_EXPIRED";
