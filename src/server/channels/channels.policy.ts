/** Pure: how a server's channels may stand, and who may change whose rights in one. */
import type { ChannelType, SharedChannel, UpdateChannel } from "#shared/contract/channels.ts";
import type { ChannelId } from "#shared/ids.ts";
import {
  findLacking,
  type PermissionName,
  type PermissionOverride,
  type Permissions,
} from "#shared/permissions.ts";
import { areSameOverrides } from "../access/overrides.policy.ts";
import type { ChannelPatch, ChannelPlace } from "./channels.repo.ts";

/** A channel as it stands in its server, and whether it exists for the caller. */
export interface PlacedChannel extends ChannelPlace {
  type: ChannelType;
  isVisible: boolean;
}

/** What the input would change. */
export const findChanges = (
  channel: SharedChannel,
  { name, topic, parentId, slowModeSeconds }: UpdateChannel,
): ChannelPatch => ({
  ...(name !== undefined && name !== channel.name && { name }),
  ...(topic !== undefined && topic !== channel.topic && { topic }),
  ...(parentId !== undefined && parentId !== channel.parentId && { parentId }),
  ...(slowModeSeconds !== undefined && slowModeSeconds !== channel.slowModeSeconds && { slowModeSeconds }),
});

/** What is wrong with putting the channel there, or undefined. A category that the caller cannot see is none. */
export const findParentFault = (
  channel: { type: ChannelType; parentId: ChannelId | null },
  parentId: ChannelId | null,
  all: readonly PlacedChannel[],
): string | undefined => {
  if (parentId === null || parentId === channel.parentId) return undefined;
  if (channel.type === "category") return "a category stands in no other";
  const parent = all.find(({ id }) => id === parentId);
  return parent?.type === "category" && parent.isVisible
    ? undefined
    : "must be a category of the same server";
};

export interface Move {
  id: ChannelId;
  parentId: ChannelId | null;
}

/** Those of the moved channels whose rights, which a move leaves as they are, are those of the new category too. */
export const findFollowersAfterMove = (
  channels: ReadonlyMap<ChannelId, SharedChannel>,
  moved: readonly Move[],
): ChannelId[] =>
  moved.flatMap(({ id, parentId }) => {
    const channel = channels.get(id);
    const category = parentId === null ? undefined : channels.get(parentId);
    return channel && category && areSameOverrides(channel.overrides, category.overrides) ? [id] : [];
  });

/**
 * The places that change when the caller puts the channels into the wanted order. The order names exactly the channels
 * that exist for the caller; each of the others keeps its place in the row, and so gives away neither itself nor how
 * many there are. `all` is in the order of the positions.
 */
export const reorder = (
  all: readonly PlacedChannel[],
  order: readonly Move[],
): { places: ChannelPlace[] } | { fault: string } => {
  const visible = new Map(all.filter(({ isVisible }) => isVisible).map((channel) => [channel.id, channel]));
  const named = new Set(order.map(({ id }) => id));
  if (
    named.size !== order.length ||
    named.size !== visible.size ||
    [...named].some((id) => !visible.has(id))
  ) {
    return { fault: "must name each channel of the server once" };
  }
  for (const { id, parentId } of order) {
    const channel = visible.get(id);
    const fault = channel && findParentFault(channel, parentId, all);
    if (fault) return { fault };
  }
  const rest = order.values();
  const wanted = all.map((channel): Move => (channel.isVisible ? (rest.next().value ?? channel) : channel));
  const before = new Map(all.map((channel) => [channel.id, channel]));
  const places = wanted
    .map(({ id, parentId }, position): ChannelPlace => ({ id, parentId, position }))
    .filter(({ id, parentId, position }) => {
      const was = before.get(id);
      return was?.position !== position || was.parentId !== parentId;
    });
  return { places };
};

/** The first permission that a change of the override would give or take although the caller lacks it. */
export const findLackingPermission = (
  caller: Permissions,
  before: PermissionOverride,
  after: PermissionOverride,
): PermissionName | undefined => {
  const changed = (before.allow ^ after.allow) | (before.deny ^ after.deny);
  return findLacking(caller, changed);
};
