/**
 * Who belongs to a server. Whoever comes, goes or is kept out is under the lock of their user row, so that a ban and a
 * join at once leave no banned member; and no one leaves while the ownership passes to them (`lockServer`, "share").
 */
import type {
  Ban,
  BanMember,
  KickMember,
  ListMembers,
  Member,
  MemberPage,
  SetMemberRoles,
  SetNickname,
  TimeoutMember,
} from "#shared/contract/members.ts";
import type { ServerId, UserId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";
import { hasPermission } from "#shared/permissions.ts";
import type { AccessService, ServerAccess } from "../access/access.service.ts";
import { standingOf } from "../access/server-state.ts";
import type { AuditRecord, AuditService } from "../audit/audit.service.ts";
import { type Database, type Transaction, withTransaction } from "../database/client.ts";
import { lockServer, lockUser } from "../database/locks.ts";
import type { EventLog } from "../events/event-log.ts";
import { tellOrReset } from "../events/tell-or-reset.ts";
import { AppError } from "../kernel/app-error.ts";
import { type Clock, nowDate } from "../kernel/clock.ts";
import type { PresenceReader } from "../presence/presence-reader.ts";
import type { Actor } from "../trpc/context.ts";
import { requireAbove } from "./members.policy.ts";
import { presentBan, presentMember } from "./members.present.ts";
import type { MemberKey, MemberRow, MembersRepo } from "./members.repo.ts";

interface Deps {
  db: Database;
  repo: MembersRepo;
  access: AccessService;
  audit: AuditService;
  events: EventLog;
  presence: PresenceReader;
  clock: Clock;
}

const notBuilt = (): never => {
  throw new Error("not built yet");
};

export const createMembersService = (deps: Deps) => {
  const { db, repo, access, audit, events, presence, clock } = deps;

  const present = (row: MemberRow): Member => presentMember(row, presence.statusOf(row.user.id));

  const record = (
    tx: Transaction,
    actor: Actor,
    entry: Omit<AuditRecord, "actorId" | "target"> & { userId: UserId },
  ) => {
    const { userId, ...rest } = entry;
    return audit.record(tx, { ...rest, actorId: actor.userId, target: { type: "member", id: userId } });
  };

  /** Deletes the membership, which the owner's cannot be. False for one who is no member. */
  const remove = async (tx: Transaction, key: MemberKey): Promise<boolean> => {
    const server = await lockServer(tx, key.serverId, "share");
    if (!server) throw new AppError("NOT_FOUND");
    if (server.ownerId === key.userId) throw new AppError("MISSING_PERMISSION", { permission: "OWNER" });
    return repo.delete(tx, key);
  };

  /** Tells everyone that a membership has ended. */
  const announceEnd = async (key: MemberKey): Promise<void> => {
    const { serverId, userId } = key;
    await tellOrReset(events, key, () => access.memberChanged(serverId, userId));
    events.append({
      audience: { kind: "server", serverId },
      event: { t: "MEMBER_LEAVE", d: { serverId, userId } },
      accessChange: { serverId, userId },
    });
    events.append({ audience: { kind: "user", userId }, event: { t: "SERVER_DELETE", d: { id: serverId } } });
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

    /** One's own, or with MANAGE_SERVER that of a member below. @throws MISSING_PERMISSION, NOT_FOUND */
    async setNickname(
      actor: Actor,
      place: ServerAccess,
      { serverId, userId, nickname }: SetNickname,
    ): Promise<Member> {
      const isOwn = userId === actor.userId;
      if (!isOwn) {
        if (!hasPermission(place.permissions, "MANAGE_SERVER")) {
          throw new AppError("MISSING_PERMISSION", { permission: "MANAGE_SERVER" });
        }
        requireGovernable(actor, place, userId);
      }
      await withTransaction(db, async (tx) => {
        await requireKept(tx, serverId);
        const old = await repo.setNickname(tx, { serverId, userId }, nickname);
        if (!old) throw new AppError("NOT_FOUND");
        if (isOwn) return;
        await record(tx, actor, {
          serverId,
          userId,
          action: "members.setNickname",
          before: { nickname: old.before },
          after: { nickname },
        });
      });
      const row = await tellOrReset(events, { serverId }, () => repo.find({ serverId, userId }));
      if (!row) throw new AppError("NOT_FOUND");
      const member = present(row);
      events.append({ audience: { kind: "server", serverId }, event: { t: "MEMBER_UPDATE", d: member } });
      return member;
    },

    /** @throws NOT_FOUND for one who is no member, MISSING_PERMISSION (HIERARCHY) */
    async kick(actor: Actor, place: ServerAccess, { serverId, userId, reason }: KickMember): Promise<void> {
      requireGovernable(actor, place, userId);
      await withTransaction(db, async (tx) => {
        await lockUser(tx, userId);
        if (!(await remove(tx, { serverId, userId }))) throw new AppError("NOT_FOUND");
        await record(tx, actor, { serverId, userId, action: "members.kick", reason: reason ?? null });
      });
      await announceEnd({ serverId, userId });
    },

    /**
     * Ends a membership, if there is one, and keeps the user from joining again.
     * @throws NOT_FOUND when there is no such user, MISSING_PERMISSION (HIERARCHY)
     */
    async ban(
      actor: Actor,
      place: ServerAccess,
      { serverId, userId, reason = null }: BanMember,
    ): Promise<void> {
      requireAbove(standingOf(place.state, actor.userId), standingOf(place.state, userId));
      const wasMember = await withTransaction(db, async (tx) => {
        if (!(await lockUser(tx, userId))) throw new AppError("NOT_FOUND");
        const isRemoved = await remove(tx, { serverId, userId });
        await repo.insertBan(tx, {
          serverId,
          userId,
          bannedBy: actor.userId,
          reason,
          createdAt: nowDate(clock),
        });
        await record(tx, actor, { serverId, userId, action: "members.ban", reason });
        return isRemoved;
      });
      if (wasMember) await announceEnd({ serverId, userId });
    },

    /** @throws NOT_FOUND for one who is not banned */
    async unban(actor: Actor, { serverId, userId }: MemberKey): Promise<void> {
      await withTransaction(db, async (tx) => {
        await requireKept(tx, serverId);
        if (!(await repo.deleteBan(tx, { serverId, userId }))) throw new AppError("NOT_FOUND");
        await record(tx, actor, { serverId, userId, action: "members.unban" });
      });
    },

    setRoles: (_actor: Actor, _input: SetMemberRoles): Promise<Member> => notBuilt(),
    timeout: (_actor: Actor, _input: TimeoutMember): Promise<Member> => notBuilt(),

    /** Newest first. */
    async bans(serverId: ServerId): Promise<Ban[]> {
      return (await repo.listBans(serverId)).map(presentBan);
    },

    /** @throws MISSING_PERMISSION (OWNER) for the owner, who transfers or deletes the server first; NOT_FOUND */
    async leave(actor: Actor, serverId: ServerId): Promise<void> {
      const key = { serverId, userId: actor.userId };
      await withTransaction(db, async (tx) => {
        await lockUser(tx, actor.userId);
        if (!(await remove(tx, key))) throw new AppError("NOT_FOUND");
      });
      await announceEnd(key);
    },

    /**
     * Ends every membership of the user, whose row the caller's transaction has locked. Announce each after the commit.
     * @throws MISSING_PERMISSION (OWNER)
     */
    async endAll(tx: Transaction, userId: UserId): Promise<ServerId[]> {
      const serverIds = await repo.listServerIds(tx, userId);
      for (const serverId of serverIds) await remove(tx, { serverId, userId });
      return serverIds;
    },

    announceEnd,

    /**
     * Makes the user a member inside the caller's transaction; announce it after the commit. False for one who is already.
     * @throws NOT_FOUND for a banned user and a server that is gone, TOO_LARGE at the user's limit of servers
     */
    async add(tx: Transaction, key: MemberKey): Promise<boolean> {
      if (!(await lockUser(tx, key.userId))) throw new AppError("NOT_FOUND");
      await requireKept(tx, key.serverId);
      if (await repo.isBanned(tx, key)) throw new AppError("NOT_FOUND");
      if (!(await repo.insert(tx, { ...key, joinedAt: nowDate(clock) }))) return false;
      const count = await repo.countServers(tx, key.userId);
      if (count > limits.serversPerUser) throw new AppError("TOO_LARGE", { limit: limits.serversPerUser });
      return true;
    },

    /** Tells the server of its new member, whose rights begin here. */
    async announceJoin(key: MemberKey): Promise<void> {
      await access.memberChanged(key.serverId, key.userId);
      const row = await repo.find(key);
      // Gone again: that was announced.
      if (!row) return;
      events.append({
        audience: { kind: "server", serverId: key.serverId },
        event: { t: "MEMBER_JOIN", d: present(row) },
        accessChange: key,
      });
    },
  };
};
export type MembersService = ReturnType<typeof createMembersService>;

/** @throws NOT_FOUND for one who is no member, MISSING_PERMISSION (HIERARCHY) */
const requireGovernable = (actor: Actor, { state }: ServerAccess, userId: UserId): void => {
  if (!state.members.has(userId)) throw new AppError("NOT_FOUND");
  requireAbove(standingOf(state, actor.userId), standingOf(state, userId));
};

/** The server is not deleted before the transaction ends. @throws NOT_FOUND */
const requireKept = async (tx: Transaction, serverId: ServerId): Promise<void> => {
  if (!(await lockServer(tx, serverId, "key share"))) throw new AppError("NOT_FOUND");
};
