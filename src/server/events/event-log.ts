/**
 * The event log's port: the one order of everything that open sessions are told. State is committed first, then its event
 * is appended; never inside a transaction, never before. An epoch names one life of the log: ids of another epoch are
 * answered with RESYNC (GW7), since whatever happened between the two lives is in the database alone.
 */
import type { PermissionName } from "#shared/permissions.ts";
import type { GatewayEvent } from "#shared/events.ts";
import type { ChosenStatus } from "#shared/contract/users.ts";
import type { ChannelId, ServerId, SessionId, UserId } from "#shared/ids.ts";

/** Whom an event concerns. */
export type Audience =
  /** Members who see the channel. */
  | { kind: "channel"; serverId: ServerId; channelId: ChannelId }
  /** All members, or those who hold the permission in the server. */
  | { kind: "server"; serverId: ServerId; permission?: PermissionName }
  | { kind: "user"; userId: UserId }
  | { kind: "users"; userIds: readonly UserId[] }
  /** The user, and everyone who shares one of the servers with them. */
  | { kind: "peers"; userId: UserId; serverIds: readonly ServerId[] };

/** Says that what members may see has changed: everyone's in the server, or one member's. */
export interface AccessChange {
  serverId: ServerId;
  userId?: UserId;
}

/** What the gateway itself acts on; no client sees it. */
export type ControlSignal =
  | { kind: "sessions-ended"; userId: UserId; sessionIds: readonly SessionId[] }
  | { kind: "status-chosen"; userId: UserId; status: ChosenStatus }
  /** Something has changed in the server, or for the user there, that could not be told (`tellOrReset`). */
  | { kind: "unheard"; serverId: ServerId; userId?: UserId };

export interface NewEvent {
  audience: Audience;
  event: GatewayEvent;
  accessChange?: AccessChange;
  /** Worth nothing a moment later (typing): delivered live, never replayed. */
  isTransient?: boolean;
}

export type LogEntry =
  | ({ kind: "event"; sequence: number; json: string } & NewEvent)
  | { kind: "control"; sequence: number; signal: ControlSignal };

export type Replay = { kind: "served"; entries: readonly LogEntry[] } | { kind: "gone" };

export interface EventLog {
  readonly epoch: string;
  /** The newest entry's sequence; 0 before the first. */
  lastSequence(): number;
  append(event: NewEvent): void;
  signal(signal: ControlSignal): void;
  /** Entries above the sequence, oldest first; gone when the log no longer reaches back to it, or never got so far. */
  readSince(sequence: number): Promise<Replay>;
  /** Listeners run in the order of the entries, one entry after the other. Returns the way to stop listening. */
  subscribe(listener: (entry: LogEntry) => void): () => void;
}
