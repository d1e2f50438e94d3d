import { and, eq, sql } from "drizzle-orm";
import type { ChannelId, RoleId, ServerId, UserId } from "#shared/ids.ts";
import { DEFAULT_EVERYONE_PERMISSIONS } from "#shared/permissions.ts";
import type { Executor } from "../database/client.ts";
import { channels } from "../database/schema/channels.ts";
import { roles } from "../database/schema/roles.ts";
import { serverMembers, servers } from "../database/schema/servers.ts";

export type ServerRow = typeof servers.$inferSelect;

export interface ServerDraft {
  server: ServerRow;
  everyoneRoleId: RoleId;
  textChannelId: ChannelId;
  voiceChannelId: ChannelId;
}

/** How long the deletion of a server with all of its messages may take: about a million rows on a small machine. */
const deletionTimeoutMs = 120_000;

const prepareStatements = (db: Executor) => ({
  byIds: db
    .select()
    .from(servers)
    .where(sql`${servers.id} = any(${sql.placeholder("serverIds")}::uuid[])`)
    .prepare("servers_by_ids"),

  ofUser: db
    .select({ server: servers })
    .from(serverMembers)
    .innerJoin(servers, eq(servers.id, serverMembers.serverId))
    .where(eq(serverMembers.userId, sql.placeholder("userId")))
    .orderBy(servers.id)
    .prepare("servers_of_user"),
});

export const createServersRepo = (db: Executor) => {
  const statements = prepareStatements(db);

  return {
    /** For the tests of their plans. */
    hotStatements: statements,

    listByIds(serverIds: readonly ServerId[]): Promise<ServerRow[]> {
      return statements.byIds.execute({ serverIds });
    },

    async find(id: ServerId): Promise<ServerRow | undefined> {
      const [row] = await statements.byIds.execute({ serverIds: [id] });
      return row;
    },

    /** Oldest first. */
    async listOfUser(userId: UserId): Promise<ServerRow[]> {
      const rows = await statements.ofUser.execute({ userId });
      return rows.map((row) => row.server);
    },

    /** With what a new server has: @everyone, a place to write and a place to speak. */
    async insert(
      tx: Executor,
      { server, everyoneRoleId, textChannelId, voiceChannelId }: ServerDraft,
    ): Promise<void> {
      const { id: serverId, createdAt } = server;
      await tx.insert(servers).values(server);
      await tx.insert(roles).values({
        id: everyoneRoleId,
        serverId,
        name: "@everyone",
        permissions: DEFAULT_EVERYONE_PERMISSIONS,
        position: 0,
        isEveryone: true,
        createdAt,
      });
      await tx.insert(channels).values([
        { id: textChannelId, serverId, type: "text", name: "general", position: 0, createdAt },
        { id: voiceChannelId, serverId, type: "voice", name: "Voice", position: 1, createdAt },
      ]);
    },

    async rename(tx: Executor, id: ServerId, name: string): Promise<void> {
      await tx.update(servers).set({ name }).where(eq(servers.id, id));
    },

    /** As the transaction sees it. */
    async findIn(tx: Executor, id: ServerId): Promise<ServerRow | undefined> {
      const [row] = await tx.select().from(servers).where(eq(servers.id, id));
      return row;
    },

    async setOwner(tx: Executor, id: ServerId, ownerId: UserId): Promise<void> {
      await tx.update(servers).set({ ownerId }).where(eq(servers.id, id));
    },

    async isMember(tx: Executor, serverId: ServerId, userId: UserId): Promise<boolean> {
      const where = and(eq(serverMembers.serverId, serverId), eq(serverMembers.userId, userId));
      return (await tx.$count(serverMembers, where)) > 0;
    },

    async delete(tx: Executor, id: ServerId): Promise<void> {
      await tx.execute(sql.raw(`set local statement_timeout = ${deletionTimeoutMs}`));
      await tx.delete(servers).where(eq(servers.id, id));
    },
  };
};
export type ServersRepo = ReturnType<typeof createServersRepo>;
