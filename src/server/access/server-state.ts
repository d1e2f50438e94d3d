/**
 * What a server's rights are made of, held in memory so that a check on the way of a message costs no query. It is built
 * from rows, asked, and replaced as a whole or by one member; it never reads anything itself. What has been resolved once
 * is remembered (`rights-cache.ts`), and outlives what does not change it (`carry-rights.ts`).
 */
import type { SharedChannel } from "#shared/contract/channels.ts";
import type { ChannelId, RoleId, ServerId, UserId } from "#shared/ids.ts";
import {
  hasPermission,
  NO_PERMISSIONS,
  type Permissions,
  resolveChannelPermissions,
  resolveServerPermissions,
  whileTimedOut,
} from "#shared/permissions.ts";
import type { RightsCache } from "./rights-cache.ts";

export interface RoleState {
  id: RoleId;
  name: string;
  color: string | null;
  permissions: Permissions;
  position: number;
}

export interface MemberState {
  roleIds: readonly RoleId[];
  /** Null: not timed out. */
  timeoutUntil: Date | null;
}

export interface ServerState {
  id: ServerId;
  ownerId: UserId;
  everyoneRoleId: RoleId;
  roles: ReadonlyMap<RoleId, RoleState>;
  /** In the order of their positions. */
  channels: ReadonlyMap<ChannelId, SharedChannel>;
  /** Changed by `setMember` alone. */
  members: Map<UserId, MemberState>;
  /** What has been resolved of all this. */
  rights: RightsCache;
}

/** When the member's timeout ends; undefined for one who is not timed out now, or whom no timeout binds. */
export const timeoutOf = (state: ServerState, userId: UserId, nowMs: number): Date | undefined => {
  const until = state.members.get(userId)?.timeoutUntil;
  if (!until || until.getTime() <= nowMs) return undefined;
  return hasPermission(serverPermissionsOf(state, userId) ?? 0n, "ADMINISTRATOR") ? undefined : until;
};

/** The member's bits in the server as a whole, whatever timeout there is; undefined for an outsider. */
export const serverPermissionsOf = (state: ServerState, userId: UserId): Permissions | undefined => {
  const member = state.members.get(userId);
  if (!member) return undefined;
  return resolveServerPermissions({
    isOwner: state.ownerId === userId,
    everyone: state.roles.get(state.everyoneRoleId)?.permissions ?? 0n,
    roles: member.roleIds.map((id) => state.roles.get(id)?.permissions ?? 0n),
  });
};

/** The member's bits in the server in this moment: next to nothing in a timeout, none for an outsider. */
export const permissionsLeft = (state: ServerState, userId: UserId, nowMs: number): Permissions => {
  const all = serverPermissionsOf(state, userId) ?? NO_PERMISSIONS;
  return timeoutOf(state, userId, nowMs) ? whileTimedOut(all) : all;
};

const resolve = (state: ServerState, userId: UserId, overrides: SharedChannel["overrides"]): Permissions => {
  const { roles, members } = state.rights.bitsOf(overrides);
  const roleIds = state.members.get(userId)?.roleIds ?? [];
  return resolveChannelPermissions(serverPermissionsOf(state, userId) ?? NO_PERMISSIONS, {
    everyone: roles.get(state.everyoneRoleId),
    roles: roleIds.flatMap((id) => roles.get(id) ?? []),
    member: members.get(userId),
  });
};

/** The member's bits in one channel, whatever timeout there is; 0 for an outsider, and where the channel does not exist for them. */
export const channelPermissionsOf = (
  state: ServerState,
  userId: UserId,
  { overrides }: Pick<SharedChannel, "overrides">,
): Permissions => {
  if (!state.members.has(userId)) return NO_PERMISSIONS;
  const known = state.rights.find(overrides, userId);
  return known ?? state.rights.keep(overrides, userId, resolve(state, userId, overrides));
};

/** Puts the member's new state in the place of the old one; undefined for one who is no member any more. */
export const setMember = (state: ServerState, userId: UserId, member: MemberState | undefined): void => {
  if (member) state.members.set(userId, member);
  else state.members.delete(userId);
  state.rights.forget(userId);
};

/** The channels that exist for the member, with their bits there. */
export const visibleChannelsOf = (state: ServerState, userId: UserId): Map<ChannelId, Permissions> => {
  const visible = new Map<ChannelId, Permissions>();
  for (const channel of state.channels.values()) {
    const permissions = channelPermissionsOf(state, userId, channel);
    if (hasPermission(permissions, "VIEW_CHANNEL")) visible.set(channel.id, permissions);
  }
  return visible;
};

/** The position of the member's highest role; the owner stands above all, an outsider below. */
export const standingOf = (state: ServerState, userId: UserId): number => {
  if (state.ownerId === userId) return Number.POSITIVE_INFINITY;
  const member = state.members.get(userId);
  if (!member) return -1;
  return member.roleIds.reduce((highest, id) => Math.max(highest, state.roles.get(id)?.position ?? 0), 0);
};
