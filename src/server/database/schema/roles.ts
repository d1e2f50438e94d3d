import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import type { RoleId, ServerId, UserId } from "#shared/ids.ts";
import { createdAt } from "./columns.ts";
import { serverMembers, servers } from "./servers.ts";

export const roles = pgTable(
  "roles",
  {
    id: uuid("id").$type<RoleId>().primaryKey(),
    serverId: uuid("server_id")
      .$type<ServerId>()
      .notNull()
      .references(() => servers.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    permissions: bigint("permissions", { mode: "bigint" }).notNull(),
    color: text("color"),
    position: integer("position").notNull(),
    /** The role that every member has; each server has exactly one. */
    isEveryone: boolean("is_everyone").notNull().default(false),
    createdAt: createdAt(),
  },
  (table) => [
    index("roles_server_id_idx").on(table.serverId),
    uniqueIndex("roles_everyone_key")
      .on(table.serverId)
      .where(sql`${table.isEveryone}`),
  ],
);

export const memberRoles = pgTable(
  "member_roles",
  {
    serverId: uuid("server_id").$type<ServerId>().notNull(),
    userId: uuid("user_id").$type<UserId>().notNull(),
    roleId: uuid("role_id")
      .$type<RoleId>()
      .notNull()
      .references(() => roles.id, { onDelete: "cascade" }),
  },
  (table) => [
    primaryKey({ columns: [table.serverId, table.userId, table.roleId] }),
    foreignKey({
      columns: [table.serverId, table.userId],
      foreignColumns: [serverMembers.serverId, serverMembers.userId],
    }).onDelete("cascade"),
    index("member_roles_role_id_idx").on(table.roleId),
  ],
);
