import type { AuditEntry } from "#shared/contract/audit.ts";
import { presentUserRef } from "../users/users.present.ts";
import type { AuditRow } from "./audit.repo.ts";

export const presentAuditEntry = ({ entry, actor, targetUser }: AuditRow): AuditEntry => ({
  id: entry.id,
  actor: actor && presentUserRef(actor),
  action: entry.action,
  target: { type: entry.targetType, id: entry.targetId, name: entry.targetName },
  targetUser: targetUser && presentUserRef(targetUser),
  before: entry.changes?.before ?? null,
  after: entry.changes?.after ?? null,
  reason: entry.reason,
  createdAt: entry.createdAt.toISOString(),
});
