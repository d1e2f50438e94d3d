/** The people and places of the gallery. */
import type { Channel } from "#shared/contract/channels.ts";
import type { Member } from "#shared/contract/members.ts";
import type { Role } from "#shared/contract/roles.ts";
import type { Server } from "#shared/contract/servers.ts";
import type { Me } from "#shared/contract/users.ts";
import type { VoiceState } from "#shared/contract/voice.ts";
import { ChannelId, RoleId, ServerId, UserId } from "#shared/ids.ts";
import {
  ALL_PERMISSIONS,
  DEFAULT_EVERYONE_PERMISSIONS,
  formatPermissions,
  permissionBits,
} from "#shared/permissions.ts";

const uuid = (n: number): string => `01900000-${String(n).padStart(4, "0")}-7000-8000-000000000000`;
const time = "2026-01-01T00:00:00.000Z";

export const serverId = ServerId.parse(uuid(1));
const everyoneId = RoleId.parse(uuid(2));

const names = [
  "Alice",
  "Bob",
  "Carol",
  "Dave of the long corridor",
  "Erin",
  "Frank",
  "Grace",
  "Heidi",
  "Ivan",
] as const;

/** The first one looks at the gallery, and owns its server. */
export const members: readonly Member[] = names.map((displayName, index) => ({
  serverId,
  user: {
    id: UserId.parse(uuid(100 + index)),
    username: displayName.split(" ")[0]?.toLowerCase() ?? "",
    displayName,
    avatarUrl: null,
    bot: false,
    status: "online",
    customStatus: null,
    createdAt: time,
  },
  nickname: null,
  roleIds: [],
  joinedAt: time,
  timeoutUntil: null,
}));

export const getUserId = (index: number): UserId => {
  const member = members[index];
  if (!member) throw new Error(`the gallery has no person ${index}`);
  return member.user.id;
};

const [own] = members;
if (!own) throw new Error("the gallery has nobody");
export const ownMember: Member = own;
export const me: Me = { ...own.user, email: null, chosenStatus: "online", isAdmin: false };

export const server: Server = {
  id: serverId,
  name: "Tea house",
  ownerId: me.id,
  iconUrl: null,
  createdAt: time,
};

export const everyone: Role = {
  id: everyoneId,
  serverId,
  name: "everyone",
  permissions: formatPermissions(DEFAULT_EVERYONE_PERMISSIONS),
  color: null,
  position: 0,
};

const aChannel = (n: number, changes: Partial<Channel> & Pick<Channel, "name" | "type">): Channel => ({
  id: ChannelId.parse(uuid(n)),
  serverId,
  topic: null,
  parentId: null,
  position: n,
  slowModeSeconds: 0,
  overrides: [],
  followsCategory: false,
  permissions: formatPermissions(ALL_PERMISSIONS),
  lastMessageId: null,
  ...changes,
});

export const channels = {
  general: aChannel(10, { name: "general", type: "text" }),
  plans: aChannel(11, { name: "plans", type: "text" }),
  lounge: aChannel(12, { name: "Lounge", type: "voice" }),
  kitchen: aChannel(13, { name: "Kitchen", type: "voice" }),
  office: aChannel(14, { name: "Office", type: "voice" }),
};

/** What somebody sees who may neither join the channel nor run the server. */
export const closedPermissions = formatPermissions(permissionBits("VIEW_CHANNEL"));

export const aVoiceState = (index: number, changes: Partial<VoiceState> = {}): VoiceState => ({
  userId: getUserId(index),
  channelId: channels.lounge.id,
  serverId,
  selfMute: false,
  selfDeaf: false,
  serverMute: false,
  serverDeaf: false,
  camera: false,
  screen: false,
  joinedAt: time,
  ...changes,
});
