/** Events of the stream itself, of servers, channels, roles and invites. */
import type { Invite } from "#shared/contract/invites.ts";
import type { Role } from "#shared/contract/roles.ts";
import type { Server } from "#shared/contract/servers.ts";
import type { Ready, ServerSnapshot } from "#shared/events.ts";
import type { ChannelId, ServerId } from "#shared/ids.ts";
import { type ApplyContext, type EventAppliers, findStanding } from "./apply-context.ts";
import { type Cache, isOfServer } from "./cache.ts";
import {
  putChannel,
  putRole,
  removeChannel,
  removeRole,
  removeRoleOverrides,
  resolveChannels,
} from "./channels.ts";
import { keys, type Presences } from "./keys.ts";
import { compare, upsert, without } from "./lists.ts";
import { removeRoleOf, removeRoleOfAll } from "./members.ts";
import { emptyVoiceChannel, putVoiceStates } from "./voice-events.ts";

/** Oldest first. */
const serverOrder = {
  id: (server: Server) => server.id,
  order: (a: Server, b: Server) => compare(a.id, b.id),
};
const inviteOrder = { id: (invite: Invite) => invite.code, order: () => 0 };

const presencesOf = (servers: readonly ServerSnapshot[]): Presences =>
  Object.fromEntries(
    servers.flatMap(({ presences }) => presences.map(({ userId, status }) => [userId, status])),
  );

const putSnapshot = (
  cache: Cache,
  { server, channels, roles, member, memberCount, voiceStates }: ServerSnapshot,
): void => {
  cache.put(keys.server(server.id), server);
  cache.put(keys.roles(server.id), roles);
  cache.put(keys.ownMember(server.id), member);
  cache.put(keys.memberCount(server.id), memberCount);
  cache.put(keys.channels(server.id), channels);
  putVoiceStates(cache, server.id, voiceStates);
};

/** The caller's permissions in the server follow from what has just changed. */
export const resolveAnew = (cache: Cache, serverId: ServerId): void => {
  const standing = findStanding(cache, serverId);
  if (standing) cache.update(keys.channels(serverId), (channels) => resolveChannels(channels, standing));
};

const forgetChannels = (cache: Cache, channelIds: readonly ChannelId[]): void => {
  cache.update(keys.reads(), (reads) => without(reads, ({ channelId }) => channelIds.includes(channelId)));
  for (const id of channelIds) {
    cache.drop(keys.messages(id));
    cache.drop(keys.typing(id));
  }
};

/** Forgets a server that the caller is no longer in. */
export const forgetServer = (cache: Cache, serverId: ServerId): void => {
  cache.update(keys.servers(), (servers) => without(servers, ({ id }) => id === serverId));
  forgetChannels(cache, cache.read(keys.channels(serverId))?.map(({ id }) => id) ?? []);
  const { server, channels, roles, ownMember, memberCount, invites, voiceStates } = keys;
  const kept = [server, channels, roles, ownMember, memberCount, invites, voiceStates];
  for (const keyOf of kept) cache.drop(keyOf(serverId));
  cache.drop(keys.allMembers(), (queryKey) => isOfServer(queryKey, serverId));
};

const applyReady = ({ cache, requests }: ApplyContext, { user, servers, reads }: Ready): void => {
  const present = new Set(servers.map(({ server }) => server.id));
  for (const { id } of cache.read(keys.servers()) ?? []) if (!present.has(id)) forgetServer(cache, id);
  const visible = new Set<unknown>(servers.flatMap(({ channels }) => channels.map(({ id }) => id)));
  cache.drop(keys.allMessages(), (queryKey) => !visible.has(queryKey.at(-1)));
  cache.put(keys.me(), user);
  cache.put(
    keys.servers(),
    servers.map(({ server }) => server).toSorted((a, b) => compare(a.id, b.id)),
  );
  for (const snapshot of servers) putSnapshot(cache, snapshot);
  cache.put(keys.reads(), reads);
  cache.put(keys.presences(), presencesOf(servers));
  requests.refreshUnheard();
};

