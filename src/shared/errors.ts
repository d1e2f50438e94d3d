/**
 * The catalogue of refusals. A refused call carries `error.data.reason` (a key of this catalogue) and `error.data.params`;
 * the error's text is for logs alone: a client has its own words for every reason.
 */
import type { PermissionName } from "./permissions.ts";

/** One fault of an input: where it is and what is wrong there. */
export interface InputIssue {
  path: string;
  message: string;
}

/** An object without a single key, so that `keyof` it is never. */
// oxlint-disable-next-line typescript/no-generated-empty-object-type
type NoParams = Record<never, never>;

export interface ReasonParams {
  INVALID_INPUT: { issues: InputIssue[] };
  UNAUTHENTICATED: NoParams;
  TOKEN_EXPIRED: NoParams;
  MISSING_PERMISSION: {
    permission:
      | PermissionName
      | "OWNER"
      | "HIERARCHY"
      | "REGISTRATION"
      | "ORIGIN"
      | "INSTANCE_ADMIN"
      | "METRICS";
  };
  NOT_FOUND: NoParams;
  ALREADY_EXISTS: { field: string };
  /** Of the call that was refused and those like it; of whatever the caller asks for where `isForAllCalls` stands. */
  RATE_LIMITED: { retryAfterMs: number; isForAllCalls?: true };
  TOO_LARGE: { limit: number };
  UNSUPPORTED_MEDIA: { detected: string };
  INVITE_EXPIRED: NoParams;
  /** A one-time link that was used, replaced, or is too old. */
  LINK_EXPIRED: NoParams;
  /** The right password of an account that an administrator has switched off. */
  ACCOUNT_DISABLED: NoParams;
  /** The instance would be left without an administrator. */
  LAST_ADMIN: NoParams;
  /** The account still owns these servers. */
  OWNS_SERVERS: { names: string[] };
  VOICE_FULL: NoParams;
  VOICE_UNAVAILABLE: { cause: string };
  SLOW_MODE: { retryAfterMs: number };
  TIMED_OUT: { until: string };
  UNAVAILABLE: NoParams;
  INTERNAL: { requestId: string };
}

export type Reason = keyof ReasonParams;

interface ReasonEntry {
  httpStatus: number;
  /** The tRPC error code that carries it; stock clients show it. */
  code:
    | "BAD_REQUEST"
    | "UNAUTHORIZED"
    | "FORBIDDEN"
    | "NOT_FOUND"
    | "CONFLICT"
    | "TOO_MANY_REQUESTS"
    | "PAYLOAD_TOO_LARGE"
    | "UNSUPPORTED_MEDIA_TYPE"
    | "PRECONDITION_FAILED"
    | "SERVICE_UNAVAILABLE"
    | "INTERNAL_SERVER_ERROR";
  /** Whether the same call may succeed later without the caller changing anything. */
  isRetryable: boolean;
}

export const reasons = {
  INVALID_INPUT: { httpStatus: 400, code: "BAD_REQUEST", isRetryable: false },
  UNAUTHENTICATED: { httpStatus: 401, code: "UNAUTHORIZED", isRetryable: false },
  TOKEN_EXPIRED: { httpStatus: 401, code: "UNAUTHORIZED", isRetryable: false },
  MISSING_PERMISSION: { httpStatus: 403, code: "FORBIDDEN", isRetryable: false },
  NOT_FOUND: { httpStatus: 404, code: "NOT_FOUND", isRetryable: false },
  ALREADY_EXISTS: { httpStatus: 409, code: "CONFLICT", isRetryable: false },
  RATE_LIMITED: { httpStatus: 429, code: "TOO_MANY_REQUESTS", isRetryable: true },
  TOO_LARGE: { httpStatus: 413, code: "PAYLOAD_TOO_LARGE", isRetryable: false },
  UNSUPPORTED_MEDIA: { httpStatus: 415, code: "UNSUPPORTED_MEDIA_TYPE", isRetryable: false },
  INVITE_EXPIRED: { httpStatus: 412, code: "PRECONDITION_FAILED", isRetryable: false },
  LINK_EXPIRED: { httpStatus: 412, code: "PRECONDITION_FAILED", isRetryable: false },
  ACCOUNT_DISABLED: { httpStatus: 403, code: "FORBIDDEN", isRetryable: false },
  LAST_ADMIN: { httpStatus: 412, code: "PRECONDITION_FAILED", isRetryable: false },
  OWNS_SERVERS: { httpStatus: 412, code: "PRECONDITION_FAILED", isRetryable: false },
  VOICE_FULL: { httpStatus: 412, code: "PRECONDITION_FAILED", isRetryable: true },
  VOICE_UNAVAILABLE: { httpStatus: 503, code: "SERVICE_UNAVAILABLE", isRetryable: true },
  SLOW_MODE: { httpStatus: 429, code: "TOO_MANY_REQUESTS", isRetryable: true },
  TIMED_OUT: { httpStatus: 403, code: "FORBIDDEN", isRetryable: true },
  UNAVAILABLE: { httpStatus: 503, code: "SERVICE_UNAVAILABLE", isRetryable: true },
  INTERNAL: { httpStatus: 500, code: "INTERNAL_SERVER_ERROR", isRetryable: false },
} as const satisfies Record<Reason, ReasonEntry>;

export const isReason = (value: unknown): value is Reason =>
  typeof value === "string" && Object.hasOwn(reasons, value);

/** What `error.data` holds, for each reason with its own parameters. */
export type ErrorDetail = { [R in Reason]: { reason: R; params: ReasonParams[R] } }[Reason];
