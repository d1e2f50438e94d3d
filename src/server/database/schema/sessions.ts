import { index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import type { SessionId, UserId } from "#shared/ids.ts";
import { createdAt, moment } from "./columns.ts";
import { users } from "./users.ts";

/** One sign-in on one device: what a person sees in the list of their sessions, and what can be ended. */
export const sessions = pgTable(
  "sessions",
  {
    id: uuid("id").$type<SessionId>().primaryKey(),
    userId: uuid("user_id")
      .$type<UserId>()
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    userAgent: text("user_agent"),
    /** Where it signed in from: an address with a good sign-in is not locked out by a stranger's failures. */
    address: text("address"),
    createdAt: createdAt(),
    lastUsedAt: moment("last_used_at").notNull().defaultNow(),
    expiresAt: moment("expires_at").notNull(),
  },
  (table) => [
    index("sessions_user_id_idx").on(table.userId),
    index("sessions_expires_at_idx").on(table.expiresAt),
  ],
);

/** Links to a new password that an administrator has made; one for an account at a time. */
export const passwordResets = pgTable("password_resets", {
  userId: uuid("user_id")
    .$type<UserId>()
    .primaryKey()
    .references(() => users.id, { onDelete: "cascade" }),
  /** SHA-256 of the token, hexadecimal. */
  tokenHash: text("token_hash").notNull().unique("password_resets_token_hash_key"),
  createdBy: uuid("created_by")
    .$type<UserId>()
    .references(() => users.id, { onDelete: "set null" }),
  createdAt: createdAt(),
  expiresAt: moment("expires_at").notNull(),
});

/** A session's refresh tokens, of which the newest are valid; rotated ones stay until they expire, so that a theft shows. */
export const sessionTokens = pgTable(
  "session_tokens",
  {
    /** SHA-256 of the token, hexadecimal. */
    id: text("id").primaryKey(),
    sessionId: uuid("session_id")
      .$type<SessionId>()
      .notNull()
      .references(() => sessions.id, { onDelete: "cascade" }),
    userId: uuid("user_id")
      .$type<UserId>()
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    createdAt: createdAt(),
    expiresAt: moment("expires_at").notNull(),
    rotatedAt: moment("rotated_at"),
  },
  (table) => [
    index("session_tokens_session_id_idx").on(table.sessionId),
    index("session_tokens_user_id_idx").on(table.userId),
    index("session_tokens_expires_at_idx").on(table.expiresAt),
  ],
);
