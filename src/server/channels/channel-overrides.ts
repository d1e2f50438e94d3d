/**
 * Changing what a role or a member may and may not do in one channel (`override-rules.ts`). A category hands its overrides
 * down to the channels that follow it: they change with it, until one is given overrides of its own.
 */
import type { AuditFields } from "#shared/contract/audit.ts";
import type { OverrideInput, RemoveOverride, SetOverride } from "#shared/contract/channels.ts";
import type { ChannelId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";
import { formatPermissions, hasPermission, type PermissionOverride } from "#shared/permissions.ts";
import type { ChannelAccess } from "../access/access.service.ts";
import { channelPermissionsOf } from "../access/server-state.ts";
import type { Transaction } from "../database/client.ts";
import { AppError, invalidInput } from "../kernel/app-error.ts";
import type { Actor } from "../trpc/context.ts";
import { type ChannelActs, findFollowers } from "./channel-acts.ts";
import type { ChannelsRepo } from "./channels.repo.ts";
import {
  findDifferences,
  findOverride,
  type Governor,
  isChange,
  type OverrideChange,
  parseOverride,
  requireChange,
  requireReachable,
} from "./override-rules.ts";

interface Deps {
  repo: ChannelsRepo;
  acts: ChannelActs;
}

/** For the audit log. */
export const presentOverride = ({ target, allow, deny }: OverrideInput): AuditFields => ({
  target: { ...target },
  allow: formatPermissions(allow),
  deny: formatPermissions(deny),
});

/** `side` of each change that has one. */
const presentSide = (changes: readonly OverrideChange[], side: "before" | "after"): AuditFields[] =>
  changes.flatMap(({ target, [side]: override }) =>
    override ? [presentOverride({ target, ...override })] : [],
  );

const governorOf = ({ userId }: Actor, { state, permissions }: ChannelAccess): Governor => ({
  state,
  actorId: userId,
  permissions,
});

export const createChannelOverrides = ({ repo, acts }: Deps) => {
  const store = async (
    tx: Transaction,
    { channel }: ChannelAccess,
    { target, before, after }: OverrideChange,
  ): Promise<void> => {
    if (!before && channel.overrides.length >= limits.overridesPerChannel)
      throw new AppError("TOO_LARGE", { limit: limits.overridesPerChannel });
    await repo.keepOverrides(tx, [channel.id]);
    if (before) await repo.deleteOverride(tx, channel.id, target);
    if (after) await repo.insertOverrides(tx, channel.id, [{ target, ...after }]);
  };

  const record = (
    tx: Transaction,
    actor: Actor,
    { place: { serverId, channel }, change }: { place: ChannelAccess; change: OverrideChange },
  ): Promise<void> => {
    const { target } = change;
    const side = (override: PermissionOverride | null, followsCategory: boolean): AuditFields => ({
      ...(channel.followsCategory && { followsCategory }),
      ...(override && presentOverride({ target, ...override })),
    });
    const [before, after] = [side(change.before, true), side(change.after, false)];
    return acts.record(tx, channel, {
      serverId,
      actorId: actor.userId,
      action: change.after ? "channels.setOverride" : "channels.removeOverride",
      ...(Object.keys(before).length > 0 && { before }),
      ...(Object.keys(after).length > 0 && { after }),
    });
  };

  /** Does the change in the channel, and tells of it and of all that follow it. */
  const change = async (
    actor: Actor,
    { serverId, channel: { id: channelId } }: ChannelAccess,
    { target, after }: Pick<OverrideChange, "target" | "after">,
  ): Promise<void> => {
    const wanted = { serverId, channelId, permission: "MANAGE_ROLES" } as const;
    const changedIds = await acts.inChannel(actor, wanted, async (tx, place): Promise<ChannelId[]> => {
      const governor = governorOf(actor, place);
      const wantedChange = { target, before: findOverride(place.channel.overrides, target), after };
      if (after) requireReachable(governor, target);
      requireChange(governor, wantedChange);
      if (!after && !wantedChange.before) throw new AppError("NOT_FOUND");
      if (!isChange(wantedChange)) return [];
      await store(tx, place, wantedChange);
      await record(tx, actor, { place, change: wantedChange });
      return [channelId, ...findFollowers(place.state, channelId)];
    });
    if (changedIds.length === 0) return;
    await acts.learn(serverId);
    acts.announceUpdates(serverId, changedIds, {
      serverId,
      ...(target.type === "member" && { userId: target.id }),
    });
  };

  return {
    /**
     * Sets what a role or a member may and may not do there; other bits than CHANNEL_PERMISSIONS count for nothing. A
     * channel that follows its category has the category's as its own from then on, with this one.
     * @throws NOT_FOUND for a target outside the server, MISSING_PERMISSION for a bit that the caller lacks there or for a
     * target at or above the caller (HIERARCHY), TOO_LARGE, INVALID_INPUT for a bit both allowed and denied
     */
    async setOverride(actor: Actor, place: ChannelAccess, input: SetOverride): Promise<void> {
      const { target, ...after }: OverrideInput = parseOverride(input);
      await change(actor, place, { target, after });
    },

    /** @throws NOT_FOUND for a target without an override, MISSING_PERMISSION as above */
    removeOverride: (actor: Actor, place: ChannelAccess, { target }: RemoveOverride): Promise<void> =>
      change(actor, place, { target, after: null }),

    /**
     * Gives up the channel's own overrides for its category's.
     * @throws INVALID_INPUT for a channel without a category that the caller sees, MISSING_PERMISSION for an override that
     * would change and that the caller may not change
     */
    async followCategory(
      actor: Actor,
      { serverId, channel: { id: channelId } }: ChannelAccess,
    ): Promise<void> {
      const wanted = { serverId, channelId, permission: "MANAGE_ROLES" } as const;
      const isChanged = await acts.inChannel(actor, wanted, async (tx, place) => {
        const { channel, state } = place;
        const category = channel.parentId === null ? undefined : state.channels.get(channel.parentId);
        if (!category || !hasPermission(channelPermissionsOf(state, actor.userId, category), "VIEW_CHANNEL"))
          throw invalidInput("channelId", "must stand in a category");
        if (channel.followsCategory) return false;
        const differences = findDifferences(channel.overrides, category.overrides);
        for (const difference of differences) requireChange(governorOf(actor, place), difference);
        await repo.followCategory(tx, [channelId]);
        await acts.record(tx, channel, {
          serverId,
          actorId: actor.userId,
          action: "channels.followCategory",
          before: { followsCategory: false, overrides: presentSide(differences, "before") },
          after: { followsCategory: true, overrides: presentSide(differences, "after") },
        });
        return true;
      });
      if (!isChanged) return;
      await acts.learn(serverId);
      acts.announceUpdates(serverId, [channelId], { serverId });
    },
  };
};
