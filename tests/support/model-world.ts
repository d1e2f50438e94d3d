/**
 * A server in a few maps: it answers queries from its state, and tells every change as an event to one user, "me". What the
 * library keeps can be compared with what a query would answer now.
 */
import type { Channel, SharedChannel } from "#shared/contract/channels.ts";
import type { Member, MemberPage } from "#shared/contract/members.ts";
import { ListMessages, type Message, type MessagePage } from "#shared/contract/messages.ts";
import type { ReadState } from "#shared/contract/reads.ts";
import type { Role } from "#shared/contract/roles.ts";
import type { Server } from "#shared/contract/servers.ts";
import type { Me, PresenceStatus, User } from "#shared/contract/users.ts";
import type { VoiceState } from "#shared/contract/voice.ts";
import type { GatewayEvent, Ready, ServerSnapshot } from "#shared/events.ts";
import type { ChannelId, MessageId, RoleId, ServerId, UserId } from "#shared/ids.ts";
import {
  formatPermissions,
  parsePermissions,
  resolveChannelPermissions,
  resolveServerPermissions,
} from "#shared/permissions.ts";
import {
  aChannel,
  aMemberObject,
  aMessage,
  aRole,
  aServerObject,
  aUserObject,
  userId,
} from "./wire-objects.ts";

interface ModelServer {
  server: Server;
  roles: Map<RoleId, Role>;
  channels: Map<ChannelId, SharedChannel>;
  members: Map<UserId, Omit<Member, "user">>;
}
export type ModelMessage = Pick<
  Message,
  "id" | "channelId" | "content" | "mentions" | "pinned" | "editedAt"
> & {
  authorId: UserId;
  replyTo: MessageId | null;
};

/** Few to a page, so that small worlds have pages. */
const pageSize = 3;
const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);

export class ModelWorld {
  readonly me = userId(2);
  readonly users = new Map<UserId, User>();
  readonly servers = new Map<ServerId, ModelServer>();
  readonly messages = new Map<MessageId, ModelMessage>();
  readonly deleted = new Map<MessageId, ModelMessage>();
  readonly reads = new Map<ChannelId, ReadState>();
  /** Out of my sight. */
  readonly hidden = new Set<ChannelId>();
  readonly voiceStates = new Map<UserId, VoiceState>();
  readonly #tell: (event: GatewayEvent) => void;
  #count = 100;

  constructor(tell: (event: GatewayEvent) => void) {
    this.#tell = tell;
    for (let n = 1; n <= 6; n += 1)
      this.users.set(userId(n), aUserObject(n, { status: n % 2 === 0 ? "online" : "offline" }));
    for (let n = 1; n <= 2; n += 1) this.addServer();
    for (const channel of this.channels)
      for (let n = 0; n < 7; n += 1) this.addMessage({ channelId: channel.id, authorId: userId(1) });
  }

