/** A refusal outside of tRPC, in the form of one of tRPC's: a client reads it like any other. */
import { type ErrorDetail, reasons } from "#shared/errors.ts";

export const toRefusal = (detail: ErrorDetail) => {
  const { httpStatus, code } = reasons[detail.reason];
  return { error: { message: detail.reason, code: -32_600, data: { ...detail, code, httpStatus } } };
};
