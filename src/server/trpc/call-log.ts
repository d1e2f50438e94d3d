/** What the log tells of a call: who, and on what, by ids alone. What was said stays with those it was said to. */
import type { TRPCError } from "@trpc/server";
import { isAppError } from "../kernel/app-error.ts";
import type { Context } from "./context.ts";

interface Call {
  ctx: Pick<Context, "requestId" | "principal">;
  path: string;
  /** As it came, checked by nobody. */
  input: unknown;
}

const idNames = ["serverId", "channelId", "messageId", "roleId"] as const;
const isId = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

const findId = (input: unknown, name: (typeof idNames)[number]): string | undefined => {
  const value: unknown = typeof input === "object" && input !== null ? Reflect.get(input, name) : undefined;
  return typeof value === "string" && isId.test(value) ? value : undefined;
};

export const describeCall = ({ ctx: { requestId, principal }, path, input }: Call) => ({
  requestId,
  userId: principal.kind === "user" ? principal.actor.userId : undefined,
  path,
  ...Object.fromEntries(idNames.map((name) => [name, findId(input, name)])),
});

/** Why it was refused: the catalogue's reason, or tRPC's code; nothing when it was not. */
export const reasonOf = (result: { ok: true } | { ok: false; error: TRPCError }): { reason?: string } => {
  if (result.ok) return {};
  const { cause, code } = result.error;
  return { reason: isAppError(cause) ? cause.reason : code };
};
