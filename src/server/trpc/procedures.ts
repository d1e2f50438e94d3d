/**
 * What every procedure is built from. Each names its guard; there is no other way to the services. A guard answers
 * before the rest of the input is looked at, and hands the caller's rights on to the procedure.
 */
import { z } from "zod";
import { ChannelId, MessageId, RoleId, ServerId } from "#shared/ids.ts";
import type { PermissionName } from "#shared/permissions.ts";
import { isUnavailable } from "../database/errors.ts";
import { AppError, isAppError } from "../kernel/app-error.ts";
import { describeCall, reasonOf } from "./call-log.ts";
import { procedure, toTrpcError } from "./init.ts";

const named = procedure.use(async ({ ctx, path, getRawInput, next }) => {
  const result = await next();
  const { logger } = ctx.services;
  const callOf = async () => describeCall({ ctx, path, input: await getRawInput() });
  if (logger.isLevelEnabled("debug"))
    logger.debug({ ...(await callOf()), ...reasonOf(result) }, "a call was answered");
  if (result.ok) return result;
  const { cause, code } = result.error;
  if (isAppError(cause)) throw toTrpcError(cause);
  if (isUnavailable(cause)) throw toTrpcError(new AppError("UNAVAILABLE"));
  if (code === "INTERNAL_SERVER_ERROR") logger.error({ ...(await callOf()), error: cause }, "a call failed");
  return result;
});

/** Anyone, signed in or not. */
export const publicProcedure = named.meta({ guard: "public" });

/** @throws UNAUTHENTICATED, TOKEN_EXPIRED; RATE_LIMITED when the caller has too much under way */
export const signedIn = named.meta({ guard: "signed-in" }).use(({ ctx, type, next }) => {
  if (ctx.principal.kind === "anonymous") throw toTrpcError(new AppError(ctx.principal.reason));
  const { actor } = ctx.principal;
  const call = () => next({ ctx: { actor } });
  // A stream lasts; the gateway has bounds of its own.
  return type === "subscription" ? call() : ctx.services.callLimits.run(actor.userId, type, call);
});

const withPermission = (permission: PermissionName | undefined) => (permission ? { permission } : {});

/** Members of the server `input.serverId`, with the permission there. @throws NOT_FOUND, MISSING_PERMISSION */
export const inServer = (permission?: PermissionName) =>
  signedIn
    .meta({ guard: "server", ...withPermission(permission) })
    .input(z.object({ serverId: ServerId }))
    .use(async ({ ctx, input, next }) => {
      const access = await ctx.services.access.requireServer(ctx.actor.userId, input.serverId, permission);
      return next({ ctx: { access } });
    });

/** Members who see the channel `input.channelId`, with the permission there. @throws NOT_FOUND, MISSING_PERMISSION */
export const inChannel = (permission?: PermissionName) =>
  signedIn
    .meta({ guard: "channel", ...withPermission(permission) })
    .input(z.object({ channelId: ChannelId }))
    .use(async ({ ctx, input, next }) => {
      const access = await ctx.services.access.requireChannel(ctx.actor.userId, input.channelId, permission);
      return next({ ctx: { access } });
    });

/** Members who see the message `input.messageId`. @throws NOT_FOUND, MISSING_PERMISSION */
export const onMessage = (permission?: PermissionName) =>
  signedIn
    .meta({ guard: "message", ...withPermission(permission) })
    .input(z.object({ messageId: MessageId }))
    .use(async ({ ctx, input, next }) => {
      const access = await ctx.services.access.requireMessage(ctx.actor.userId, input.messageId, permission);
      return next({ ctx: { access } });
    });

/** Members of the server of the role `input.roleId`. @throws NOT_FOUND, MISSING_PERMISSION */
export const onRole = (permission?: PermissionName) =>
  signedIn
    .meta({ guard: "role", ...withPermission(permission) })
    .input(z.object({ roleId: RoleId }))
    .use(async ({ ctx, input, next }) => {
      const access = await ctx.services.access.requireRole(ctx.actor.userId, input.roleId, permission);
      return next({ ctx: { access } });
    });

/** Those who govern the instance. @throws MISSING_PERMISSION (INSTANCE_ADMIN) */
export const asAdmin = signedIn.meta({ guard: "admin" }).use(async ({ ctx, next }) => {
  await ctx.services.users.requireAdmin(ctx.actor.userId);
  return next();
});
