/**
 * Branded ids. Every id on the wire is a UUIDv7 string made by the server (nonces are made by clients): time-ordered,
 * so that a page of history is a range of ids. Parsing an input is the only way to make one from a plain string.
 */
import { z } from "zod";

export const UserId = z.uuidv7().brand<"UserId">();
export type UserId = z.infer<typeof UserId>;

export const SessionId = z.uuidv7().brand<"SessionId">();
export type SessionId = z.infer<typeof SessionId>;

export const ServerId = z.uuidv7().brand<"ServerId">();
export type ServerId = z.infer<typeof ServerId>;

export const RoleId = z.uuidv7().brand<"RoleId">();
export type RoleId = z.infer<typeof RoleId>;

export const ChannelId = z.uuidv7().brand<"ChannelId">();
export type ChannelId = z.infer<typeof ChannelId>;

export const MessageId = z.uuidv7().brand<"MessageId">();
export type MessageId = z.infer<typeof MessageId>;

export const AttachmentId = z.uuidv7().brand<"AttachmentId">();
export type AttachmentId = z.infer<typeof AttachmentId>;

export const AuditEntryId = z.uuidv7().brand<"AuditEntryId">();
export type AuditEntryId = z.infer<typeof AuditEntryId>;

/** Names one attempt to send, so that a retry returns the first message instead of doubling it. */
export const Nonce = z.uuidv7().brand<"Nonce">();
export type Nonce = z.infer<typeof Nonce>;

/** A role's or a member's override: the kind says which of the two the id names. */
export const OverrideTarget = z.discriminatedUnion("type", [
  z.object({ type: z.literal("role"), id: RoleId }),
  z.object({ type: z.literal("member"), id: UserId }),
]);
export type OverrideTarget = z.infer<typeof OverrideTarget>;
