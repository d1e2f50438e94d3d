import { and, desc, eq, gt, isNull, lt, type SQL, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { AuditAction } from "#shared/contract/audit.ts";
import type { AuditEntryId, ChannelId, ServerId, UserId } from "#shared/ids.ts";
import type { Executor } from "../database/client.ts";
import { auditLog } from "../database/schema/audit-log.ts";
import { users } from "../database/schema/users.ts";

type AuditDraft = typeof auditLog.$inferInsert;

export interface AuditFilter {
  /** Null for what was done to the instance. */
  serverId: ServerId | null;
  actorId?: UserId | undefined;
  action?: AuditAction | undefined;
  targetUserId?: UserId | undefined;
  /** Of what was done in these nothing is listed. */
  hiddenChannelIds?: readonly ChannelId[];
  cursor?: AuditEntryId | null | undefined;
  limit: number;
}

interface LastFilter {
  serverId: ServerId;
  action: AuditAction;
  targetId: UserId;
  since: AuditEntryId;
}

/** For the tests of its plan. */
export const selectLast = (db: Executor, { serverId, action, targetId, since }: LastFilter) =>
  db
    .select({ changes: auditLog.changes })
    .from(auditLog)
    .where(
      and(
        eq(auditLog.serverId, serverId),
        gt(auditLog.id, since),
        eq(auditLog.action, action),
        eq(auditLog.targetId, targetId),
      ),
    )
    .orderBy(desc(auditLog.id))
    .limit(1);

const actors = alias(users, "actors");
const targets = alias(users, "targets");

const select = (db: Executor) =>
  db
    .select({
      entry: auditLog,
      actor: {
        id: actors.id,
        username: actors.username,
        displayName: actors.displayName,
        bot: actors.bot,
        deletedAt: actors.deletedAt,
      },
      targetUser: {
        id: targets.id,
        username: targets.username,
        displayName: targets.displayName,
        bot: targets.bot,
        deletedAt: targets.deletedAt,
      },
    })
    .from(auditLog)
    .leftJoin(actors, eq(actors.id, auditLog.actorId))
    // A member's id is their user's; no other target's is any user's.
    .leftJoin(targets, eq(targets.id, auditLog.targetId));
export type AuditRow = Awaited<ReturnType<typeof select>>[number];

/** A channel is what was acted on, or where: `channelId` says that. */
const isElsewhere = (channelIds: readonly ChannelId[]): SQL => {
  const ids = sql.param(channelIds);
  const field = (side: "before" | "after") =>
    sql`${auditLog.changes} -> ${sql.raw(`'${side}'`)} ->> 'channelId'`;
  return sql`not (coalesce(${auditLog.targetId} = any(${ids}::uuid[]), false)
    or coalesce((${field("before")}) = any(${ids}::text[]), false)
    or coalesce((${field("after")}) = any(${ids}::text[]), false))`;
};

export const createAuditRepo = (db: Executor) => ({
  async insert(tx: Executor, row: AuditDraft): Promise<void> {
    await tx.insert(auditLog).values(row);
  },

  /** The newest such act on the target after that id. */
  async findLast(
    tx: Executor,
    { serverId, action, targetId, since }: LastFilter,
  ): Promise<AuditDraft["changes"] | undefined> {
    const [row] = await selectLast(tx, { serverId, action, targetId, since });
    return row?.changes;
  },

  /** Newest first. */
  list({ serverId, actorId, action, targetUserId, hiddenChannelIds = [], cursor, limit }: AuditFilter) {
    const conditions: (SQL | undefined)[] = [
      serverId === null ? isNull(auditLog.serverId) : eq(auditLog.serverId, serverId),
      actorId && eq(auditLog.actorId, actorId),
      action && eq(auditLog.action, action),
      targetUserId && eq(auditLog.targetId, targetUserId),
      hiddenChannelIds.length > 0 ? isElsewhere(hiddenChannelIds) : undefined,
      cursor ? lt(auditLog.id, cursor) : undefined,
    ];
    return select(db)
      .where(and(...conditions))
      .orderBy(desc(auditLog.id))
      .limit(limit);
  },
});
export type AuditRepo = ReturnType<typeof createAuditRepo>;
