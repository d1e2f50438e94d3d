import type { Executor } from "../database/client.ts";
import { auditLog } from "../database/schema/audit-log.ts";

type AuditRow = typeof auditLog.$inferInsert;

export const createAuditRepo = () => ({
  async insert(tx: Executor, row: AuditRow): Promise<void> {
    await tx.insert(auditLog).values(row);
  },
});
export type AuditRepo = ReturnType<typeof createAuditRepo>;
