/** What concerns the instance as a whole: who may register, and what its administrators govern. */
import { z } from "zod";
import { AuditEntryId, ServerId, UserId } from "../ids.ts";
import { limits } from "../limits.ts";
import { LinkToken } from "./auth.ts";
import { optionalText, text, type Time } from "./common.ts";
import type { UserRef } from "./users.ts";

export const RegistrationMode = z.enum(["open", "invite", "closed"]);
export type RegistrationMode = z.infer<typeof RegistrationMode>;

/** What a stranger may know. */
export interface InstanceInfo {
  registration: RegistrationMode;
}

export const ClaimInstance = z.object({ token: LinkToken });

export const SetRegistration = z.object({ registration: RegistrationMode });

const page = {
  query: text({ maxLength: 64 }).optional(),
  limit: z.int().min(1).max(limits.admin.maxPageSize).default(limits.admin.defaultPageSize),
};

export const ListAccounts = z.object({
  ...page,
  /** The last page's last user id. */
  cursor: UserId.nullish(),
});
export type ListAccounts = z.infer<typeof ListAccounts>;

export const ListAllServers = z.object({
  ...page,
  /** The last page's last server id. */
  cursor: ServerId.nullish(),
});
export type ListAllServers = z.infer<typeof ListAllServers>;

export const AccountById = z.object({ userId: UserId });
export const SetAccountDisabled = z.object({
  userId: UserId,
  isDisabled: z.boolean(),
  reason: optionalText(limits.reason).optional(),
});
export type SetAccountDisabled = z.infer<typeof SetAccountDisabled>;
export const SetAccountAdmin = z.object({ userId: UserId, isAdmin: z.boolean() });
export type SetAccountAdmin = z.infer<typeof SetAccountAdmin>;
export const AnyServerById = z.object({ id: ServerId });
export const SetAnyServerOwner = z.object({ id: ServerId, userId: UserId });

export const ListInstanceAudit = z.object({
  /** The last page's last entry. */
  cursor: AuditEntryId.nullish(),
  limit: z.int().min(1).max(limits.audit.maxPageSize).default(limits.audit.defaultPageSize),
});
export type ListInstanceAudit = z.infer<typeof ListInstanceAudit>;

export interface InstanceOverview {
  version: string;
  startedAt: Time;
  users: { total: number; disabled: number; online: number };
  servers: number;
  messages: number;
  storage: {
    /** Bytes that the database takes on its disk. */
    databaseBytes: number;
    /** Bytes of stored attachments. */
    attachmentBytes: number;
    /** Of the disk that holds DATA_DIR. */
    disk: { freeBytes: number; totalBytes: number };
  };
  registration: { mode: RegistrationMode; /** Set by REGISTRATION, so not from here. */ isFixed: boolean };
}

export interface Account {
  user: UserRef;
  email: string | null;
  isAdmin: boolean;
  /** Null: it is not. */
  disabledAt: Time | null;
  createdAt: Time;
  /** The last time that one of its sessions was refreshed. */
  lastSeenAt: Time | null;
  ownedServers: number;
}

export interface AccountPage {
  /** In the order of their ids, which is that of their making. */
  accounts: Account[];
  nextCursor: UserId | null;
}

export interface ServerSummary {
  id: ServerId;
  name: string;
  owner: UserRef;
  members: number;
  channels: number;
  createdAt: Time;
}

export interface ServerSummaryPage {
  servers: ServerSummary[];
  nextCursor: ServerId | null;
}

/** Shown once: only its digest is stored. */
export interface ResetLink {
  url: string;
  expiresAt: Time;
}
