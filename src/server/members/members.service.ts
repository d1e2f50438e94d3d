/**
 * Who belongs to a server. Whoever comes, goes or is kept out is under the lock of their user row, so that a ban and a
 * join at once leave no banned member; and no one leaves while the ownership passes to them (`lockServer`, "share").
 */
import type { Ban, ListMembers, Member, MemberPage, SetNickname } from "#shared/contract/members.ts";
import type { RoleId, ServerId, UserId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";
import type { AccessService, ServerAccess } from "../access/access.service.ts";
import type { Govern } from "../access/governing.ts";
import type { AuditService } from "../audit/audit.service.ts";
import { type Database, type Transaction, withTransaction } from "../database/client.ts";
import { lockServer, lockUser } from "../database/locks.ts";
import type { EventLog } from "../events/event-log.ts";
import { AppError } from "../kernel/app-error.ts";
import { type Clock, nowDate } from "../kernel/clock.ts";
import type { MessagesService } from "../messages/messages.service.ts";
import type { PresenceReader } from "../presence/presence-reader.ts";
import type { Actor } from "../trpc/context.ts";
import { createGovernMember, createMemberModeration } from "./member-moderation.ts";
import { createMemberNews } from "./member-news.ts";
import { createMemberRoles } from "./member-roles.ts";
import { presentBan, presentMember } from "./members.present.ts";
import type { MemberKey, MemberRow, MembersRepo } from "./members.repo.ts";

interface Deps {
  db: Database;
  repo: MembersRepo;
  access: AccessService;
  govern: Govern;
  audit: AuditService;
  events: EventLog;
  presence: PresenceReader;
  clock: Clock;
  messages: Pick<MessagesService, "deleteOfAuthor" | "announceDeleted">;
}

export const createMembersService = (deps: Deps) => {
  const { db, repo, access, audit, presence, clock } = deps;
  const governMember = createGovernMember(deps);
  const news = createMemberNews(deps);

  const present = (row: MemberRow): Member => presentMember(row, presence.statusOf(row.user.id));

  /** Of one who goes by themselves. @throws MISSING_PERMISSION (OWNER), NOT_FOUND */
  const end = async (tx: Transaction, key: MemberKey): Promise<void> => {
    const server = await lockServer(tx, key.serverId, "share");
    if (!server) throw new AppError("NOT_FOUND");
    if (server.ownerId === key.userId) throw new AppError("MISSING_PERMISSION", { permission: "OWNER" });
    if (!(await repo.delete(tx, key))) throw new AppError("NOT_FOUND");
  };

  return {
    /** A page of members in the order of their ids, all or those whose names contain the query. */
    async list({ serverId, query, cursor, limit }: ListMembers): Promise<MemberPage> {
      // One more than asked for tells whether there are more.
      const rows = await repo.list({ serverId, contains: query, after: cursor ?? null, limit: limit + 1 });
      const members = rows.slice(0, limit).map(present);
      return { members, nextCursor: rows.length > limit ? (members.at(-1)?.user.id ?? null) : null };
    },

    /** The user's own memberships in these servers, in one query. */
    async listOfUser(userId: UserId, serverIds: readonly ServerId[]): Promise<Map<ServerId, Member>> {
      const rows = await repo.listOfUser(userId, serverIds);
      return new Map(rows.map((row) => [row.serverId, present(row)]));
    },

    /** One's own, or with MANAGE_SERVER that of a member below. @throws MISSING_PERMISSION, NOT_FOUND, TIMED_OUT */
    async setNickname(
      actor: Actor,
      { state }: ServerAccess,
      { serverId, userId, nickname }: SetNickname,
    ): Promise<Member> {
      const key = { serverId, userId };
      const rename = async (tx: Transaction): Promise<string | null> => {
        const old = await repo.setNickname(tx, key, nickname);
        if (!old) throw new AppError("NOT_FOUND");
        return old.before;
      };
      if (userId === actor.userId) {
        access.requireNotTimedOut(state, userId);
        await withTransaction(db, async (tx) => {
          await requireKept(tx, serverId);
          await rename(tx);
        });
      } else {
        await governMember(actor, { ...key, permission: "MANAGE_SERVER" }, async (tx) => {
          const before = await rename(tx);
          await audit.record(tx, {
            serverId,
            actorId: actor.userId,
            action: "members.setNickname",
            target: { type: "member", id: userId },
            before: { nickname: before },
            after: { nickname },
          });
        });
      }
      return news.announceUpdate(key);
    },

    ...createMemberModeration({ ...deps, news }),
    ...createMemberRoles({ ...deps, news }),

    /** Newest first. */
    async bans(serverId: ServerId): Promise<Ban[]> {
      return (await repo.listBans(serverId)).map(presentBan);
    },

    /** @throws MISSING_PERMISSION (OWNER) for the owner, who transfers or deletes the server first; NOT_FOUND */
    async leave(actor: Actor, serverId: ServerId): Promise<void> {
      const key = { serverId, userId: actor.userId };
      await withTransaction(db, async (tx) => {
        await lockUser(tx, actor.userId);
        await end(tx, key);
      });
      await news.announceEnd(key);
    },

    /**
     * Ends every membership of the user, whose row the caller's transaction has locked. Announce each after the commit.
     * @throws MISSING_PERMISSION (OWNER)
     */
    async endAll(tx: Transaction, userId: UserId): Promise<ServerId[]> {
      const serverIds = await repo.listServerIds(tx, userId);
      for (const serverId of serverIds) await end(tx, { serverId, userId });
      return serverIds;
    },

    /** Tells everyone that a membership has ended. */
    announceEnd: (key: MemberKey): Promise<void> => news.announceEnd(key),

    /**
     * Makes the user a member inside the caller's transaction; announce it after the commit. False for one who is already.
     * @throws NOT_FOUND for a banned user and a server that is gone, TOO_LARGE at the user's limit of servers
     */
    async add(tx: Transaction, key: MemberKey): Promise<boolean> {
      if (!(await lockUser(tx, key.userId))) throw new AppError("NOT_FOUND");
      await requireKept(tx, key.serverId);
      if (await repo.isBanned(tx, key)) throw new AppError("NOT_FOUND");
      // A membership ends by leaving, and the timeout with it: the log still knows how long it was to last.
      const timeoutUntil = (await audit.findTimeout(tx, key)) ?? null;
      if (!(await repo.insert(tx, { ...key, joinedAt: nowDate(clock), timeoutUntil }))) return false;
      const count = await repo.countServers(tx, key.userId);
      if (count > limits.serversPerUser) throw new AppError("TOO_LARGE", { limit: limits.serversPerUser });
      return true;
    },

    /** Inside the caller's transaction, to one who has just come in; by what right is the caller's to know. */
    giveRoles: (tx: Transaction, key: MemberKey, roles: readonly { id: RoleId }[]): Promise<void> =>
      repo.giveRoles(tx, key, roles),

    /** Tells the server of its new member, whose rights begin here. */
    announceJoin: (key: MemberKey): Promise<void> => news.announceJoin(key),
  };
};
export type MembersService = ReturnType<typeof createMembersService>;

/** The server is not deleted before the transaction ends. @throws NOT_FOUND */
const requireKept = async (tx: Transaction, serverId: ServerId): Promise<void> => {
  if (!(await lockServer(tx, serverId, "key share"))) throw new AppError("NOT_FOUND");
};
