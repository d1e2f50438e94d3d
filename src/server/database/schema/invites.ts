import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, text, uuid } from "drizzle-orm/pg-core";
import type { ServerId, UserId } from "#shared/ids.ts";
import { createdAt, moment } from "./columns.ts";
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
