import { index, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import type { AuditEntryId, ServerId, UserId } from "#shared/ids.ts";
import { createdAt } from "./columns.ts";
import { servers } from "./servers.ts";
import { users } from "./users.ts";

export const auditLog = pgTable(
  "audit_log",
  {
    id: uuid("id").$type<AuditEntryId>().primaryKey(),
    serverId: uuid("server_id")
      .$type<ServerId>()
      .notNull()
      .references(() => servers.id, { onDelete: "cascade" }),
    actorId: uuid("actor_id")
      .$type<UserId>()
      .references(() => users.id, { onDelete: "set null" }),
    /** `members.kick`, as the procedure that did it. */
    action: text("action").notNull(),
    targetType: text("target_type").notNull(),
    targetId: uuid("target_id"),
    /** What was, and what is now. */
    changes: jsonb("changes"),
    reason: text("reason"),
    createdAt: createdAt(),
  },
  (table) => [
    index("audit_log_server_id_id_idx").on(table.serverId, table.id.desc().nullsFirst()),
    index("audit_log_actor_id_idx").on(table.actorId),
  ],
);
