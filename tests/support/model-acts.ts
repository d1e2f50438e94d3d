/** What can happen in a model world: each act changes the state and then tells it, as the server does. */
import type { SharedChannel } from "#shared/contract/channels.ts";
import type { VoiceState } from "#shared/contract/voice.ts";
import type { UserId } from "#shared/ids.ts";
import { formatPermissions, permissionBits } from "#shared/permissions.ts";
import type { ModelMessage, ModelWorld } from "./model-world.ts";
import { aRole, aUserObject, aVoiceState, userId } from "./wire-objects.ts";

/** Chooses among what there is, whatever there is. */
export interface Choice {
  a: number;
  b: number;
}

const pick = <T>(from: readonly T[], n: number): T | undefined => from[n % Math.max(1, from.length)];
const masks = [0n, permissionBits("SEND_MESSAGES"), permissionBits("ATTACH_FILES", "ADD_REACTIONS")];
const maskOf = (n: number): string => formatPermissions(pick(masks, n) ?? 0n);

const withChannel = (world: ModelWorld, n: number, act: (channel: SharedChannel) => void): void => {
  const channel = pick(
    world.channels.filter(({ id }) => !world.hidden.has(id)),
    n,
  );
  if (channel) act(channel);
};

const withServer = (
  world: ModelWorld,
  n: number,
  act: (server: ReturnType<ModelWorld["addServer"]>) => void,
): void => {
  const server = pick([...world.servers.values()], n);
  if (server) act(server);
};

const tellCreated = (world: ModelWorld, message: ModelMessage): void =>
  world.tell({ t: "MESSAGE_CREATE", d: world.presentMessage(message) });

const tellUpdated = (world: ModelWorld, message: ModelMessage): void =>
  world.tell({ t: "MESSAGE_UPDATE", d: world.presentMessage(message) });

const makeMessage = (world: ModelWorld, channel: SharedChannel, { a, b }: Choice): ModelMessage => {
  const others = [...world.messages.values()].filter(({ channelId }) => channelId === channel.id);
  return world.addMessage({
    channelId: channel.id,
    authorId: userId((a % 3) + 1),
    replyTo: b % 3 === 0 ? (pick(others, b)?.id ?? null) : null,
    mentions: b % 4 === 0 ? [world.me] : [],
  });
};

const updateChannel = (world: ModelWorld, channel: SharedChannel, changes: Partial<SharedChannel>): void => {
  const updated = { ...channel, ...changes };
  if (channel.serverId) world.servers.get(channel.serverId)?.channels.set(channel.id, updated);
  world.tell({ t: "CHANNEL_UPDATE", d: updated });
};

const timeOf = (n: number): string => new Date(1_800_000_000_000 + n * 1_000).toISOString();

const tellLeft = (world: ModelWorld, { userId: id, serverId }: VoiceState): void =>
  world.tell({ t: "VOICE_STATE_UPDATE", d: { userId: id, serverId, channelId: null } });

const leaveVoice = (world: ModelWorld, id: UserId): void => {
  const before = world.voiceStates.get(id);
  world.voiceStates.delete(id);
  if (before && !world.hidden.has(before.channelId)) tellLeft(world, before);
};

const emptyVoice = (world: ModelWorld, isGone: (state: VoiceState) => boolean): void => {
  for (const [id, state] of world.voiceStates) if (isGone(state)) world.voiceStates.delete(id);
};

