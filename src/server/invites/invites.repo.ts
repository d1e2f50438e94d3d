import { and, desc, eq, getTableColumns, gt, isNull, lt, or, sql } from "drizzle-orm";
import type { RoleId, ServerId } from "#shared/ids.ts";
import type { Executor } from "../database/client.ts";
import { inviteRoles, invites } from "../database/schema/invites.ts";
import { serverMembers, servers } from "../database/schema/servers.ts";
import { users } from "../database/schema/users.ts";

const givenRoleIds = sql<RoleId[]>`
  coalesce(array_agg(${inviteRoles.roleId}) filter (where ${inviteRoles.roleId} is not null), '{}')`;

const selectInvites = (db: Executor) =>
  db
    .select({ ...getTableColumns(invites), roleIds: givenRoleIds })
    .from(invites)
    .leftJoin(inviteRoles, eq(inviteRoles.code, invites.code))
    .groupBy(invites.code);

export type InviteRow = typeof invites.$inferSelect & {
  /** Given to whoever comes in with it. */
  roleIds: RoleId[];
};

const isUsable = (now: Date) =>
  and(
    or(isNull(invites.maxUses), lt(invites.uses, invites.maxUses)),
    or(isNull(invites.expiresAt), gt(invites.expiresAt, now)),
  );

const memberCount = sql<number>`(
  select count(*)::int from ${serverMembers} where ${serverMembers.serverId} = ${invites.serverId})`;

const selectPreview = (db: Executor) =>
  db
    .select({
      invite: invites,
      serverName: servers.name,
      memberCount,
      inviter: {
        id: users.id,
        username: users.username,
        displayName: users.displayName,
        bot: users.bot,
        deletedAt: users.deletedAt,
      },
    })
    .from(invites)
    .innerJoin(servers, eq(servers.id, invites.serverId))
    .innerJoin(users, eq(users.id, invites.createdBy))
    .where(eq(invites.code, sql.placeholder("code")));
export type InvitePreviewRow = Awaited<ReturnType<typeof selectPreview>>[number];

export const createInvitesRepo = (db: Executor) => {
  const preview = selectPreview(db).prepare("invites_preview");

  return {
    /** For the tests of their plans. */
    hotStatements: { preview },

    async findPreview(code: string): Promise<InvitePreviewRow | undefined> {
      const [row] = await preview.execute({ code });
      return row;
    },

    async find(code: string): Promise<InviteRow | undefined> {
      const [row] = await selectInvites(db).where(eq(invites.code, code));
      return row;
    },

    /** Newest first. */
    list(serverId: ServerId): Promise<InviteRow[]> {
      return selectInvites(db)
        .where(eq(invites.serverId, serverId))
        .orderBy(desc(invites.createdAt), invites.code);
    },

    count(tx: Executor, serverId: ServerId): Promise<number> {
      return tx.$count(invites, eq(invites.serverId, serverId));
    },

    async deleteUnusable(tx: Executor, serverId: ServerId, now: Date): Promise<void> {
      await tx.delete(invites).where(and(eq(invites.serverId, serverId), sql`not (${isUsable(now)})`));
    },

    async insert(tx: Executor, { roleIds, ...row }: InviteRow): Promise<void> {
      await tx.insert(invites).values(row);
      if (roleIds.length === 0) return;
      await tx.insert(inviteRoles).values(roleIds.map((roleId) => ({ code: row.code, roleId })));
    },

    /** Counts one use, if there is one left: the row's lock puts accepts at once into an order. */
    async takeUse(tx: Executor, code: string, now: Date): Promise<boolean> {
      const taken = await tx
        .update(invites)
        .set({ uses: sql`${invites.uses} + 1` })
        .where(and(eq(invites.code, code), isUsable(now)))
        .returning({ code: invites.code });
      return taken.length > 0;
    },

    /** False when another deletion was first. */
    async delete(tx: Executor, code: string): Promise<boolean> {
      const deleted = await tx
        .delete(invites)
        .where(eq(invites.code, code))
        .returning({ code: invites.code });
      return deleted.length > 0;
    },
  };
};
export type InvitesRepo = ReturnType<typeof createInvitesRepo>;
