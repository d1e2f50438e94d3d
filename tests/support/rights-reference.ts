/** What rights are, in the contract's words and without any haste: what the server's resolution is measured against. */
import type { ServerState } from "#server/access/server-state.ts";
import type { Override, SharedChannel } from "#shared/contract/channels.ts";
import type { UserId } from "#shared/ids.ts";
import {
  CHANNEL_PERMISSIONS,
  hasPermission,
  type PermissionName,
  type Permissions,
  permissionBits,
  permissionNames,
} from "#shared/permissions.ts";

/** One permission at a time, in the contract's words. */
const mayInChannel = (
  { state, userId, channel }: { state: ServerState; userId: UserId; channel: SharedChannel },
  name: PermissionName,
): boolean => {
  const bit = permissionBits(name);
  if (userId === state.ownerId) return true;
  const roleIds = [...(state.members.get(userId)?.roleIds ?? [])];
  const held = [state.everyoneRoleId, ...roleIds].map((id) => state.roles.get(id)?.permissions ?? 0n);
  if (held.some((one) => hasPermission(one, "ADMINISTRATOR"))) return true;
  let may = held.some((one) => (one & bit) !== 0n);
  if ((bit & CHANNEL_PERMISSIONS) === 0n) return may;
  const layers: Override[][] = [
    channel.overrides.filter(({ target }) => target.type === "role" && target.id === state.everyoneRoleId),
    channel.overrides.filter(({ target }) => target.type === "role" && roleIds.includes(target.id)),
    channel.overrides.filter(({ target }) => target.type === "member" && target.id === userId),
  ];
  for (const layer of layers) {
    if (layer.some(({ deny }) => (BigInt(deny) & bit) !== 0n)) may = false;
    if (layer.some(({ allow }) => (BigInt(allow) & bit) !== 0n)) may = true;
  }
  return may;
};

/** The member's bits in the channel. */
export const resolveSlowly = (state: ServerState, userId: UserId, channel: SharedChannel): Permissions => {
  const place = { state, userId, channel };
  if (!state.members.has(userId) || !mayInChannel(place, "VIEW_CHANNEL")) return 0n;
  return permissionBits(...permissionNames.filter((name) => mayInChannel(place, name)));
};
