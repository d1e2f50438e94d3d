import type { AuditEntry, AuditFields } from "#shared/contract/audit.ts";
import { presentUserRef } from "../users/users.present.ts";
import type { AuditRow } from "./audit.repo.ts";

/** An earlier version stored some fields' values bare, where nothing says of what. */
const fieldsOf = (side: unknown): AuditFields | null => (isFields(side) ? side : null);

const isFields = (side: unknown): side is AuditFields =>
  typeof side === "object" && side !== null && !Array.isArray(side);

export const presentAuditEntry = ({ entry, actor, targetUser }: AuditRow): AuditEntry => ({
  id: entry.id,
  actor: actor && presentUserRef(actor),
  action: entry.action,
  target: { type: entry.targetType, id: entry.targetId, name: entry.targetName },
  targetUser: targetUser && presentUserRef(targetUser),
  before: fieldsOf(entry.changes?.before),
  after: fieldsOf(entry.changes?.after),
  reason: entry.reason,
  createdAt: entry.createdAt.toISOString(),
});
