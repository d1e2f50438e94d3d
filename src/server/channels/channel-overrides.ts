/**
 * What a role or a member may and may not do in one channel. Nobody gives or takes a permission that they lack there
 * themselves, by taking an override away neither, and nobody reaches a role or member at or above their own.
 */
import type { AuditFields } from "#shared/contract/audit.ts";
import type { RemoveOverride, SetOverride } from "#shared/contract/channels.ts";
import type { ChannelId, ServerId, UserId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";
import {
  CHANNEL_PERMISSIONS,
  formatPermissions,
  type PermissionOverride,
  type Permissions,
} from "#shared/permissions.ts";
import type { ChannelAccess } from "../access/access.service.ts";
import { type ServerState, standingOf } from "../access/server-state.ts";
import type { AuditService } from "../audit/audit.service.ts";
import { type Database, type Transaction, withTransaction } from "../database/client.ts";
import { isForeignKeyViolation } from "../database/errors.ts";
import { lockServer } from "../database/locks.ts";
import type { AccessChange } from "../events/event-log.ts";
import { AppError } from "../kernel/app-error.ts";
import { requireAbove } from "../members/members.policy.ts";
import type { Actor } from "../trpc/context.ts";
import { findLackingPermission } from "./channels.policy.ts";
import type { ChannelsRepo } from "./channels.repo.ts";

interface Deps {
  db: Database;
  repo: ChannelsRepo;
  learn: (serverId: ServerId) => Promise<void>;
  audit: AuditService;
  announceUpdate: (serverId: ServerId, channelId: ChannelId, accessChange: AccessChange) => void;
}

interface OverrideChange {
  target: SetOverride["target"];
  /** Null takes the override away. */
  after: PermissionOverride | null;
}

const none: PermissionOverride = { allow: 0n, deny: 0n };

export const createChannelOverrides = ({ db, repo, learn, audit, announceUpdate }: Deps) => {
  /** What was there before; undefined when nothing has to change. */
  const store = async (
    tx: Transaction,
    { serverId, channel, permissions }: ChannelAccess,
    { target, after }: OverrideChange,
  ): Promise<{ before: PermissionOverride | null } | undefined> => {
    if (!(await lockServer(tx, serverId, "no key update"))) throw new AppError("NOT_FOUND");
    const { count, existing } = await repo.getOverrides(tx, channel.id, target);
    const before = existing ?? null;
    if (!after && !before) throw new AppError("NOT_FOUND");
    requireOwnBits(permissions, before ?? none, after ?? none);
    if (isSame(before, after)) return undefined;
    if (!before && count >= limits.overridesPerChannel) {
      throw new AppError("TOO_LARGE", { limit: limits.overridesPerChannel });
    }
    if (before) await repo.deleteOverride(tx, channel.id, target);
    if (after) await repo.insertOverride(tx, channel.id, { target, ...after });
    return { before };
  };

  const change = async (actor: Actor, place: ChannelAccess, wanted: OverrideChange): Promise<void> => {
    const { serverId, channel, state } = place;
    const { target, after } = wanted;
    requireReachable(state, actor.userId, target);
    const isChanged = await withTransaction(db, async (tx) => {
      const stored = await store(tx, place, wanted);
      if (!stored) return false;
      await audit.record(tx, {
        serverId,
        actorId: actor.userId,
        action: after ? "channels.setOverride" : "channels.removeOverride",
        target: { type: "channel", id: channel.id, name: channel.name },
        ...(stored.before && { before: presentChange(target, stored.before) }),
        ...(after && { after: presentChange(target, after) }),
      });
      return true;
    }).catch((error: unknown) => {
      // The channel, the role or the account was deleted between the check and the insert.
      if (isForeignKeyViolation(error)) throw new AppError("NOT_FOUND");
      throw error;
    });
    if (!isChanged) return;
    await learn(serverId);
    announceUpdate(serverId, channel.id, {
      serverId,
      ...(target.type === "member" && { userId: target.id }),
    });
  };

  return {
    /**
     * Sets what a role or a member may and may not do there; other bits than CHANNEL_PERMISSIONS count for nothing.
     * @throws NOT_FOUND for a target outside the server, MISSING_PERMISSION for a bit that the caller lacks there or for a
     * target at or above the caller (HIERARCHY), TOO_LARGE, INVALID_INPUT for a bit both allowed and denied
     */
    async setOverride(
      actor: Actor,
      place: ChannelAccess,
      { target, allow, deny }: SetOverride,
    ): Promise<void> {
      const after = { allow: allow & CHANNEL_PERMISSIONS, deny: deny & CHANNEL_PERMISSIONS };
      if ((after.allow & after.deny) !== 0n) {
        const issue = { path: "deny", message: "a permission cannot be both allowed and denied" };
        throw new AppError("INVALID_INPUT", { issues: [issue] });
      }
      await change(actor, place, { target, after });
    },

    /** @throws NOT_FOUND for a target outside the server or without an override, MISSING_PERMISSION as above */
    removeOverride: (actor: Actor, place: ChannelAccess, { target }: RemoveOverride): Promise<void> =>
      change(actor, place, { target, after: null }),
  };
};

const isSame = (one: PermissionOverride | null, other: PermissionOverride | null): boolean =>
  one?.allow === other?.allow && one?.deny === other?.deny;

const presentChange = (target: SetOverride["target"], { allow, deny }: PermissionOverride): AuditFields => ({
  target: { ...target },
  allow: formatPermissions(allow),
  deny: formatPermissions(deny),
});

const requireOwnBits = (caller: Permissions, before: PermissionOverride, after: PermissionOverride): void => {
  const lacking = findLackingPermission(caller, before, after);
  if (lacking) throw new AppError("MISSING_PERMISSION", { permission: lacking });
};

const findStanding = (state: ServerState, target: SetOverride["target"]): number | undefined => {
  if (target.type === "role") return state.roles.get(target.id)?.position;
  return state.members.has(target.id) ? standingOf(state, target.id) : undefined;
};

const requireReachable = (state: ServerState, actorId: UserId, target: SetOverride["target"]): void => {
  const standing = findStanding(state, target);
  if (standing === undefined) throw new AppError("NOT_FOUND");
  requireAbove(standingOf(state, actorId), standing);
};
