/**
 * Where each kept thing stands in the query cache. Answers of procedures stand under tRPC's own keys, so that
 * `trpc.channels.list.useQuery({ serverId })` reads what the event stream keeps; the rest has keys of its own.
 */
import { queryOptions, skipToken, type InfiniteData } from "@tanstack/react-query";
import { getQueryKey } from "@trpc/react-query";
import type { Channel } from "#shared/contract/channels.ts";
import type { Invite } from "#shared/contract/invites.ts";
import type { Member, MemberPage } from "#shared/contract/members.ts";
import type { MessagePage } from "#shared/contract/messages.ts";
import type { ReadState } from "#shared/contract/reads.ts";
import type { Role } from "#shared/contract/roles.ts";
import type { Server } from "#shared/contract/servers.ts";
import type { Me, PresenceStatus, User, UserRef } from "#shared/contract/users.ts";
import type { VoiceState } from "#shared/contract/voice.ts";
import type { ChannelId, MessageId, ServerId, UserId } from "#shared/ids.ts";
import { trpc } from "../react.ts";

/** A key that knows what stands there. */
export interface CacheKey<T> {
  readonly queryKey: readonly unknown[];
  /** For the compiler alone; never set. */
  readonly dataType?: T;
}

/** Which part of a channel's history a page is. */
export type MessagePosition =
  | { kind: "newest" }
  | { kind: "before" | "after" | "around"; messageId: MessageId };
/** Pages from the oldest to the newest, each oldest first: together one unbroken stretch of the history. */
export type MessageHistory = InfiniteData<MessagePage, MessagePosition>;
export type MemberPages = InfiniteData<MemberPage>;
/** Everyone known who is not offline. */
export type Presences = Readonly<Partial<Record<UserId, PresenceStatus>>>;
export interface TypingUser {
  user: UserRef;
  /** By this machine's clock. */
  untilMs: number;
}

const own = (...path: string[]): readonly unknown[] => ["together", ...path];

export const keys = {
  me: (): CacheKey<Me> => ({ queryKey: getQueryKey(trpc.users.me, undefined, "query") }),
  user: (userId: UserId): CacheKey<User> => ({ queryKey: getQueryKey(trpc.users.get, { userId }, "query") }),
  allUsers: (): CacheKey<User> => ({ queryKey: getQueryKey(trpc.users.get) }),
  servers: (): CacheKey<Server[]> => ({ queryKey: getQueryKey(trpc.servers.list, undefined, "query") }),
  server: (serverId: ServerId): CacheKey<Server> => ({
    queryKey: getQueryKey(trpc.servers.get, { serverId }, "query"),
  }),
  allServers: (): CacheKey<Server> => ({ queryKey: getQueryKey(trpc.servers.get) }),
  channels: (serverId: ServerId): CacheKey<Channel[]> => ({
    queryKey: getQueryKey(trpc.channels.list, { serverId }, "query"),
  }),
  allChannels: (): CacheKey<Channel[]> => ({ queryKey: getQueryKey(trpc.channels.list) }),
  roles: (serverId: ServerId): CacheKey<Role[]> => ({
    queryKey: getQueryKey(trpc.roles.list, { serverId }, "query"),
  }),
  allRoles: (): CacheKey<Role[]> => ({ queryKey: getQueryKey(trpc.roles.list) }),
  voiceStates: (serverId: ServerId): CacheKey<VoiceState[]> => ({
    queryKey: getQueryKey(trpc.voice.states, { serverId }, "query"),
  }),
  allVoiceStates: (): CacheKey<VoiceState[]> => ({ queryKey: getQueryKey(trpc.voice.states) }),
  /** Of every server, with every search. */
  allMembers: (): CacheKey<MemberPages> => ({ queryKey: getQueryKey(trpc.members.list) }),
  reads: (): CacheKey<ReadState[]> => ({ queryKey: getQueryKey(trpc.reads.list, undefined, "query") }),
  invites: (serverId: ServerId): CacheKey<Invite[]> => ({
    queryKey: getQueryKey(trpc.invites.list, { serverId }, "query"),
  }),
  allInvites: (): CacheKey<Invite[]> => ({ queryKey: getQueryKey(trpc.invites.list) }),
  ownMember: (serverId: ServerId): CacheKey<Member> => ({ queryKey: own("own-member", serverId) }),
  allOwnMembers: (): CacheKey<Member> => ({ queryKey: own("own-member") }),
  memberCount: (serverId: ServerId): CacheKey<number> => ({ queryKey: own("member-count", serverId) }),
  allMemberCounts: (): CacheKey<number> => ({ queryKey: own("member-count") }),
  presences: (): CacheKey<Presences> => ({ queryKey: own("presences") }),
  typing: (channelId: ChannelId): CacheKey<readonly TypingUser[]> => ({ queryKey: own("typing", channelId) }),
  allTyping: (): CacheKey<readonly TypingUser[]> => ({ queryKey: own("typing") }),
  messages: (channelId: ChannelId): CacheKey<MessageHistory> => ({ queryKey: messagesKey(channelId) }),
  allMessages: (): CacheKey<MessageHistory> => ({ queryKey: own("messages") }),
};

/** The key of a channel's history, an infinite query of `MessagePage`s. */
export const messagesKey = (channelId: ChannelId): readonly unknown[] => own("messages", channelId);

/** Who is not offline, by user id. */
export const presencesQuery = queryOptions<Presences>({
  queryKey: keys.presences().queryKey,
  // Filled by events alone.
  enabled: false,
  initialData: {},
});

const nobody: readonly TypingUser[] = [];
/** Who types in the channel now; the caller is never among them. */
export const typingQuery = (channelId: ChannelId) =>
  queryOptions<readonly TypingUser[]>({
    queryKey: keys.typing(channelId).queryKey,
    enabled: false,
    initialData: nobody,
  });

/** The caller as a member of the server; undefined until it is known. */
export const ownMemberQuery = (serverId: ServerId) =>
  queryOptions<Member>({ queryKey: keys.ownMember(serverId).queryKey, queryFn: skipToken });

/** How many members the server has; undefined until it is known. */
export const memberCountQuery = (serverId: ServerId) =>
  queryOptions<number>({ queryKey: keys.memberCount(serverId).queryKey, queryFn: skipToken });
