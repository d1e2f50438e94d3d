import { boolean, index, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import type { ServerId, UserId } from "#shared/ids.ts";
import { createdAt, moment } from "./columns.ts";
import { users } from "./users.ts";

export const servers = pgTable(
  "servers",
  {
    id: uuid("id").$type<ServerId>().primaryKey(),
    name: text("name").notNull(),
    ownerId: uuid("owner_id")
      .$type<UserId>()
      .notNull()
      .references(() => users.id, { onDelete: "restrict" }),
    createdAt: createdAt(),
  },
  (table) => [index("servers_owner_id_idx").on(table.ownerId)],
);

export const serverMembers = pgTable(
  "server_members",
  {
    serverId: uuid("server_id")
      .$type<ServerId>()
      .notNull()
      .references(() => servers.id, { onDelete: "cascade" }),
    userId: uuid("user_id")
      .$type<UserId>()
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    nickname: text("nickname"),
    joinedAt: moment("joined_at").notNull().defaultNow(),
    timeoutUntil: moment("timeout_until"),
    /** A moderator's, in every voice channel of the server: leaving and joining again does not undo them. */
    voiceMute: boolean("voice_mute").notNull().default(false),
    voiceDeaf: boolean("voice_deaf").notNull().default(false),
  },
  (table) => [
    primaryKey({ columns: [table.serverId, table.userId] }),
    index("server_members_user_id_idx").on(table.userId),
  ],
);

export const bans = pgTable(
  "bans",
  {
    serverId: uuid("server_id")
      .$type<ServerId>()
      .notNull()
      .references(() => servers.id, { onDelete: "cascade" }),
    userId: uuid("user_id")
      .$type<UserId>()
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    bannedBy: uuid("banned_by")
      .$type<UserId>()
      .references(() => users.id, { onDelete: "set null" }),
    reason: text("reason"),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.serverId, table.userId] }),
    index("bans_user_id_idx").on(table.userId),
  ],
);
