/** What events do to a server's channels and roles, with the caller's permissions resolved anew. Pure. */
import type { Channel, Override, SharedChannel } from "#shared/contract/channels.ts";
import type { Member } from "#shared/contract/members.ts";
import type { Role } from "#shared/contract/roles.ts";
import type { Server } from "#shared/contract/servers.ts";
import type { ChannelId, MessageId, RoleId } from "#shared/ids.ts";
import {
  formatPermissions,
  parsePermissions,
  type PermissionOverride,
  type Permissions,
  resolveChannelPermissions,
  resolveServerPermissions,
} from "#shared/permissions.ts";
import { compare, mapItems, upsert, without } from "./lists.ts";

/** What the caller's permissions in a server follow from. */
export interface Standing {
  server: Server;
  roles: readonly Role[];
  member: Member;
}

const byPosition = (a: Channel, b: Channel): number => compare(a.position, b.position) || compare(a.id, b.id);
const channelOrder = { id: (channel: Channel) => channel.id, order: byPosition };
/** Highest first. */
const roleOrder = {
  id: (role: Role) => role.id,
  order: (a: Role, b: Role) => compare(b.position, a.position) || compare(a.id, b.id),
};

const bitsOf = (role: Role | undefined): Permissions => parsePermissions(role?.permissions ?? "0") ?? 0n;
const isEveryone = (role: Role): boolean => role.position === 0;

/** The caller's bits in the server as a whole. */
export const serverPermissionsOf = ({ server, roles, member }: Standing): Permissions =>
  resolveServerPermissions({
    isOwner: server.ownerId === member.user.id,
    everyone: bitsOf(roles.find(isEveryone)),
    roles: member.roleIds.map((id) => bitsOf(roles.find((role) => role.id === id))),
  });

const toOverride = ({ allow, deny }: Override): PermissionOverride => ({
  allow: parsePermissions(allow) ?? 0n,
  deny: parsePermissions(deny) ?? 0n,
});

/** The caller's bits in the channel. */
export const channelPermissionsOf = (standing: Standing, { overrides }: SharedChannel): Permissions => {
  const { roles, member } = standing;
  const everyoneId = roles.find(isEveryone)?.id;
  const ofRole = (id: RoleId | undefined) =>
    overrides.find(({ target }) => target.type === "role" && target.id === id);
  const everyone = ofRole(everyoneId);
  const ofMember = overrides.find(({ target }) => target.type === "member" && target.id === member.user.id);
  return resolveChannelPermissions(serverPermissionsOf(standing), {
    everyone: everyone && toOverride(everyone),
    roles: member.roleIds.flatMap((id) => ofRole(id) ?? []).map(toOverride),
    member: ofMember && toOverride(ofMember),
  });
};

/** Every channel with the caller's permissions as they follow from the standing. */
export const resolveChannels = (channels: Channel[], standing: Standing): Channel[] =>
  mapItems(channels, (channel) => {
    const permissions = formatPermissions(channelPermissionsOf(standing, channel));
    return permissions === channel.permissions ? channel : { ...channel, permissions };
  });

/** The channel as it is now, in its place; of one that was not known before the newest message is not known either. */
export const putChannel = (
  channels: Channel[],
  channel: SharedChannel,
  standing: Standing | undefined,
): Channel[] => {
  const known = channels.find(({ id }) => id === channel.id);
  const permissions = standing
    ? formatPermissions(channelPermissionsOf(standing, channel))
    : (known?.permissions ?? "0");
  return upsert(
    channels,
    { ...channel, permissions, lastMessageId: known?.lastMessageId ?? null },
    channelOrder,
  );
};

export const removeChannel = (channels: Channel[], id: ChannelId): Channel[] =>
  without(channels, (channel) => channel.id === id);

/** Notes a message that came; an older one than the newest known changes nothing. */
export const noteMessage = (channels: Channel[], channelId: ChannelId, messageId: MessageId): Channel[] =>
  mapItems(channels, (channel) =>
    channel.id === channelId && (channel.lastMessageId ?? "") < messageId
      ? { ...channel, lastMessageId: messageId }
      : channel,
  );

/** Puts another message in the place of the newest one, which is gone. */
export const setLastMessage = (
  channels: Channel[],
  channelId: ChannelId,
  lastMessageId: MessageId | null,
): Channel[] =>
  mapItems(channels, (channel) =>
    channel.id === channelId && channel.lastMessageId !== lastMessageId
      ? { ...channel, lastMessageId }
      : channel,
  );

export const putRole = (roles: Role[], role: Role): Role[] => upsert(roles, role, roleOrder);

export const removeRole = (roles: Role[], id: RoleId): Role[] => without(roles, (role) => role.id === id);

/** A role that is gone has no overrides. */
export const removeRoleOverrides = (channels: Channel[], id: RoleId): Channel[] =>
  mapItems(channels, (channel) => {
    const overrides = without(channel.overrides, ({ target }) => target.type === "role" && target.id === id);
    return overrides === channel.overrides ? channel : { ...channel, overrides };
  });
