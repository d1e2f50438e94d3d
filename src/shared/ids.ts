/**
 * Branded ids. Every id on the wire is a UUIDv7 string made by the server (nonces are made by clients): time-ordered,
 * so that a page of history is a range of ids. Parsing an input is the only way to make one from a plain string.
 */
import { z } from "zod";

/** In one spelling: rights and streams are kept in maps, and in capitals an id would be another key of the same thing. */
const uuid = z.uuidv7().toLowerCase();

export const UserId = uuid.brand<"UserId">();
export type UserId = z.infer<typeof UserId>;

export const SessionId = uuid.brand<"SessionId">();
export type SessionId = z.infer<typeof SessionId>;

export const ServerId = uuid.brand<"ServerId">();
export type ServerId = z.infer<typeof ServerId>;

export const RoleId = uuid.brand<"RoleId">();
export type RoleId = z.infer<typeof RoleId>;

export const ChannelId = uuid.brand<"ChannelId">();
export type ChannelId = z.infer<typeof ChannelId>;

export const MessageId = uuid.brand<"MessageId">();
export type MessageId = z.infer<typeof MessageId>;

export const AttachmentId = uuid.brand<"AttachmentId">();
export type AttachmentId = z.infer<typeof AttachmentId>;

export const AuditEntryId = uuid.brand<"AuditEntryId">();
export type AuditEntryId = z.infer<typeof AuditEntryId>;

/** One stay in a voice channel, on one device. */
export const VoiceSessionId = uuid.brand<"VoiceSessionId">();
export type VoiceSessionId = z.infer<typeof VoiceSessionId>;

/** The SFU makes its own ids, by chance alone. */
const sfuId = z.uuid().toLowerCase();

export const TransportId = sfuId.brand<"TransportId">();
export type TransportId = z.infer<typeof TransportId>;

export const ProducerId = sfuId.brand<"ProducerId">();
export type ProducerId = z.infer<typeof ProducerId>;

export const ConsumerId = sfuId.brand<"ConsumerId">();
export type ConsumerId = z.infer<typeof ConsumerId>;

/** Names one attempt to send, so that a retry returns the first message instead of doubling it. */
export const Nonce = uuid.brand<"Nonce">();
export type Nonce = z.infer<typeof Nonce>;

/** A role's or a member's override: the kind says which of the two the id names. */
export const OverrideTarget = z.discriminatedUnion("type", [
  z.object({ type: z.literal("role"), id: RoleId }),
  z.object({ type: z.literal("member"), id: UserId }),
]);
export type OverrideTarget = z.infer<typeof OverrideTarget>;