const applyServer = ({ cache }: ApplyContext, server: Server): void => {
  cache.update(keys.servers(), (servers) => upsert(servers, server, serverOrder));
  cache.update(keys.server(server.id), () => server);
  resolveAnew(cache, server.id);
};

const applyRole = ({ cache }: ApplyContext, role: Role): void => {
  cache.update(keys.roles(role.serverId), (roles) => putRole(roles, role));
  resolveAnew(cache, role.serverId);
};

type ServerEvents =
  | "READY"
  | "RESUMED"
  | "RESYNC"
  | "SERVER_CREATE"
  | "SERVER_UPDATE"
  | "SERVER_DELETE"
  | "CHANNEL_CREATE"
  | "CHANNEL_UPDATE"
  | "CHANNEL_DELETE"
  | "ROLE_CREATE"
  | "ROLE_UPDATE"
  | "ROLE_DELETE"
  | "INVITE_CREATE"
  | "INVITE_DELETE";

const nothing = (): void => undefined;

export const serverAppliers: Pick<EventAppliers, ServerEvents> = {
  READY: applyReady,
  RESUMED: nothing,
  // READY follows, and says what is so.
  RESYNC: nothing,
  SERVER_CREATE: ({ cache }, snapshot) => {
    cache.update(keys.servers(), (servers) => upsert(servers, snapshot.server, serverOrder));
    putSnapshot(cache, snapshot);
    cache.update(keys.presences(), (presences) => ({ ...presences, ...presencesOf([snapshot]) }));
  },
  SERVER_UPDATE: applyServer,
  SERVER_DELETE: ({ cache }, { id }) => forgetServer(cache, id),
  CHANNEL_CREATE: ({ cache, requests }, channel) => {
    if (channel.serverId === null) return;
    const standing = findStanding(cache, channel.serverId);
    cache.update(keys.channels(channel.serverId), (channels) => putChannel(channels, channel, standing));
    // One that came into sight may have messages.
    requests.refreshChannels(channel.serverId);
    // And people in it.
    if (channel.type === "voice") requests.refreshVoiceStates(channel.serverId);
  },
  CHANNEL_UPDATE: ({ cache }, channel) => {
    if (channel.serverId === null) return;
    const standing = findStanding(cache, channel.serverId);
    cache.update(keys.channels(channel.serverId), (channels) =>
      // What is out of the caller's sight does not exist for them.
      channels.some(({ id }) => id === channel.id) ? putChannel(channels, channel, standing) : channels,
    );
  },
  CHANNEL_DELETE: ({ cache }, { id, serverId }) => {
    cache.update(keys.channels(serverId), (channels) => removeChannel(channels, id));
    forgetChannels(cache, [id]);
    emptyVoiceChannel(cache, serverId, id);
  },
  ROLE_CREATE: applyRole,
  ROLE_UPDATE: applyRole,
  ROLE_DELETE: ({ cache }, { id, serverId }) => {
    cache.update(keys.roles(serverId), (roles) => removeRole(roles, id));
    cache.update(keys.ownMember(serverId), (member) => removeRoleOf(member, id));
    cache.updateAll(keys.allMembers(), (data, queryKey) =>
      isOfServer(queryKey, serverId) ? removeRoleOfAll(data, id) : data,
    );
    cache.update(keys.channels(serverId), (channels) => removeRoleOverrides(channels, id));
    resolveAnew(cache, serverId);
  },
  INVITE_CREATE: ({ cache }, invite) =>
    cache.update(keys.invites(invite.serverId), (invites) =>
      upsert(invites.toReversed(), invite, inviteOrder).toReversed(),
    ),
  INVITE_DELETE: ({ cache }, { code, serverId }) =>
    cache.update(keys.invites(serverId), (invites) => without(invites, (invite) => invite.code === code)),
};
