/** Wire objects for tests without a server: each complete, and told apart by its number. */
import type { Channel } from "#shared/contract/channels.ts";
import type { Member } from "#shared/contract/members.ts";
import type { Message } from "#shared/contract/messages.ts";
import type { Role } from "#shared/contract/roles.ts";
import type { Server } from "#shared/contract/servers.ts";
import type { Me, User, UserRef } from "#shared/contract/users.ts";
import type { VoiceState } from "#shared/contract/voice.ts";
import type { Ready, ServerSnapshot } from "#shared/events.ts";
import { ChannelId, MessageId, RoleId, ServerId, UserId } from "#shared/ids.ts";
import { DEFAULT_EVERYONE_PERMISSIONS, formatPermissions } from "#shared/permissions.ts";

/** UUIDv7s in the order of their numbers. */
const uuid = (n: number): string =>
  `0190${n
    .toString(16)
    .padStart(8, "0")
    .replace(/(.{4})(.{4})/, "$1-$2")}-7000-8000-000000000000`;

export const userId = (n: number) => UserId.parse(uuid(n));
const serverId = (n: number) => ServerId.parse(uuid(n));
export const channelId = (n: number) => ChannelId.parse(uuid(n));
export const messageId = (n: number) => MessageId.parse(uuid(n));
const roleId = (n: number) => RoleId.parse(uuid(n));

const time = "2026-01-01T00:00:00.000Z";

export const aUserRef = (n: number, changes: Partial<UserRef> = {}): UserRef => ({
  id: userId(n),
  username: `user${n}`,
  displayName: `User ${n}`,
  avatarUrl: null,
  bot: false,
  ...changes,
});

export const aUserObject = (n: number, changes: Partial<User> = {}): User => ({
  ...aUserRef(n),
  status: "offline",
  customStatus: null,
  createdAt: time,
  ...changes,
});

export const aMe = (n: number, changes: Partial<Me> = {}): Me => ({
  ...aUserObject(n),
  email: null,
  chosenStatus: "online",
  isAdmin: false,
  ...changes,
});

export const aServerObject = (n: number, changes: Partial<Server> = {}): Server => ({
  id: serverId(n),
  name: `Server ${n}`,
  ownerId: userId(1),
  iconUrl: null,
  createdAt: time,
  ...changes,
});

export const aRole = (n: number, changes: Partial<Role> = {}): Role => ({
  id: roleId(n),
  serverId: serverId(1),
  name: `Role ${n}`,
  permissions: formatPermissions(DEFAULT_EVERYONE_PERMISSIONS),
  color: null,
  position: 0,
  ...changes,
});

export const aChannel = (n: number, changes: Partial<Channel> = {}): Channel => ({
  id: channelId(n),
  serverId: serverId(1),
  type: "text",
  name: `channel-${n}`,
  topic: null,
  parentId: null,
  position: n,
  slowModeSeconds: 0,
  overrides: [],
  followsCategory: false,
  permissions: formatPermissions(DEFAULT_EVERYONE_PERMISSIONS),
  lastMessageId: null,
  ...changes,
});

export const aMemberObject = (n: number, changes: Partial<Member> = {}): Member => ({
  serverId: serverId(1),
  user: aUserObject(n),
  nickname: null,
  roleIds: [],
  joinedAt: time,
  timeoutUntil: null,
  ...changes,
});

export const aMessage = (n: number, changes: Partial<Message> = {}): Message => ({
  id: messageId(n),
  channelId: channelId(1),
  author: aUserRef(2),
  content: `message ${n}`,
  replyTo: null,
  attachments: [],
  reactions: [],
  mentions: [],
  pinned: false,
  nonce: null,
  createdAt: time,
  editedAt: null,
  ...changes,
});

export const aVoiceState = (n: number, changes: Partial<VoiceState> = {}): VoiceState => ({
  userId: userId(n),
  channelId: channelId(1),
  serverId: serverId(1),
  selfMute: false,
  selfDeaf: false,
  serverMute: false,
  serverDeaf: false,
  camera: false,
  screen: false,
  joinedAt: time,
  ...changes,
});

const aSnapshot = (changes: Partial<ServerSnapshot> = {}): ServerSnapshot => ({
  server: aServerObject(1),
  channels: [aChannel(1)],
  roles: [aRole(1)],
  member: aMemberObject(2),
  memberCount: 2,
  voiceStates: [],
  presences: [],
  ...changes,
});

/** What user 2, who owns nothing, begins with in server 1. */
export const aReady = (changes: Partial<Ready> = {}): Ready => ({
  user: aMe(2),
  servers: [aSnapshot()],
  reads: [],
  ...changes,
});
