/**
 * The rules of invites. A use is taken in the transaction that makes the member, so that neither happens without the
 * other; who is a member already takes none. The code of an invite with roles is worth those roles, to a second account as
 * well: so it is told to nobody who could not give them.
 */
import type { CreateInvite, Invite, InvitePreview } from "#shared/contract/invites.ts";
import type { Server } from "#shared/contract/servers.ts";
import type { ServerId, UserId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";
import { hasPermission } from "#shared/permissions.ts";
import type { AccessService, ServerAccess } from "../access/access.service.ts";
import { permissionsLeft, type ServerState } from "../access/server-state.ts";
import type { AuditService } from "../audit/audit.service.ts";
import { type Database, type Transaction, withTransaction } from "../database/client.ts";
import { lockServer, lockUser } from "../database/locks.ts";
import type { Audience, EventLog } from "../events/event-log.ts";
import { AppError } from "../kernel/app-error.ts";
import { type Clock, nowDate } from "../kernel/clock.ts";
import type { MembersService } from "../members/members.service.ts";
import { getGivableRoles, mayGrantAll, requireGrantable, selectGrantable } from "../roles/granting.ts";
import type { ServersService } from "../servers/servers.service.ts";
import type { Actor } from "../trpc/context.ts";
import { createInviteCode, normalizeInviteCode, shortenInviteCode } from "./invite-code.ts";
import { isInviteUsable } from "./invites.policy.ts";
import { presentInvite, presentInvitePreview } from "./invites.present.ts";
import type { InviteRow, InvitesRepo } from "./invites.repo.ts";

interface Deps {
  db: Database;
  repo: InvitesRepo;
  access: AccessService;
  audit: AuditService;
  members: MembersService;
  servers: ServersService;
  events: EventLog;
  clock: Clock;
}

/** An invite as far as it lets someone in. */
export type Entrance = Pick<Invite, "code" | "serverId" | "createdBy" | "roleIds">;

export const createInvitesService = (deps: Deps) => {
  const { db, repo, access, audit, members, servers, events, clock } = deps;

  const requireInvite = async (code: string): Promise<InviteRow> => {
    const row = await repo.find(normalizeInviteCode(code));
    if (!row) throw new AppError("NOT_FOUND");
    return row;
  };

  const requireUsable = async (code: string): Promise<Invite> => {
    const row = await requireInvite(code);
    if (!isInviteUsable(row, clock.nowMs())) throw new AppError("INVITE_EXPIRED");
    return presentInvite(row);
  };

  /** @throws TOO_LARGE when the server's limit is reached by invites that still let someone in */
  const requireRoom = async (tx: Transaction, serverId: ServerId): Promise<void> => {
    if ((await repo.count(tx, serverId)) < limits.invitesPerServer) return;
    await repo.deleteUnusable(tx, serverId, nowDate(clock));
    if ((await repo.count(tx, serverId)) < limits.invitesPerServer) return;
    throw new AppError("TOO_LARGE", { limit: limits.invitesPerServer });
  };

  const enter = async (tx: Transaction, invite: Entrance, userId: UserId): Promise<boolean> => {
    const { code, serverId, createdBy, roleIds } = invite;
    if (roleIds.length > 0) await lockGoverning(tx, serverId, userId);
    if (!(await members.add(tx, { serverId, userId }))) return false;
    if (!(await repo.takeUse(tx, code, nowDate(clock)))) throw new AppError("INVITE_EXPIRED");
    const state = roleIds.length > 0 ? await access.readFor(tx, serverId, createdBy) : undefined;
    if (state) {
      // Else an old invite would be a way back up for a maker who was put down.
      const roles = selectGrantable(state, roleIds, { giverId: createdBy, nowMs: clock.nowMs() });
      await members.giveRoles(tx, { serverId, userId }, roles);
    }
    return true;
  };

  return {
    /** @throws NOT_FOUND for an unknown code, INVITE_EXPIRED for one that is used up or out of date */
    requireUsable,

    /**
     * Makes the user a member inside the caller's transaction, with those of the invite's roles which its maker may give in
     * this moment; announce it after the commit. False for one who is a member already, and is given nothing.
     * @throws NOT_FOUND for a banned user, INVITE_EXPIRED, TOO_LARGE at the user's limit of servers
     */
    enter,

    /** Tells of one who has entered. */
    announceEntry: ({ serverId }: Entrance, userId: UserId): Promise<void> =>
      servers.announceArrival(serverId, userId),

    /**
     * With roles that whoever joins is given, as far as the caller may still give them then.
     * @throws MISSING_PERMISSION, for roles as `members.setRoles`; NOT_FOUND for a role of another server, INVALID_INPUT for
     * @everyone, TIMED_OUT, TOO_LARGE at the server's limit of invites
     */
    async create(actor: Actor, { serverId, ...input }: CreateInvite): Promise<Invite> {
      const createdAt = nowDate(clock);
      const { maxUses = null, expiresInSeconds, roleIds = [] } = input;
      const expiresAt = expiresInSeconds ? new Date(createdAt.getTime() + expiresInSeconds * 1_000) : null;
      const code = createInviteCode();
      const { invite, audience } = await withTransaction(db, async (tx) => {
        const place = await access.lock(tx, actor.userId, { serverId, permission: "CREATE_INVITE" });
        const roles = getGivableRoles(place.state, roleIds);
        for (const role of roles) requireGrantable(place, actor.userId, role);
        await requireRoom(tx, serverId);
        const row: InviteRow = {
          code,
          serverId,
          createdBy: actor.userId,
          maxUses,
          uses: 0,
          expiresAt,
          createdAt,
          roleIds: roles.map(({ id }) => id),
        };
        await repo.insert(tx, row);
        const made = presentInvite(row);
        await audit.record(tx, {
          serverId,
          actorId: actor.userId,
          action: "invites.create",
          target: { type: "invite", id: null, name: shortenInviteCode(code) },
          after: { maxUses, expiresAt: made.expiresAt, roles: roles.map(({ id, name }) => ({ id, name })) },
        });
        return { invite: made, audience: audienceOf(place.state, made, clock.nowMs()) };
      });
      events.append({ audience, event: { t: "INVITE_CREATE", d: invite } });
      return invite;
    },

    /** What a stranger with the link may see. @throws NOT_FOUND, INVITE_EXPIRED */
    async preview(code: string): Promise<InvitePreview> {
      const row = await repo.findPreview(normalizeInviteCode(code));
      if (!row) throw new AppError("NOT_FOUND");
      if (!isInviteUsable(row.invite, clock.nowMs())) throw new AppError("INVITE_EXPIRED");
      return presentInvitePreview(row);
    },

    /**
     * Makes the caller a member. For one who is already it changes nothing, and takes no use.
     * @throws NOT_FOUND for an unknown code and a banned caller, INVITE_EXPIRED, TOO_LARGE at the caller's limit of servers
     */
    async accept(actor: Pick<Actor, "userId">, typedCode: string): Promise<Server> {
      const invite = await requireInvite(typedCode);
      const { serverId } = invite;
      const isNew = await withTransaction(db, (tx) => enter(tx, invite, actor.userId));
      if (isNew) await servers.announceArrival(serverId, actor.userId);
      return servers.get(serverId);
    },

    /** Newest first, without those of others that give roles which the caller could not give. */
    async list({ userId }: Pick<Actor, "userId">, { state, serverId }: ServerAccess): Promise<Invite[]> {
      const viewer = { giverId: userId, nowMs: clock.nowMs() };
      const rows = await repo.list(serverId);
      return rows
        .filter(({ createdBy, roleIds }) => createdBy === userId || mayGrantAll(state, roleIds, viewer))
        .map(presentInvite);
    },

    /** One's own, or with MANAGE_SERVER any. @throws NOT_FOUND, for outsiders too; MISSING_PERMISSION, TIMED_OUT */
    async revoke(actor: Actor, typedCode: string): Promise<void> {
      const { code, serverId, createdBy } = await requireInvite(typedCode);
      const isOwn = createdBy === actor.userId;
      await withTransaction(db, async (tx) => {
        const wanted = { serverId, ...(!isOwn && { permission: "MANAGE_SERVER" as const }) };
        const { state } = await access.lock(tx, actor.userId, wanted);
        access.requireNotTimedOut(state, actor.userId);
        if (!(await repo.delete(tx, code))) throw new AppError("NOT_FOUND");
        await audit.record(tx, {
          serverId,
          actorId: actor.userId,
          action: "invites.revoke",
          target: { type: "invite", id: null, name: shortenInviteCode(code) },
          before: { code, createdBy },
        });
      });
      events.append({
        audience: { kind: "server", serverId, permission: "MANAGE_SERVER" },
        event: { t: "INVITE_DELETE", d: { code, serverId } },
      });
    },
  };
};
export type InvitesService = ReturnType<typeof createInvitesService>;

/** Those who manage the server, as far as they could give the invite's roles themselves. */
const audienceOf = (state: ServerState, { serverId, roleIds }: Invite, nowMs: number): Audience => {
  if (roleIds.length === 0) return { kind: "server", serverId, permission: "MANAGE_SERVER" };
  const userIds = [...state.members.keys()].filter(
    (userId) =>
      hasPermission(permissionsLeft(state, userId, nowMs), "MANAGE_SERVER") &&
      mayGrantAll(state, roleIds, { giverId: userId, nowMs }),
  );
  return { kind: "users", userIds };
};

/** Nobody's rights in the server change until the transaction ends, and the newcomer comes and goes nowhere else. */
const lockGoverning = async (tx: Transaction, serverId: ServerId, userId: UserId): Promise<void> => {
  await lockUser(tx, userId);
  await lockServer(tx, serverId, "no key update");
};
