/**
 * The gateway's events. Every item of the stream is tracked: `{ id, data: { t, d } }`, `id = "<epoch>-<sequence>"`.
 * The first is READY, or after a resume RESUMED and then what was missed, or RESYNC and then READY.
 */
import type { SharedChannel, Channel } from "./contract/channels.ts";
import type { Invite } from "./contract/invites.ts";
import type { Member } from "./contract/members.ts";
import type { Message } from "./contract/messages.ts";
import type { ReadState } from "./contract/reads.ts";
import type { Role } from "./contract/roles.ts";
import type { Server } from "./contract/servers.ts";
import type { Me, Presence, User, UserRef } from "./contract/users.ts";
import type {
  VoiceConsumer,
  VoiceEndCause,
  VoiceRejoinCause,
  VoiceRights,
  VoiceState,
} from "./contract/voice.ts";
import type {
  ChannelId,
  ConsumerId,
  MessageId,
  ProducerId,
  RoleId,
  ServerId,
  UserId,
  VoiceSessionId,
} from "./ids.ts";

/** Everything of one server that a member's screen begins with; the members' list is read by pages. */
export interface ServerSnapshot {
  server: Server;
  /** Those that the member may see. */
  channels: Channel[];
  roles: Role[];
  member: Member;
  memberCount: number;
  voiceStates: VoiceState[];
  /** Everyone who is not offline. */
  presences: Presence[];
}

export interface Ready {
  user: Me;
  servers: ServerSnapshot[];
  reads: ReadState[];
}

export interface EventPayloads {
  READY: Ready;
  RESUMED: Record<string, never>;
  RESYNC: Record<string, never>;
  MESSAGE_CREATE: Message;
  MESSAGE_UPDATE: Message;
  MESSAGE_DELETE: { id: MessageId; channelId: ChannelId };
  /** Several at once, of one channel: a moderator's act, or what a ban took along. */
  MESSAGE_BULK_DELETE: { ids: MessageId[]; channelId: ChannelId };
  /** Made, or come into the receiver's sight. */
  CHANNEL_CREATE: SharedChannel;
  CHANNEL_UPDATE: SharedChannel;
  CHANNEL_DELETE: { id: ChannelId; serverId: ServerId };
  /** To the one who joined or made it. */
  SERVER_CREATE: ServerSnapshot;
  SERVER_UPDATE: Server;
  SERVER_DELETE: { id: ServerId };
  MEMBER_JOIN: Member;
  MEMBER_UPDATE: Member;
  MEMBER_LEAVE: { serverId: ServerId; userId: UserId };
  ROLE_CREATE: Role;
  ROLE_UPDATE: Role;
  ROLE_DELETE: { id: RoleId; serverId: ServerId };
  VOICE_STATE_UPDATE: VoiceState | { userId: UserId; channelId: null; serverId: ServerId };
  /** To the participants: everyone who speaks now, each time that this changes. Never replayed. */
  VOICE_SPEAKING: { channelId: ChannelId; userIds: UserId[] };
  /** The signals of one voice session go to its user; devices that do not hold the session pass over them. */
  VOICE_CONSUMERS: { voiceSessionId: VoiceSessionId; consumers: VoiceConsumer[] };
  VOICE_CONSUMERS_CLOSED: { voiceSessionId: VoiceSessionId; consumerIds: ConsumerId[] };
  /** One of the session's own producers was closed by the server: a right is lost. */
  VOICE_PRODUCER_CLOSED: { voiceSessionId: VoiceSessionId; producerId: ProducerId };
  VOICE_RIGHTS: VoiceRights & { voiceSessionId: VoiceSessionId };
  /** The session is over, and another one is waited for in the channel named. */
  VOICE_REJOIN: { voiceSessionId: VoiceSessionId; channelId: ChannelId; cause: VoiceRejoinCause };
  VOICE_END: { voiceSessionId: VoiceSessionId; cause: VoiceEndCause };
  PRESENCE_UPDATE: Presence;
  TYPING_START: { channelId: ChannelId; user: UserRef };
  REACTION_ADD: { channelId: ChannelId; messageId: MessageId; userId: UserId; emoji: string };
  REACTION_REMOVE: { channelId: ChannelId; messageId: MessageId; userId: UserId; emoji: string };
  MESSAGE_PIN: { channelId: ChannelId; messageId: MessageId };
  MESSAGE_UNPIN: { channelId: ChannelId; messageId: MessageId };
  READ_UPDATE: ReadState;
  USER_UPDATE: User;
  /** To the account's own sessions: what others do not see of it. */
  ME_UPDATE: Me;
  INVITE_CREATE: Invite;
  INVITE_DELETE: { code: string; serverId: ServerId };
}

export type EventType = keyof EventPayloads;
export type EventOf<T extends EventType> = { [K in T]: { t: K; d: EventPayloads[K] } }[T];
export type GatewayEvent = EventOf<EventType>;

/** `"<epoch>-<sequence>"`: the epoch names one run of the server, the sequence grows by one for each event of it. */
export const formatEventId = (epoch: string, sequence: number): string => `${epoch}-${sequence}`;

/** Undefined for anything that this server, or another run of it, cannot have sent. */
export const parseEventId = (id: string): { epoch: string; sequence: number } | undefined => {
  const match = /^([0-9a-z]{1,32})-(0|[1-9]\d{0,14})$/.exec(id);
  return match?.[1] === undefined ? undefined : { epoch: match[1], sequence: Number(match[2]) };
};