  /** A number that no object has yet; later ones are higher. */
  next(): number {
    return (this.#count += 1);
  }

  get channels(): SharedChannel[] {
    return [...this.servers.values()].flatMap(({ channels }) => [...channels.values()]);
  }

  get visibleMessages(): ModelMessage[] {
    return [...this.messages.values()].filter(({ channelId }) => !this.hidden.has(channelId));
  }

  /** Those whose changes I hear of. */
  peers(): User[] {
    const ids = new Set([...this.servers.values()].flatMap(({ members }) => [...members.keys()]));
    return [...this.users.values()].filter(({ id }) => ids.has(id));
  }

  tell(event: GatewayEvent): void {
    this.#tell(structuredClone(event));
  }

  addServer(): ModelServer {
    const server = aServerObject(this.next());
    const everyone = aRole(this.next(), { serverId: server.id });
    const channel = this.makeChannel(server.id, 0);
    const voice = this.makeChannel(server.id, 1, "voice");
    const made: ModelServer = {
      server,
      roles: new Map([[everyone.id, everyone]]),
      channels: new Map([channel, voice].map((one) => [one.id, one])),
      members: new Map([userId(1), this.me, userId(3)].map((id) => [id, this.makeMember(server.id)])),
    };
    this.servers.set(server.id, made);
    return made;
  }

  makeChannel(serverId: ServerId, position: number, type: SharedChannel["type"] = "text"): SharedChannel {
    const made = aChannel(this.next(), { serverId, position, type });
    const { permissions: _, lastMessageId: __, ...shared } = made;
    return shared;
  }

  makeMember(serverId: ServerId): Omit<Member, "user"> {
    const { user: _, ...member } = aMemberObject(1, { serverId });
    return member;
  }

  addMessage({
    channelId,
    authorId,
    ...rest
  }: Pick<ModelMessage, "channelId" | "authorId"> & Partial<ModelMessage>): ModelMessage {
    const { id, content, mentions, pinned, editedAt } = aMessage(this.next());
    const message = { id, content, mentions, pinned, editedAt, channelId, authorId, replyTo: null, ...rest };
    this.messages.set(message.id, message);
    for (const mentioned of message.mentions)
      if (mentioned === this.me && authorId !== this.me) this.countMention(channelId);
    return message;
  }

  countMention(channelId: ChannelId): void {
    const read = this.reads.get(channelId) ?? { channelId, lastReadMessageId: null, mentionCount: 0 };
    this.reads.set(channelId, { ...read, mentionCount: read.mentionCount + 1 });
  }

  require<T>(value: T | undefined): T {
    if (value === undefined) throw new Error("the model has no such object");
    return value;
  }

  userOf(id: UserId): User {
    return this.require(this.users.get(id));
  }

  presentMessage({ authorId, replyTo, ...message }: ModelMessage): Message {
    const refOf = (id: UserId) => {
      const { status: _, customStatus: __, createdAt: ___, ...ref } = this.userOf(id);
      return ref;
    };
    const replied = replyTo && (this.messages.get(replyTo) ?? this.deleted.get(replyTo));
    return {
      ...aMessage(0),
      ...message,
      author: refOf(authorId),
      replyTo: replied
        ? {
            id: replied.id,
            author: refOf(replied.authorId),
            content: this.messages.has(replied.id) ? replied.content : "",
          }
        : null,
    };
  }

  presentMember(serverId: ServerId, id: UserId): Member {
    return { ...this.require(this.servers.get(serverId)?.members.get(id)), user: this.userOf(id) };
  }

  channelsOf(serverId: ServerId): Channel[] {
    const { channels, roles, members, server } = this.require(this.servers.get(serverId));
    const everyone = this.require([...roles.values()].find(({ position }) => position === 0));
    const { roleIds } = this.require(members.get(this.me));
    const bits = (text: string) => parsePermissions(text) ?? 0n;
    const own = resolveServerPermissions({
      isOwner: server.ownerId === this.me,
      everyone: bits(everyone.permissions),
      roles: roleIds.map((id) => bits(this.require(roles.get(id)).permissions)),
    });
    return [...channels.values()]
      .filter(({ id }) => !this.hidden.has(id))
      .toSorted((a, b) => a.position - b.position || byId(a, b))
      .map((channel) => {
        const of = (type: string, ids: readonly string[]) =>
          channel.overrides
            .filter(({ target }) => target.type === type && ids.includes(target.id))
            .map(({ allow, deny }) => ({ allow: bits(allow), deny: bits(deny) }));
        const overrides = {
          everyone: of("role", [everyone.id])[0],
          roles: of("role", roleIds),
          member: of("member", [this.me])[0],
        };
        const permissions = formatPermissions(resolveChannelPermissions(own, overrides));
        return { ...channel, permissions, lastMessageId: this.messagesOf(channel.id).at(-1)?.id ?? null };
      });
  }

  messagesOf(channelId: ChannelId): Message[] {
    return [...this.messages.values()]
      .filter((message) => message.channelId === channelId)
      .toSorted(byId)
      .map((message) => this.presentMessage(message));
  }

  pageOf(input: unknown): MessagePage {
    const { channelId, before, after, around } = ListMessages.parse(input);
    const all = this.messagesOf(channelId);
    const from = (() => {
      if (after) return all.filter(({ id }) => id <= after).length;
      if (around) return Math.max(0, all.filter(({ id }) => id < around).length - 1);
      return Math.max(0, all.filter(({ id }) => !before || id < before).length - pageSize);
    })();
    const end = before ? all.filter(({ id }) => id < before).length : from + pageSize;
    const messages = all.slice(from, end);
    return {
      messages,
      hasMoreBefore: from > 0 || after !== undefined,
      hasMoreAfter: before !== undefined || end < all.length,
    };
  }

  rolesOf(serverId: ServerId): Role[] {
    const { roles } = this.require(this.servers.get(serverId));
    return [...roles.values()].toSorted((a, b) => b.position - a.position || byId(a, b));
  }

  allMembersOf(serverId: ServerId): Member[] {
    const ids = [...this.require(this.servers.get(serverId)).members.keys()].toSorted();
    return ids.map((id) => this.presentMember(serverId, id));
  }

  membersPage(serverId: ServerId, cursor: string | null): MemberPage {
    const rest = this.allMembersOf(serverId).filter(({ user }) => cursor === null || user.id > cursor);
    const members = rest.slice(0, 2);
    return { members, nextCursor: rest.length > members.length ? (members.at(-1)?.user.id ?? null) : null };
  }

  get presentMe(): Me {
    return { ...this.userOf(this.me), email: null, chosenStatus: "online", isAdmin: false };
  }

  get presentServers(): Server[] {
    return [...this.servers.values()].map(({ server }) => server).toSorted(byId);
  }

  /** As I see them, in the order in which they came. */
  voiceStatesOf(serverId: ServerId): VoiceState[] {
    const known = [...this.voiceStates.values()].filter(
      (state) => state.serverId === serverId && !this.hidden.has(state.channelId),
    );
    return known.toSorted((a, b) => (`${a.joinedAt}${a.userId}` < `${b.joinedAt}${b.userId}` ? -1 : 1));
  }

  get visibleReads(): ReadState[] {
    const known = new Set(this.channels.map(({ id }) => id).filter((id) => !this.hidden.has(id)));
    return [...this.reads.values()].filter(({ channelId }) => known.has(channelId));
  }

  presencesIn(serverId: ServerId): { userId: UserId; status: PresenceStatus }[] {
    return this.allMembersOf(serverId)
      .map(({ user }) => ({ userId: user.id, status: user.status }))
      .filter(({ status }) => status !== "offline");
  }

  snapshotOf(serverId: ServerId): ServerSnapshot {
    return {
      server: this.require(this.servers.get(serverId)).server,
      channels: this.channelsOf(serverId),
      roles: this.rolesOf(serverId),
      member: this.presentMember(serverId, this.me),
      memberCount: this.allMembersOf(serverId).length,
      voiceStates: this.voiceStatesOf(serverId),
      presences: this.presencesIn(serverId),
    };
  }

  get ready(): Ready {
    return {
      user: this.presentMe,
      servers: this.presentServers.map(({ id }) => this.snapshotOf(id)),
      reads: this.visibleReads,
    };
  }
}
