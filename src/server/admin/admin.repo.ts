import { and, asc, eq, gt, ilike, isNotNull, isNull, or, type SQL, sql, sum } from "drizzle-orm";
import type { ServerId, UserId } from "#shared/ids.ts";
import type { Executor } from "../database/client.ts";
import { escapeLike } from "../database/like.ts";
import { channels } from "../database/schema/channels.ts";
import { attachments, messages } from "../database/schema/messages.ts";
import { serverMembers, servers } from "../database/schema/servers.ts";
import { sessions } from "../database/schema/sessions.ts";
import { users } from "../database/schema/users.ts";

interface Page<Id> {
  /** Anywhere in a name, whatever its case. */
  contains: string | undefined;
  after: Id | null;
  limit: number;
}

export interface Counts {
  users: number;
  disabled: number;
  servers: number;
  messages: number;
  databaseBytes: number;
  attachmentBytes: number;
}

/** Up to here counting is quick; beyond, the statistics of autovacuum are near enough. */
const defaultMaxCountedMessages = 50_000;

const isLive = isNull(users.deletedAt);

const refColumns = {
  id: users.id,
  username: users.username,
  displayName: users.displayName,
  bot: users.bot,
  deletedAt: users.deletedAt,
};

/** Conditions stand in subqueries as they are: a bare column would lose its table where the query has only one. */
export const lastSeenAt = sql<Date | null>`(
  select max(${sessions.lastUsedAt}) from ${sessions} where ${eq(sessions.userId, users.id)})`.mapWith(
  sessions.lastUsedAt,
);

/** How many are in each server. */
export const serverCounts = {
  members: sql<number>`(
    select count(*)::int from ${serverMembers} where ${serverMembers.serverId} = ${servers.id})`,
  channels: sql<number>`(
    select count(*)::int from ${channels} where ${channels.serverId} = ${servers.id})`,
};

const selectAccounts = (db: Executor) =>
  db
    .select({
      ...refColumns,
      email: users.email,
      isAdmin: users.isAdmin,
      disabledAt: users.disabledAt,
      createdAt: users.createdAt,
      lastSeenAt,
      ownedServers: sql<number>`(
        select count(*)::int from ${servers} where ${eq(servers.ownerId, users.id)})`,
    })
    .from(users);
export type AccountRow = Awaited<ReturnType<typeof selectAccounts>>[number];

const selectServers = (db: Executor) =>
  db
    .select({
      id: servers.id,
      name: servers.name,
      createdAt: servers.createdAt,
      owner: refColumns,
      ...serverCounts,
    })
    .from(servers)
    .innerJoin(users, eq(users.id, servers.ownerId));
export type ServerSummaryRow = Awaited<ReturnType<typeof selectServers>>[number];

const contains = (text: string | undefined, columns: Parameters<typeof ilike>[0][]): SQL | undefined =>
  text ? or(...columns.map((column) => ilike(column, `%${escapeLike(text)}%`))) : undefined;

const overviewStatements = (db: Executor, maxCountedMessages: number) => {
  /** Of a large table an estimate, which counts deleted messages too: an exact count would read all of it. */
  const countMessages = async (): Promise<number> => {
    const { rows } = await db.execute<{ estimate: number }>(
      sql`select reltuples::float8 as estimate from pg_class where oid = ${"messages"}::regclass`,
    );
    const estimate = rows[0]?.estimate ?? 0;
    return estimate > maxCountedMessages
      ? Math.round(estimate)
      : db.$count(messages, isNull(messages.deletedAt));
  };

  const measureDatabase = async (): Promise<number> => {
    const { rows } = await db.execute<{ bytes: number }>(
      sql`select pg_database_size(current_database())::float8 as bytes`,
    );
    return rows[0]?.bytes ?? 0;
  };

  return {
    async count(): Promise<Counts> {
      const [total, disabled, allServers, allMessages, databaseBytes, [stored]] = await Promise.all([
        db.$count(users, isLive),
        db.$count(users, and(isLive, isNotNull(users.disabledAt))),
        db.$count(servers),
        countMessages(),
        measureDatabase(),
        db.select({ bytes: sum(attachments.sizeBytes).mapWith(Number) }).from(attachments),
      ]);
      return {
        users: total,
        disabled,
        servers: allServers,
        messages: allMessages,
        databaseBytes,
        attachmentBytes: stored?.bytes ?? 0,
      };
    },
  };
};

export const createAdminRepo = (
  db: Executor,
  { maxCountedMessages = defaultMaxCountedMessages }: { maxCountedMessages?: number } = {},
) => ({
  ...overviewStatements(db, maxCountedMessages),

  /** Whether the user governs the instance, as the transaction sees it. */
  async isAdmin(tx: Executor, userId: UserId): Promise<boolean> {
    const isThis = and(eq(users.id, userId), eq(users.isAdmin, true), isLive, isNull(users.disabledAt));
    return (await tx.$count(users, isThis)) > 0;
  },

  /** In the order of their ids, without those that were deleted. */
  listAccounts(page: Page<UserId>): Promise<AccountRow[]> {
    return selectAccounts(db)
      .where(
        and(
          isLive,
          page.after ? gt(users.id, page.after) : undefined,
          contains(page.contains, [users.username, users.displayName, users.email]),
        ),
      )
      .orderBy(asc(users.id))
      .limit(page.limit);
  },

  /** In the order of their ids. */
  listServers(page: Page<ServerId>): Promise<ServerSummaryRow[]> {
    return selectServers(db)
      .where(
        and(
          page.after ? gt(servers.id, page.after) : undefined,
          contains(page.contains, [servers.name, users.username, users.displayName]),
        ),
      )
      .orderBy(asc(servers.id))
      .limit(page.limit);
  },

  async find(tx: Executor, userId: UserId) {
    const [row] = await tx
      .select({ username: users.username, isAdmin: users.isAdmin, disabledAt: users.disabledAt })
      .from(users)
      .where(and(eq(users.id, userId), isLive));
    return row;
  },

  async setDisabled(tx: Executor, userId: UserId, disabledAt: Date | null): Promise<void> {
    await tx.update(users).set({ disabledAt }).where(eq(users.id, userId));
  },

  async setAdmin(tx: Executor, userId: UserId, isAdmin: boolean): Promise<void> {
    await tx.update(users).set({ isAdmin }).where(eq(users.id, userId));
  },
});
export type AdminRepo = ReturnType<typeof createAdminRepo>;