export const acts: Record<string, (world: ModelWorld, choice: Choice) => void> = {
  send: (world, choice) =>
    withChannel(world, choice.b, (channel) => tellCreated(world, makeMessage(world, channel, choice))),

  /** Two at once, whose events come in the other order than their ids. */
  sendCrossed: (world, choice) =>
    withChannel(world, choice.b, (channel) => {
      const [first, second] = [makeMessage(world, channel, choice), makeMessage(world, channel, choice)];
      tellCreated(world, second);
      tellCreated(world, first);
    }),

  edit: (world, { a }) => {
    const message = pick(world.visibleMessages, a);
    if (!message) return;
    const n = world.next();
    const edited = {
      ...message,
      content: `edited ${n}`,
      editedAt: timeOf(n),
    };
    world.messages.set(message.id, edited);
    tellUpdated(world, edited);
  },

  delete: (world, { a, b }) => {
    const all = world.visibleMessages;
    const message = b % 2 === 0 ? all.at(-1) : pick(all, a);
    if (!message) return;
    world.messages.delete(message.id);
    world.deleted.set(message.id, message);
    world.tell({ t: "MESSAGE_DELETE", d: { id: message.id, channelId: message.channelId } });
  },

  pin: (world, { a, b }) => {
    const message = pick(world.visibleMessages, a);
    if (!message) return;
    const pinned = b % 2 === 0;
    world.messages.set(message.id, { ...message, pinned });
    world.tell({
      t: pinned ? "MESSAGE_PIN" : "MESSAGE_UNPIN",
      d: { channelId: message.channelId, messageId: message.id },
    });
  },

  read: (world, { a }) =>
    withChannel(world, a, ({ id: channelId }) => {
      const read = {
        channelId,
        lastReadMessageId: world.messagesOf(channelId).at(-1)?.id ?? null,
        mentionCount: 0,
      };
      world.reads.set(channelId, read);
      world.tell({ t: "READ_UPDATE", d: read });
    }),

  createChannel: (world, { a, b }) =>
    withServer(world, a, ({ server, channels }) => {
      const channel = world.makeChannel(server.id, b % 5, b % 3 === 0 ? "voice" : "text");
      channels.set(channel.id, channel);
      world.tell({ t: "CHANNEL_CREATE", d: channel });
    }),

  updateChannel: (world, { a, b }) =>
    withChannel(world, a, (channel) => updateChannel(world, channel, { name: `name ${b}`, position: b % 5 })),

  override: (world, { a, b }) =>
    withChannel(world, a, (channel) => {
      const roles = channel.serverId ? world.rolesOf(channel.serverId) : [];
      const role = pick(roles, b);
      const target =
        b % 3 === 0 || !role
          ? { type: "member" as const, id: world.me }
          : { type: "role" as const, id: role.id };
      const others = channel.overrides.filter((override) => override.target.id !== target.id);
      updateChannel(world, channel, {
        overrides: [...others, { target, allow: maskOf(a + b), deny: maskOf(b) }],
      });
    }),

  deleteChannel: (world, { a }) =>
    withChannel(world, a, ({ id, serverId }) => {
      if (!serverId || world.channelsOf(serverId).length < 2) return;
      world.servers.get(serverId)?.channels.delete(id);
      world.reads.delete(id);
      for (const message of world.messages.values())
        if (message.channelId === id) world.messages.delete(message.id);
      emptyVoice(world, ({ channelId }) => channelId === id);
      world.tell({ t: "CHANNEL_DELETE", d: { id, serverId } });
    }),

  hideChannel: (world, { a }) =>
    withChannel(world, a, ({ id, serverId }) => {
      if (!serverId) return;
      world.hidden.add(id);
      world.tell({ t: "CHANNEL_DELETE", d: { id, serverId } });
    }),

  showChannel: (world, { a }) => {
    const channel = pick(
      world.channels.filter(({ id }) => world.hidden.has(id)),
      a,
    );
    if (!channel) return;
    world.hidden.delete(channel.id);
    // Nobody could count meanwhile what they could not see.
    world.reads.delete(channel.id);
    world.tell({ t: "CHANNEL_CREATE", d: channel });
  },

  /** Joins, moves over, mutes or leaves, as it comes. */
  voice: (world, { a, b }) => {
    const channel = pick(
      world.channels.filter(({ type }) => type === "voice"),
      a,
    );
    const { serverId } = channel ?? {};
    const user = pick(serverId ? [...(world.servers.get(serverId)?.members.keys() ?? [])] : [], b);
    if (!channel || !serverId || !user) return;
    const before = world.voiceStates.get(user);
    if (before && (b % 4 === 0 || before.serverId !== serverId)) return leaveVoice(world, user);
    const changes = { channelId: channel.id, serverId, selfMute: b % 2 === 0 };
    const state = {
      ...(before ?? aVoiceState(1, { userId: user, joinedAt: timeOf(world.next()) })),
      ...changes,
    };
    world.voiceStates.set(user, state);
    if (!world.hidden.has(channel.id)) world.tell({ t: "VOICE_STATE_UPDATE", d: state });
    // Who goes out of my sight is gone for me.
    else if (before && !world.hidden.has(before.channelId)) tellLeft(world, before);
  },

  createRole: (world, { a, b }) =>
    withServer(world, a, ({ server, roles }) => {
      const role = aRole(world.next(), {
        serverId: server.id,
        position: (b % 4) + 1,
        permissions: maskOf(b),
      });
      roles.set(role.id, role);
      world.tell({ t: "ROLE_CREATE", d: role });
    }),

  updateRole: (world, { a, b }) =>
    withServer(world, a, ({ server, roles }) => {
      const role = pick(world.rolesOf(server.id), b);
      if (!role) return;
      const updated = {
        ...role,
        name: `role ${b}`,
        permissions: formatPermissions(permissionBits("VIEW_CHANNEL") | (pick(masks, b) ?? 0n)),
      };
      roles.set(role.id, updated);
      world.tell({ t: "ROLE_UPDATE", d: updated });
    }),

  deleteRole: (world, { a, b }) =>
    withServer(world, a, ({ server, roles, members, channels }) => {
      const role = pick(
        world.rolesOf(server.id).filter(({ position }) => position > 0),
        b,
      );
      if (!role) return;
      roles.delete(role.id);
      for (const [id, member] of members)
        members.set(id, { ...member, roleIds: member.roleIds.filter((other) => other !== role.id) });
      for (const [id, channel] of channels) {
        channels.set(id, {
          ...channel,
          overrides: channel.overrides.filter(({ target }) => target.id !== role.id),
        });
      }
      world.tell({ t: "ROLE_DELETE", d: { id: role.id, serverId: server.id } });
    }),

  updateMember: (world, { a, b }) =>
    withServer(world, a, ({ server, members }) => {
      const [id, member] = pick([...members], b) ?? [];
      if (!id || !member) return;
      const roleIds = world
        .rolesOf(server.id)
        .filter(({ position }) => position > 0)
        .map((role) => role.id)
        .slice(0, b % 3);
      members.set(id, { ...member, nickname: `nick ${b}`, roleIds });
      world.tell({ t: "MEMBER_UPDATE", d: world.presentMember(server.id, id) });
    }),

  join: (world, { a, b }) =>
    withServer(world, a, ({ server, members }) => {
      const id = pick(
        [...world.users.keys()].filter((user) => !members.has(user)),
        b,
      );
      if (!id) return;
      members.set(id, world.makeMember(server.id));
      world.tell({ t: "MEMBER_JOIN", d: world.presentMember(server.id, id) });
    }),

  leave: (world, { a, b }) =>
    withServer(world, a, ({ server, members }) => {
      const id = pick(
        [...members.keys()].filter((user) => user !== world.me),
        b,
      );
      if (!id) return;
      members.delete(id);
      emptyVoice(world, (state) => state.serverId === server.id && state.userId === id);
      world.tell({ t: "MEMBER_LEAVE", d: { serverId: server.id, userId: id } });
    }),

  presence: (world, { a, b }) => {
    const user = pick(world.peers(), a);
    const status = pick(["online", "away", "dnd", "offline"] as const, b);
    if (!user || !status) return;
    world.users.set(user.id, { ...user, status });
    world.tell({ t: "PRESENCE_UPDATE", d: { userId: user.id, status } });
  },

  updateUser: (world, { a, b }) => {
    const user = pick(world.peers(), a);
    if (!user) return;
    const updated = { ...aUserObject(1), ...user, displayName: `name ${b}`, customStatus: `status ${b}` };
    world.users.set(user.id, updated);
    world.tell({ t: "USER_UPDATE", d: updated });
  },

  updateServer: (world, { a, b }) =>
    withServer(world, a, (entry) => {
      entry.server = { ...entry.server, name: `server ${b}`, ownerId: userId((b % 2) + 1) };
      world.tell({ t: "SERVER_UPDATE", d: entry.server });
    }),

  createServer: (world) => {
    if (world.servers.size > 3) return;
    const { server } = world.addServer();
    world.tell({ t: "SERVER_CREATE", d: world.snapshotOf(server.id) });
  },

  loseServer: (world, { a, b }) => {
    if (world.servers.size < 2) return;
    withServer(world, a, ({ server, channels }) => {
      world.servers.delete(server.id);
      emptyVoice(world, ({ serverId }) => serverId === server.id);
      for (const id of channels.keys()) world.reads.delete(id);
      for (const message of world.messages.values())
        if (channels.has(message.channelId)) world.messages.delete(message.id);
      const { id } = server;
      world.tell(
        b % 2 === 0
          ? { t: "SERVER_DELETE", d: { id } }
          : { t: "MEMBER_LEAVE", d: { serverId: id, userId: world.me } },
      );
    });
  },
};
