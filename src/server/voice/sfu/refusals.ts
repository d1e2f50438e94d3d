import { errors } from "mediasoup";
import { AppError } from "../../kernel/app-error.ts";

export const workerDiedCause = "The voice worker has died";

/** mediasoup has no error of its own for parameters that do not fit; some the worker refuses with a bare Error. */
const isUnfit = (error: unknown): error is Error =>
  error instanceof errors.UnsupportedError ||
  error instanceof TypeError ||
  (error instanceof Error && error.constructor === Error);

/**
 * What mediasoup throws, as the reason that a caller is refused with; a fault of ours stays what it is.
 *
 * @param path the input that mediasoup judged, if any
 */
export const toRefusal = (error: unknown, path?: string): unknown => {
  if (error instanceof errors.WorkerClosedError) {
    return new AppError("VOICE_UNAVAILABLE", { cause: workerDiedCause });
  }
  if (error instanceof errors.NotFoundError) return new AppError("NOT_FOUND");
  if (path !== undefined && isUnfit(error)) {
    return new AppError("INVALID_INPUT", { issues: [{ path, message: error.message }] });
  }
  return error;
};

/** @throws VOICE_UNAVAILABLE, NOT_FOUND, INVALID_INPUT in place of mediasoup's own errors */
export const refusing = async <T>(call: () => Promise<T>, path?: string): Promise<T> => {
  try {
    return await call();
  } catch (error) {
    throw toRefusal(error, path);
  }
};

/** Whether the thing was closed, or its worker died, before the call reached it. */
export const isGone = (error: unknown): boolean =>
  error instanceof errors.NotFoundError || error instanceof errors.WorkerClosedError;

/** For what need not be done to a thing that is closed: a closed one is as silent as a paused one. */
export const unlessGone = async (call: Promise<void>): Promise<void> => {
  try {
    await call;
  } catch (error) {
    if (!isGone(error)) throw error;
  }
};
