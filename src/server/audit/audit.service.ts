/** Who governed what: written in the same transaction as the act, so that neither stands without the other. */
import type { ServerId, UserId } from "#shared/ids.ts";
import type { Executor } from "../database/client.ts";
import { type Clock, nowDate } from "../kernel/clock.ts";
import type { IdSource } from "../kernel/id-source.ts";
import type { AuditRepo } from "./audit.repo.ts";

export interface AuditEntry {
  serverId: ServerId;
  actorId: UserId;
  /** The procedure that did it: `members.kick`. */
  action: string;
  target: { type: "server" | "channel" | "role" | "member" | "message" | "invite"; id: string | null };
  changes?: Record<string, unknown>;
  reason?: string | null;
}

export const createAuditService = ({
  repo,
  clock,
  ids,
}: {
  repo: AuditRepo;
  clock: Clock;
  ids: IdSource;
}) => ({
  /** Takes the open transaction of the act. */
  async record(
    tx: Executor,
    { serverId, actorId, action, target, changes, reason }: AuditEntry,
  ): Promise<void> {
    await repo.insert(tx, {
      id: ids.auditEntryId(),
      serverId,
      actorId,
      action,
      targetType: target.type,
      targetId: target.id,
      changes: changes ?? null,
      reason: reason ?? null,
      createdAt: nowDate(clock),
    });
  },
});
export type AuditService = ReturnType<typeof createAuditService>;
