import { initTRPC, TRPCError } from "@trpc/server";
import { ZodError } from "zod";
import { type ErrorDetail, reasons } from "#shared/errors.ts";
import type { PermissionName } from "#shared/permissions.ts";
import { type AppError, isAppError } from "../kernel/app-error.ts";
import type { Context } from "./context.ts";

/** How a procedure is guarded; a test fails on one that says nothing. */
export interface Guard {
  guard: "public" | "signed-in" | "server" | "channel" | "message" | "role" | "admin";
  permission?: PermissionName;
}

/** What a refusal tells the caller; the text is for logs. */
const detailOf = (error: TRPCError, requestId: string): ErrorDetail => {
  const { cause } = error;
  if (isAppError(cause)) return cause.detail;
  if (cause instanceof ZodError) {
    const issues = cause.issues.map((issue) => ({ path: issue.path.join("."), message: issue.message }));
    return { reason: "INVALID_INPUT", params: { issues: issues.slice(0, 20) } };
  }
  switch (error.code) {
    case "BAD_REQUEST":
    case "PARSE_ERROR":
    case "METHOD_NOT_SUPPORTED":
    case "UNSUPPORTED_MEDIA_TYPE":
      return {
        reason: "INVALID_INPUT",
        params: { issues: [{ path: "", message: "the request cannot be read" }] },
      };
    case "NOT_FOUND":
      return { reason: "NOT_FOUND", params: {} };
    case "PAYLOAD_TOO_LARGE":
      return { reason: "TOO_LARGE", params: { limit: 0 } };
    default:
      return { reason: "INTERNAL", params: { requestId } };
  }
};

export const toTrpcError = (error: AppError): TRPCError =>
  new TRPCError({ code: reasons[error.reason].code, cause: error });

const t = initTRPC
  .context<Context>()
  .meta<Guard>()
  .create({
    isDev: false,
    defaultMeta: { guard: "public" },
    errorFormatter: ({ shape, error, ctx }) => {
      const detail = detailOf(error, ctx?.requestId ?? "");
      return {
        code: shape.code,
        message: detail.reason,
        data: {
          ...detail,
          code: shape.data.code,
          httpStatus: reasons[detail.reason].httpStatus,
          path: shape.data.path,
        },
      };
    },
  });

export const { router, procedure, _config: config } = t;
