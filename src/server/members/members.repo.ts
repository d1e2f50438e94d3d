import { and, desc, eq, gt, inArray, sql } from "drizzle-orm";
import type { RoleId, ServerId, UserId } from "#shared/ids.ts";
import type { Executor } from "../database/client.ts";
import { escapeLike } from "../database/like.ts";
import { memberRoles } from "../database/schema/roles.ts";
import { bans, serverMembers } from "../database/schema/servers.ts";
import { users } from "../database/schema/users.ts";

/** A member's place: whose, and where. */
export interface MemberKey {
  serverId: ServerId;
  userId: UserId;
}

interface ListQuery {
  serverId: ServerId;
  after: UserId | null;
  /** Anywhere in username, display name or nickname, whatever its case. */
  contains: string | undefined;
  limit: number;
}

/** Newest first; nobody looks through more, and the list has no pages. */
const maxListedBans = 1_000;

/** Below every id: "from the start" and "after this one" are then one statement. */
const startOfTime = "00000000-0000-0000-0000-000000000000";

const userColumns = {
  id: users.id,
  username: users.username,
  displayName: users.displayName,
  customStatus: users.customStatus,
  bot: users.bot,
  createdAt: users.createdAt,
  deletedAt: users.deletedAt,
};

const memberColumns = {
  serverId: serverMembers.serverId,
  nickname: serverMembers.nickname,
  joinedAt: serverMembers.joinedAt,
  timeoutUntil: serverMembers.timeoutUntil,
  roleIds: sql<RoleId[]>`array(
    select ${memberRoles.roleId} from ${memberRoles}
    where ${memberRoles.serverId} = ${serverMembers.serverId} and ${memberRoles.userId} = ${serverMembers.userId})`,
  user: userColumns,
};

const selectMembers = (db: Executor) =>
  db.select(memberColumns).from(serverMembers).innerJoin(users, eq(users.id, serverMembers.userId));
export type MemberRow = Awaited<ReturnType<typeof selectMembers>>[number];

const selectBans = (db: Executor) =>
  db
    .select({ user: userColumns, reason: bans.reason, createdAt: bans.createdAt })
    .from(bans)
    .innerJoin(users, eq(users.id, bans.userId));
export type BanRow = Awaited<ReturnType<typeof selectBans>>[number];

const isMember = ({ serverId, userId }: MemberKey) =>
  and(eq(serverMembers.serverId, serverId), eq(serverMembers.userId, userId));

const isBan = ({ serverId, userId }: MemberKey) => and(eq(bans.serverId, serverId), eq(bans.userId, userId));

const prepareStatements = (db: Executor) => {
  const pattern = sql`${sql.placeholder("pattern")}::text`;
  return {
    page: selectMembers(db)
      .where(
        and(
          eq(serverMembers.serverId, sql.placeholder("serverId")),
          gt(serverMembers.userId, sql.placeholder("after")),
          sql`(${pattern} is null or ${users.username} ilike ${pattern}
            or ${users.displayName} ilike ${pattern} or ${serverMembers.nickname} ilike ${pattern})`,
        ),
      )
      .orderBy(serverMembers.userId)
      .limit(sql.placeholder("limit"))
      .prepare("members_page"),

    byKey: selectMembers(db)
      .where(
        and(
          eq(serverMembers.serverId, sql.placeholder("serverId")),
          eq(serverMembers.userId, sql.placeholder("userId")),
        ),
      )
      .prepare("members_by_key"),

    ofUser: selectMembers(db)
      .where(
        and(
          eq(serverMembers.userId, sql.placeholder("userId")),
          sql`${serverMembers.serverId} = any(${sql.placeholder("serverIds")}::uuid[])`,
        ),
      )
      .prepare("members_of_user"),
  };
};

