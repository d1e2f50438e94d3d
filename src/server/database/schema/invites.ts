import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import type { RoleId, ServerId, UserId } from "#shared/ids.ts";
import { createdAt, moment } from "./columns.ts";
import { roles } from "./roles.ts";
import { servers } from "./servers.ts";
import { users } from "./users.ts";

export const invites = pgTable(
  "invites",
  {
    code: text("code").primaryKey(),
    serverId: uuid("server_id")
      .$type<ServerId>()
      .notNull()
      .references(() => servers.id, { onDelete: "cascade" }),
    createdBy: uuid("created_by")
      .$type<UserId>()
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    maxUses: integer("max_uses"),
    uses: integer("uses").notNull().default(0),
    expiresAt: moment("expires_at"),
    createdAt: createdAt(),
  },
  (table) => [
    index("invites_server_id_idx").on(table.serverId),
    index("invites_created_by_idx").on(table.createdBy),
    check("invites_uses_check", sql`${table.maxUses} is null or ${table.uses} <= ${table.maxUses}`),
  ],
);

/** Roles that whoever joins with the invite is given. */
export const inviteRoles = pgTable(
  "invite_roles",
  {
    code: text("code")
      .notNull()
      .references(() => invites.code, { onDelete: "cascade" }),
    roleId: uuid("role_id")
      .$type<RoleId>()
      .notNull()
      .references(() => roles.id, { onDelete: "cascade" }),
  },
  (table) => [
    primaryKey({ columns: [table.code, table.roleId] }),
    index("invite_roles_role_id_idx").on(table.roleId),
  ],
);
