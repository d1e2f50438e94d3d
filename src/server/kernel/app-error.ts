/** The one error that a rule of Together throws. Whatever else is thrown is a fault, and reaches the caller as INTERNAL. */
import { type ErrorDetail, type Reason, type ReasonParams } from "#shared/errors.ts";

export class AppError<R extends Reason = Reason> extends Error {
  override readonly name = "AppError";
  readonly reason: R;
  readonly params: ReasonParams[R];

  constructor(reason: R, ...[params]: keyof ReasonParams[R] extends never ? [] : [ReasonParams[R]]) {
    super(reason);
    this.reason = reason;
    this.params = params ?? ({} as ReasonParams[R]);
  }

  /** As it stands in `error.data`. */
  get detail(): ErrorDetail {
    return { reason: this.reason, params: this.params } as ErrorDetail;
  }
}
