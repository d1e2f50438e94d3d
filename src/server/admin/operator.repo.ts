/** What the command line shows: read beside a running server, at one moment each. */
import { and, asc, eq, ilike, isNull, sql } from "drizzle-orm";
import type { ServerId, UserId } from "#shared/ids.ts";
import type { Executor } from "../database/client.ts";
import { escapeLike } from "../database/like.ts";
import { channels } from "../database/schema/channels.ts";
import { messages } from "../database/schema/messages.ts";
import { serverMembers, servers } from "../database/schema/servers.ts";
import { users } from "../database/schema/users.ts";
import { lastSeenAt, serverCounts } from "./admin.repo.ts";

const selectUsers = (db: Executor) =>
  db
    .select({
      id: users.id,
      username: users.username,
      displayName: users.displayName,
      email: users.email,
      isAdmin: users.isAdmin,
      disabledAt: users.disabledAt,
      createdAt: users.createdAt,
      lastSeenAt,
    })
    .from(users);
export type UserRow = Awaited<ReturnType<typeof selectUsers>>[number];

const selectServers = (db: Executor) =>
  db
    .select({
      id: servers.id,
      name: servers.name,
      owner: users.username,
      createdAt: servers.createdAt,
      ...serverCounts,
    })
    .from(servers)
    .innerJoin(users, eq(users.id, servers.ownerId));
export type ServerRow = Awaited<ReturnType<typeof selectServers>>[number];

export const createOperatorRepo = (db: Executor) => ({
  /** Those who have an account, oldest first; all, or those with the text in their username. */
  listUsers: (contains: string): Promise<UserRow[]> =>
    selectUsers(db)
      .where(and(isNull(users.deletedAt), ilike(users.username, `%${escapeLike(contains)}%`)))
      .orderBy(asc(users.id)),

  /** By the name that they sign in with. */
  async findUser(username: string): Promise<UserRow | undefined> {
    const [row] = await selectUsers(db).where(and(isNull(users.deletedAt), eq(users.username, username)));
    return row;
  },

  /** The names of the servers that the user is in, and whether they are the owner. */
  listServersOf: (userId: UserId) =>
    db
      .select({ id: servers.id, name: servers.name, isOwner: sql<boolean>`${eq(servers.ownerId, userId)}` })
      .from(servers)
      .innerJoin(serverMembers, eq(serverMembers.serverId, servers.id))
      .where(eq(serverMembers.userId, userId))
      .orderBy(asc(servers.id)),

  /** Oldest first; all, or those with the text in their name. */
  listServers: (contains: string): Promise<ServerRow[]> =>
    selectServers(db)
      .where(ilike(servers.name, `%${escapeLike(contains)}%`))
      .orderBy(asc(servers.id)),

  async findServer(id: ServerId): Promise<ServerRow | undefined> {
    const [row] = await selectServers(db).where(eq(servers.id, id));
    return row;
  },

  /** The channels of a server in their order, with their messages. */
  listChannels: (serverId: ServerId) =>
    db
      .select({
        id: channels.id,
        name: channels.name,
        type: channels.type,
        messages: sql<number>`(
          select count(*)::int from ${messages}
          where ${and(eq(messages.channelId, channels.id), isNull(messages.deletedAt))})`,
      })
      .from(channels)
      .where(eq(channels.serverId, serverId))
      .orderBy(asc(channels.position), asc(channels.id)),

  /** Each table with its rows, which are estimated, and what it takes with its indexes; the largest first. */
  async listTableSizes(): Promise<{ name: string; rows: number; bytes: number }[]> {
    const { rows } = await db.execute<{ name: string; rows: number; bytes: number }>(sql`
      select relname::text as name, greatest(reltuples, 0)::float8 as rows,
        pg_total_relation_size(oid)::float8 as bytes
      from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by bytes desc, name`);
    return rows;
  },

  async measureDatabase(): Promise<number> {
    const { rows } = await db.execute<{ bytes: number }>(
      sql`select pg_database_size(current_database())::float8 as bytes`,
    );
    return rows[0]?.bytes ?? 0;
  },
});
export type OperatorRepo = ReturnType<typeof createOperatorRepo>;
