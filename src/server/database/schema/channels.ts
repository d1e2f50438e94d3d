import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  index,
  integer,
  pgTable,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import type { ChannelType } from "#shared/contract/channels.ts";
import type { ChannelId, RoleId, ServerId, UserId } from "#shared/ids.ts";
import { createdAt } from "./columns.ts";
import { roles } from "./roles.ts";
import { servers } from "./servers.ts";
import { users } from "./users.ts";

export const channels = pgTable(
  "channels",
  {
    id: uuid("id").$type<ChannelId>().primaryKey(),
    serverId: uuid("server_id")
      .$type<ServerId>()
      .notNull()
      .references(() => servers.id, { onDelete: "cascade" }),
    type: text("type").$type<ChannelType>().notNull(),
    name: text("name").notNull(),
    topic: text("topic"),
    /** Its category; a channel outlives its category. */
    parentId: uuid("parent_id")
      .$type<ChannelId>()
      .references((): AnyPgColumn => channels.id, { onDelete: "set null" }),
    position: integer("position").notNull(),
    slowModeSeconds: integer("slow_mode_seconds").notNull().default(0),
    /** Its category's overrides count for it; it has none of its own then. */
    followsCategory: boolean("follows_category").notNull().default(false),
    createdAt: createdAt(),
  },
  (table) => [
    index("channels_server_id_idx").on(table.serverId),
    index("channels_parent_id_idx").on(table.parentId),
    check("channels_type_check", sql`${table.type} in ('text', 'voice', 'category')`),
    check("channels_follows_check", sql`not ${table.followsCategory} or ${table.parentId} is not null`),
  ],
);

/** Exactly one of role and user is set. */
export const channelOverrides = pgTable(
  "channel_overrides",
  {
    channelId: uuid("channel_id")
      .$type<ChannelId>()
      .notNull()
      .references(() => channels.id, { onDelete: "cascade" }),
    roleId: uuid("role_id")
      .$type<RoleId>()
      .references(() => roles.id, { onDelete: "cascade" }),
    userId: uuid("user_id")
      .$type<UserId>()
      .references(() => users.id, { onDelete: "cascade" }),
    allow: bigint("allow", { mode: "bigint" }).notNull(),
    deny: bigint("deny", { mode: "bigint" }).notNull(),
  },
  (table) => [
    check("channel_overrides_target_check", sql`num_nonnulls(${table.roleId}, ${table.userId}) = 1`),
    // Not partial: it also finds all overrides of a channel, when its rights are read and when it is deleted.
    uniqueIndex("channel_overrides_role_key").on(table.channelId, table.roleId),
    uniqueIndex("channel_overrides_user_key")
      .on(table.channelId, table.userId)
      .where(sql`${table.userId} is not null`),
    index("channel_overrides_role_id_idx").on(table.roleId),
    index("channel_overrides_user_id_idx").on(table.userId),
  ],
);
