/**
 * Who may change whose rights in a channel. Nobody gives or takes a permission that they lack there themselves, by taking
 * an override away neither, and nobody reaches a role or member at or above their own.
 */
import type { ChannelType, Override, OverrideInput } from "#shared/contract/channels.ts";
import type { OverrideTarget, UserId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";
import {
  CHANNEL_PERMISSIONS,
  hasPermission,
  permissionBits,
  type PermissionOverride,
  type Permissions,
} from "#shared/permissions.ts";
import { isSameTarget, toBits, toOverride } from "../access/overrides.policy.ts";
import { channelPermissionsOf, type ServerState, standingOf } from "../access/server-state.ts";
import { AppError, invalidInput } from "../kernel/app-error.ts";
import { requireAbove } from "../members/members.policy.ts";
import { findLackingPermission } from "./channels.policy.ts";

/** Who acts, and what they may do in that place. */
export interface Governor {
  state: ServerState;
  actorId: UserId;
  permissions: Permissions;
}

/** Null: there is none. */
export interface OverrideChange {
  target: OverrideTarget;
  before: PermissionOverride | null;
  after: PermissionOverride | null;
}

const none: PermissionOverride = { allow: 0n, deny: 0n };

export const findOverride = (
  overrides: readonly Override[],
  target: OverrideTarget,
): PermissionOverride | null => {
  const override = overrides.find((one) => isSameTarget(one.target, target));
  return override ? toBits(override) : null;
};

export const isChange = ({ before, after }: OverrideChange): boolean =>
  before?.allow !== after?.allow || before?.deny !== after?.deny;

/** What has to change for the channel to have the other's overrides. */
export const findDifferences = (own: readonly Override[], others: readonly Override[]): OverrideChange[] => {
  const added = others.filter(({ target }) => !findOverride(own, target));
  return [...own, ...added]
    .map(({ target }) => ({
      target,
      before: findOverride(own, target),
      after: findOverride(others, target),
    }))
    .filter(isChange);
};

/** Bits that mean nothing in a channel count for nothing. @throws INVALID_INPUT for a bit both allowed and denied */
export const parseOverride = ({ target, allow, deny }: OverrideInput): OverrideInput => {
  const override = { target, allow: allow & CHANNEL_PERMISSIONS, deny: deny & CHANNEL_PERMISSIONS };
  if ((override.allow & override.deny) !== 0n)
    throw invalidInput("deny", "a permission cannot be both allowed and denied");
  return override;
};

/** Whoever has left stands below everybody. */
const standingOfTarget = (state: ServerState, target: OverrideTarget): number =>
  target.type === "role" ? (state.roles.get(target.id)?.position ?? -1) : standingOf(state, target.id);

const isInServer = (state: ServerState, { type, id }: OverrideTarget): boolean =>
  type === "role" ? state.roles.has(id) : state.members.has(id);

const requireOwnBits = (permissions: Permissions, { before, after }: OverrideChange): void => {
  const lacking = findLackingPermission(permissions, before ?? none, after ?? none);
  if (lacking) throw new AppError("MISSING_PERMISSION", { permission: lacking });
};

/** @throws NOT_FOUND for a target outside the server, MISSING_PERMISSION */
export const requireReachable = ({ state, actorId }: Governor, target: OverrideTarget): void => {
  if (!isInServer(state, target)) throw new AppError("NOT_FOUND");
  requireAbove(standingOf(state, actorId), standingOfTarget(state, target));
};

/** @throws MISSING_PERMISSION for a target at or above the caller (HIERARCHY), and for a bit that the caller lacks there */
export const requireChange = ({ state, actorId, permissions }: Governor, change: OverrideChange): void => {
  requireAbove(standingOf(state, actorId), standingOfTarget(state, change.target));
  requireOwnBits(permissions, change);
};

/** Whoever makes a channel sees it: with what they are given for that, where the overrides would leave them out. */
const withSightOfMaker = (
  { state, actorId, permissions }: Governor,
  overrides: readonly OverrideInput[],
  type: ChannelType,
): OverrideInput[] => {
  const sees = channelPermissionsOf(state, actorId, { overrides: overrides.map(toOverride) });
  if (hasPermission(sees, "VIEW_CHANNEL")) return [...overrides];
  if (!hasPermission(permissions, "VIEW_CHANNEL"))
    throw new AppError("MISSING_PERMISSION", { permission: "VIEW_CHANNEL" });
  const target = { type: "member", id: actorId } as const;
  const own = overrides.find((one) => isSameTarget(one.target, target)) ?? { target, ...none };
  const given =
    permissionBits("VIEW_CHANNEL", ...(type === "voice" ? (["CONNECT_VOICE"] as const) : [])) & permissions;
  return [
    ...overrides.filter((one) => one !== own),
    { target, allow: own.allow | given, deny: own.deny & ~given },
  ];
};

/**
 * The overrides that a new channel has from its first moment. Its maker may name themselves.
 * @throws MISSING_PERMISSION, NOT_FOUND for a target outside the server, INVALID_INPUT for one that is named twice or a bit
 * both allowed and denied, TOO_LARGE
 */
export const requireFirstOverrides = (
  governor: Governor,
  wanted: readonly OverrideInput[],
  type: ChannelType,
): OverrideInput[] => {
  if (!hasPermission(governor.permissions, "MANAGE_ROLES"))
    throw new AppError("MISSING_PERMISSION", { permission: "MANAGE_ROLES" });
  if (new Set(wanted.map(({ target }) => target.id)).size < wanted.length)
    throw invalidInput("overrides", "must name each role or member once");
  const overrides = wanted.map(parseOverride);
  for (const { target, ...after } of overrides) {
    if (target.id !== governor.actorId) requireReachable(governor, target);
    requireOwnBits(governor.permissions, { target, before: null, after });
  }
  const all = withSightOfMaker(governor, overrides, type);
  if (all.length > limits.overridesPerChannel)
    throw new AppError("TOO_LARGE", { limit: limits.overridesPerChannel });
  return all;
};