export const createMembersRepo = (db: Executor) => {
  const statements = prepareStatements(db);

  return {
    /** For the tests of their plans. */
    hotStatements: statements,

    /** In the order of the user ids. */
    list({ serverId, after, contains, limit }: ListQuery): Promise<MemberRow[]> {
      const pattern = contains ? `%${escapeLike(contains)}%` : null;
      return statements.page.execute({ serverId, after: after ?? startOfTime, pattern, limit });
    },

    async find(key: MemberKey): Promise<MemberRow | undefined> {
      const [row] = await statements.byKey.execute({ ...key });
      return row;
    },

    /** The user's own places in these servers. */
    listOfUser(userId: UserId, serverIds: readonly ServerId[]): Promise<MemberRow[]> {
      return statements.ofUser.execute({ userId, serverIds });
    },

    /** In the order of their ids. */
    async listServerIds(tx: Executor, userId: UserId): Promise<ServerId[]> {
      const rows = await tx
        .select({ serverId: serverMembers.serverId })
        .from(serverMembers)
        .where(eq(serverMembers.userId, userId))
        .orderBy(serverMembers.serverId);
      return rows.map((row) => row.serverId);
    },

    countServers(tx: Executor, userId: UserId): Promise<number> {
      return tx.$count(serverMembers, eq(serverMembers.userId, userId));
    },

    /** False for one who is a member already. */
    async insert(
      tx: Executor,
      member: MemberKey & { joinedAt: Date; timeoutUntil: Date | null },
    ): Promise<boolean> {
      const inserted = await tx
        .insert(serverMembers)
        .values(member)
        .onConflictDoNothing()
        .returning({ userId: serverMembers.userId });
      return inserted.length > 0;
    },

    /** False for one who is no member. */
    async delete(tx: Executor, key: MemberKey): Promise<boolean> {
      const deleted = await tx
        .delete(serverMembers)
        .where(isMember(key))
        .returning({ userId: serverMembers.userId });
      return deleted.length > 0;
    },

    /** What it was; undefined for one who is no member. */
    async setNickname(
      tx: Executor,
      key: MemberKey,
      nickname: string | null,
    ): Promise<{ before: string | null } | undefined> {
      const [row] = await tx
        .select({ before: serverMembers.nickname })
        .from(serverMembers)
        .where(isMember(key))
        .for("no key update");
      if (row) await tx.update(serverMembers).set({ nickname }).where(isMember(key));
      return row;
    },

    async giveRoles(tx: Executor, key: MemberKey, given: readonly { id: RoleId }[]): Promise<void> {
      if (given.length === 0) return;
      await tx.insert(memberRoles).values(given.map(({ id }) => ({ ...key, roleId: id })));
    },

    async takeRoles(
      tx: Executor,
      { serverId, userId }: MemberKey,
      taken: readonly { id: RoleId }[],
    ): Promise<void> {
      const roleIds = taken.map(({ id }) => id);
      await tx
        .delete(memberRoles)
        .where(
          and(
            eq(memberRoles.serverId, serverId),
            eq(memberRoles.userId, userId),
            inArray(memberRoles.roleId, roleIds),
          ),
        );
    },

    async setTimeout(tx: Executor, key: MemberKey, timeoutUntil: Date | null): Promise<void> {
      await tx.update(serverMembers).set({ timeoutUntil }).where(isMember(key));
    },

    async isBanned(tx: Executor, key: MemberKey): Promise<boolean> {
      return (await tx.$count(bans, isBan(key))) > 0;
    },

    /** A second ban keeps the first one's time and takes over the reason. */
    async insertBan(
      tx: Executor,
      ban: MemberKey & { bannedBy: UserId; reason: string | null; createdAt: Date },
    ): Promise<void> {
      await tx
        .insert(bans)
        .values(ban)
        .onConflictDoUpdate({
          target: [bans.serverId, bans.userId],
          set: { reason: ban.reason, bannedBy: ban.bannedBy },
        });
    },

    /** False for one who is not banned. */
    async deleteBan(tx: Executor, key: MemberKey): Promise<boolean> {
      const deleted = await tx.delete(bans).where(isBan(key)).returning({ userId: bans.userId });
      return deleted.length > 0;
    },

    /** Newest first. */
    listBans(serverId: ServerId): Promise<BanRow[]> {
      return selectBans(db)
        .where(eq(bans.serverId, serverId))
        .orderBy(desc(bans.createdAt), desc(bans.userId))
        .limit(maxListedBans);
    },
  };
};
export type MembersRepo = ReturnType<typeof createMembersRepo>;
