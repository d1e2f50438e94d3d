import { z } from "zod";
import { AuditEntryId, ServerId, UserId } from "../ids.ts";
import { limits } from "../limits.ts";
import type { Time } from "./common.ts";
import type { UserRef } from "./users.ts";

/** Every act that the log keeps, by the procedure that did it. */
export const AuditAction = z.enum([
  "servers.update",
  "servers.transferOwnership",
  "channels.create",
  "channels.update",
  "channels.delete",
  "channels.reorder",
  "channels.setOverride",
  "channels.removeOverride",
  "channels.followCategory",
  "roles.create",
  "roles.update",
  "roles.delete",
  "roles.reorder",
  "members.setNickname",
  "members.setRoles",
  "members.kick",
  "members.ban",
  "members.unban",
  "members.timeout",
  "messages.delete",
  "messages.bulkDelete",
  "invites.create",
  "invites.revoke",
  "voice.moderate",
  "instance.claim",
  "admin.setRegistration",
  "admin.setDisabled",
  "admin.deleteAccount",
  "admin.createResetLink",
  "admin.setAdmin",
  "admin.deleteServer",
  "admin.setOwner",
]);
export type AuditAction = z.infer<typeof AuditAction>;

export const ListAudit = z.object({
  serverId: ServerId,
  actorId: UserId.optional(),
  action: AuditAction.optional(),
  /** Acts on this member. */
  targetUserId: UserId.optional(),
  /** The last page's last entry. */
  cursor: AuditEntryId.nullish(),
  limit: z.int().min(1).max(limits.audit.maxPageSize).default(limits.audit.defaultPageSize),
});
export type ListAudit = z.infer<typeof ListAudit>;

/** JSON, as it is stored. */
export type AuditValue = string | number | boolean | null | AuditValue[] | { [key: string]: AuditValue };
export type AuditFields = Record<string, AuditValue>;

export interface AuditTarget {
  type: "server" | "channel" | "role" | "member" | "message" | "invite" | "account" | "instance";
  id: string | null;
  /** What it was called when it was done; undone names stay readable. */
  name: string | null;
}

export interface AuditEntry {
  id: AuditEntryId;
  /** Null for one whose account is gone from the database altogether. */
  actor: UserRef | null;
  action: AuditAction;
  target: AuditTarget;
  /** Of a member. */
  targetUser: UserRef | null;
  /** What was; null for what did not exist. Only the fields that changed. */
  before: AuditFields | null;
  /** What is now; null for what does not exist any more. */
  after: AuditFields | null;
  reason: string | null;
  createdAt: Time;
}

export interface AuditPage {
  /** Newest first. */
  entries: AuditEntry[];
  nextCursor: AuditEntryId | null;
}
