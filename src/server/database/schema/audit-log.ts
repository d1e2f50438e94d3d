import { index, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import type { AuditAction, AuditFields, AuditTarget } from "#shared/contract/audit.ts";
import type { AuditEntryId, ServerId, UserId } from "#shared/ids.ts";
import { createdAt } from "./columns.ts";
import { servers } from "./servers.ts";
import { users } from "./users.ts";

export const auditLog = pgTable(
  "audit_log",
  {
    id: uuid("id").$type<AuditEntryId>().primaryKey(),
    /** Null for what was done to the instance. */
    serverId: uuid("server_id")
      .$type<ServerId>()
      .references(() => servers.id, { onDelete: "cascade" }),
    actorId: uuid("actor_id")
      .$type<UserId>()
      .references(() => users.id, { onDelete: "set null" }),
    /** `members.kick`, as the procedure that did it. */
    action: text("action").$type<AuditAction>().notNull(),
    targetType: text("target_type").$type<AuditTarget["type"]>().notNull(),
    targetId: uuid("target_id"),
    /** What it was called then. */
    targetName: text("target_name"),
    /** What was, and what is now. */
    changes: jsonb("changes").$type<{ before?: AuditFields | null; after?: AuditFields | null }>(),
    reason: text("reason"),
    createdAt: createdAt(),
  },
  (table) => [
    index("audit_log_server_id_id_idx").on(table.serverId, table.id.desc().nullsFirst()),
    index("audit_log_actor_id_idx").on(table.actorId),
  ],
);
