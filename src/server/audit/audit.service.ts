/** Who governed what: written in the same transaction as the act, so that neither stands without the other. */
import type { AuditAction, AuditFields, AuditPage, AuditTarget, ListAudit } from "#shared/contract/audit.ts";
import type { ListInstanceAudit } from "#shared/contract/instance.ts";
import { AuditEntryId, type ServerId, type UserId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";
import type { ServerAccess } from "../access/access.service.ts";
import { visibleChannelsOf } from "../access/server-state.ts";
import type { Executor } from "../database/client.ts";
import { type Clock, nowDate } from "../kernel/clock.ts";
import { floorIdOf, type IdSource } from "../kernel/id-source.ts";
import type { Actor } from "../trpc/context.ts";
import { presentAuditEntry } from "./audit.present.ts";
import type { AuditFilter, AuditRepo } from "./audit.repo.ts";

export interface AuditRecord {
  /** Null for an act on the instance. */
  serverId: ServerId | null;
  /** Null for whoever has the machine. */
  actorId: UserId | null;
  action: AuditAction;
  target: Omit<AuditTarget, "name"> & { name?: string | null };
  /** What was, of the fields that change; left out for what did not exist. */
  before?: AuditFields;
  /** What is now; left out for what does not exist any more. */
  after?: AuditFields;
  reason?: string | null | undefined;
}

interface Deps {
  repo: AuditRepo;
  clock: Clock;
  ids: IdSource;
}

export const createAuditService = ({ repo, clock, ids }: Deps) => {
  const page = async ({ limit, ...filter }: AuditFilter): Promise<AuditPage> => {
    // One more than asked for tells whether there are more.
    const rows = await repo.list({ ...filter, limit: limit + 1 });
    const entries = rows.slice(0, limit).map(presentAuditEntry);
    return { entries, nextCursor: rows.length > limit ? (entries.at(-1)?.id ?? null) : null };
  };

  return {
    /** Takes the open transaction of the act. */
    async record(tx: Executor, { target, before, after, reason, ...rest }: AuditRecord): Promise<void> {
      await repo.insert(tx, {
        ...rest,
        id: ids.auditEntryId(),
        targetType: target.type,
        targetId: target.id,
        targetName: target.name ?? null,
        changes: { before: before ?? null, after: after ?? null },
        reason: reason ?? null,
        createdAt: nowDate(clock),
      });
    },

    /** Until when the member was timed out last, in the time that a timeout can take; undefined for one who was not. */
    async findTimeout(tx: Executor, key: { serverId: ServerId; userId: UserId }): Promise<Date | undefined> {
      const changes = await repo.findLast(tx, {
        serverId: key.serverId,
        action: "members.timeout",
        targetId: key.userId,
        since: AuditEntryId.parse(floorIdOf(clock.nowMs() - limits.timeoutMaxSeconds * 1_000)),
      });
      const until = changes?.after?.["timeoutUntil"];
      return typeof until === "string" ? new Date(until) : undefined;
    },

    /** A page of the server's log, newest first, without what was done in channels that the caller does not see. */
    list(
      { userId }: Pick<Actor, "userId">,
      { state }: Pick<ServerAccess, "state">,
      input: ListAudit,
    ): Promise<AuditPage> {
      const visible = visibleChannelsOf(state, userId);
      const hiddenChannelIds = [...state.channels.keys()].filter((id) => !visible.has(id));
      return page({ ...input, hiddenChannelIds });
    },

    /** A page of what was done to the instance, newest first. */
    listInstance: (input: ListInstanceAudit): Promise<AuditPage> => page({ ...input, serverId: null }),
  };
};
export type AuditService = ReturnType<typeof createAuditService>;
