/**
 * What moderators do to members. Each act is under two locks, the member's user row and the server's, and goes by the
 * rights and standings that are stored then: a moderator who was demoted a moment ago is refused, whatever they were when
 * the call came in.
 */
import type { BanMember, KickMember, Member, TimeoutMember } from "#shared/contract/members.ts";
import type { UserId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";
import { hasPermission, type PermissionName } from "#shared/permissions.ts";
import type { AccessService, ServerAccess } from "../access/access.service.ts";
import { type ServerState, serverPermissionsOf, standingOf } from "../access/server-state.ts";
import type { AuditRecord, AuditService } from "../audit/audit.service.ts";
import { type Database, type Transaction, withTransaction } from "../database/client.ts";
import { lockUser } from "../database/locks.ts";
import { AppError, invalidInput } from "../kernel/app-error.ts";
import { type Clock, nowDate } from "../kernel/clock.ts";
import type { MessagesService } from "../messages/messages.service.ts";
import type { Actor } from "../trpc/context.ts";
import type { MemberNews } from "./member-news.ts";
import { requireAbove } from "./members.policy.ts";
import type { MemberKey, MembersRepo } from "./members.repo.ts";

interface Deps {
  db: Database;
  repo: MembersRepo;
  access: AccessService;
  audit: AuditService;
  clock: Clock;
  messages: Pick<MessagesService, "deleteOfAuthor" | "announceDeleted">;
  news: MemberNews;
}

interface Wanted extends MemberKey {
  permission: PermissionName;
}

/** A client's clock may be this far ahead of ours when it asks for the longest timeout that there is. */
const clockToleranceMs = 5 * 60_000;

/**
 * Runs the act on the member, or on one who is none, in a transaction and under the locks of both.
 * @throws NOT_FOUND when there is no such user, MISSING_PERMISSION (or HIERARCHY), TIMED_OUT
 */
export const createGovernMember =
  ({ db, access }: Pick<Deps, "db" | "access">) =>
  <T>(
    actor: Actor,
    { serverId, userId, permission }: Wanted,
    act: (tx: Transaction, place: ServerAccess) => Promise<T>,
  ): Promise<T> =>
    withTransaction(db, async (tx) => {
      if (!(await lockUser(tx, userId))) throw new AppError("NOT_FOUND");
      const place = await access.lock(tx, actor.userId, { serverId, permission });
      requireAbove(standingOf(place.state, actor.userId), standingOf(place.state, userId));
      return act(tx, place);
    });

export const createMemberModeration = (deps: Deps) => {
  const { repo, audit, clock, messages, news } = deps;
  const governMember = createGovernMember(deps);

  const record = (
    tx: Transaction,
    actor: Actor,
    { serverId, userId, ...rest }: MemberKey & Omit<AuditRecord, "actorId" | "target" | "serverId">,
  ) => audit.record(tx, { ...rest, serverId, actorId: actor.userId, target: { type: "member", id: userId } });

  return {
    /** @throws NOT_FOUND for one who is no member, MISSING_PERMISSION (or HIERARCHY), TIMED_OUT */
    async kick(actor: Actor, { serverId, userId, reason }: KickMember): Promise<void> {
      await governMember(actor, { serverId, userId, permission: "KICK_MEMBERS" }, async (tx) => {
        if (!(await repo.delete(tx, { serverId, userId }))) throw new AppError("NOT_FOUND");
        await record(tx, actor, { serverId, userId, action: "members.kick", reason });
      });
      await news.announceEnd({ serverId, userId });
    },

    /**
     * Ends a membership, if there is one, keeps the user from joining again, and deletes what they said here in the last
     * `deleteMessageSeconds`.
     * @throws NOT_FOUND when there is no such user, MISSING_PERMISSION (or HIERARCHY), TIMED_OUT
     */
    async ban(actor: Actor, input: BanMember): Promise<void> {
      const { serverId, userId, reason = null, deleteMessageSeconds = 0 } = input;
      const key = { serverId, userId };
      const createdAt = nowDate(clock);
      const act = async (tx: Transaction, { state }: ServerAccess) => {
        const wasMember = await repo.delete(tx, key);
        await repo.insertBan(tx, { ...key, bannedBy: actor.userId, reason, createdAt });
        const takesMessages = deleteMessageSeconds > 0;
        const deleted = takesMessages
          ? await messages.deleteOfAuthor(tx, {
              authorId: userId,
              channelIds: [...state.channels.keys()],
              sinceMs: createdAt.getTime() - deleteMessageSeconds * 1_000,
            })
          : [];
        const after = takesMessages ? { after: { deletedMessages: deleted.length } } : {};
        await record(tx, actor, { ...key, action: "members.ban", reason, ...after });
        return { wasMember, deleted };
      };
      const { wasMember, deleted } = await governMember(actor, { ...key, permission: "BAN_MEMBERS" }, act);
      if (wasMember) await news.announceEnd(key);
      messages.announceDeleted(serverId, deleted);
    },

    /** @throws NOT_FOUND for one who is not banned, MISSING_PERMISSION, TIMED_OUT */
    async unban(actor: Actor, { serverId, userId }: MemberKey): Promise<void> {
      await governMember(actor, { serverId, userId, permission: "BAN_MEMBERS" }, async (tx) => {
        if (!(await repo.deleteBan(tx, { serverId, userId }))) throw new AppError("NOT_FOUND");
        await record(tx, actor, { serverId, userId, action: "members.unban" });
      });
    },

    /**
     * Leaves the member nothing but to look on until then; null ends that.
     * @throws NOT_FOUND for one who is no member, INVALID_INPUT for a time that is over or too far ahead,
     *   MISSING_PERMISSION (or HIERARCHY, also for one with ADMINISTRATOR, whom no timeout binds), TIMED_OUT
     */
    async timeout(actor: Actor, { serverId, userId, until, reason }: TimeoutMember): Promise<Member> {
      const key = { serverId, userId };
      const nowMs = clock.nowMs();
      const timeoutUntil = until === null ? null : parseUntil(until, nowMs);
      const isChanged = await governMember(
        actor,
        { ...key, permission: "TIMEOUT_MEMBERS" },
        async (tx, { state }) => {
          const before = getTimeout(state, userId, nowMs);
          if (timeoutUntil) requireBindable(state, userId);
          if (before?.getTime() === timeoutUntil?.getTime()) return false;
          await repo.setTimeout(tx, key, timeoutUntil);
          await record(tx, actor, {
            ...key,
            action: "members.timeout",
            before: { timeoutUntil: before?.toISOString() ?? null },
            after: { timeoutUntil: timeoutUntil?.toISOString() ?? null },
            reason,
          });
          return true;
        },
      );
      return isChanged ? news.announceRights(key) : news.get(key);
    },
  };
};

/** @throws INVALID_INPUT */
const parseUntil = (until: string, nowMs: number): Date => {
  const untilMs = Date.parse(until);
  const maxMs = nowMs + limits.timeoutMaxSeconds * 1_000;
  if (untilMs > nowMs && untilMs <= maxMs + clockToleranceMs) return new Date(Math.min(untilMs, maxMs));
  throw invalidInput("until", `must be in the next ${limits.timeoutMaxSeconds} seconds`);
};

/** When the timeout ends that the member has now. @throws NOT_FOUND for one who is no member */
const getTimeout = ({ members }: ServerState, userId: UserId, nowMs: number): Date | null => {
  const member = members.get(userId);
  if (!member) throw new AppError("NOT_FOUND");
  const { timeoutUntil } = member;
  return timeoutUntil && timeoutUntil.getTime() > nowMs ? timeoutUntil : null;
};

/** @throws MISSING_PERMISSION (HIERARCHY) for one with ADMINISTRATOR */
const requireBindable = (state: ServerState, userId: UserId): void => {
  if (hasPermission(serverPermissionsOf(state, userId) ?? 0n, "ADMINISTRATOR"))
    throw new AppError("MISSING_PERMISSION", { permission: "HIERARCHY" });
};
