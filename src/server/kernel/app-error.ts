/** The one error that a rule of Together throws. Whatever else is thrown is a fault, and reaches the caller as INTERNAL. */
import { type ErrorDetail, type Reason, type ReasonParams } from "#shared/errors.ts";

export class AppError<R extends Reason = Reason> extends Error {
  override readonly name = "AppError";
  /** As it stands in `error.data`. */
  readonly detail: ErrorDetail;

  constructor(reason: R, ...[params]: keyof ReasonParams[R] extends never ? [] : [ReasonParams[R]]) {
    super(reason);
    // The argument's type says which parameters belong to which reason; TypeScript cannot carry that into the union.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    this.detail = { reason, params: params ?? {} } as ErrorDetail;
  }

  get reason(): Reason {
    return this.detail.reason;
  }

  get params(): ReasonParams[Reason] {
    return this.detail.params;
  }
}

/** One fault of an input, which only the rules can see: where it is and what is wrong there. */
export const invalidInput = (path: string, message: string): AppError =>
  new AppError("INVALID_INPUT", { issues: [{ path, message }] });

export const isAppError = (error: unknown): error is AppError => error instanceof AppError;
