/**
 * The rules of roles. Whoever governs them acts on roles below their own highest, and gives and takes no permission that
 * they lack. @everyone is the lowest, at 0; the others stand above it without a gap. What an event says of a role is read
 * from the access service's memory in the same tick in which it is appended: a later event never carries an older state.
 */
import type { CreateRole, ReorderRoles, Role, UpdateRole } from "#shared/contract/roles.ts";
import type { RoleId, ServerId, UserId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";
import { findLacking, type Permissions } from "#shared/permissions.ts";
import type { AccessService, RoleAccess } from "../access/access.service.ts";
import type { Govern } from "../access/governing.ts";
import { type RoleState, type ServerState, standingOf } from "../access/server-state.ts";
import type { AuditService } from "../audit/audit.service.ts";
import type { EventLog } from "../events/event-log.ts";
import { tellOrReset } from "../events/tell-or-reset.ts";
import { AppError, invalidInput } from "../kernel/app-error.ts";
import { type Clock, nowDate } from "../kernel/clock.ts";
import type { IdSource } from "../kernel/id-source.ts";
import { requireAbove } from "../members/members.policy.ts";
import type { Actor } from "../trpc/context.ts";
import { everyonePosition, findChanges, planOrder } from "./roles.policy.ts";
import { presentPlace, presentRole, presentRoleFields } from "./roles.present.ts";
import type { RolesRepo } from "./roles.repo.ts";

interface Deps {
  repo: RolesRepo;
  access: AccessService;
  govern: Govern;
  audit: AuditService;
  events: EventLog;
  clock: Clock;
  ids: IdSource;
}

export const createRolesService = (deps: Deps) => {
  const { repo, access, govern, audit, events, clock, ids } = deps;

  /** Has the changed roles in memory, for rights and events. */
  const learn = (serverId: ServerId): Promise<void> =>
    tellOrReset(events, { serverId }, () => access.serverChanged(serverId));

  const find = (serverId: ServerId, id: RoleId): Role | undefined => {
    const role = access.peek(serverId)?.roles.get(id);
    return role && presentRole({ ...role, serverId });
  };

  /** One that is deleted since is not told of: that event says it. */
  const announce = (
    t: "ROLE_CREATE" | "ROLE_UPDATE",
    { serverId, id }: { serverId: ServerId; id: RoleId },
    changesAccess = false,
  ): void => {
    const role = find(serverId, id);
    if (!role) return;
    events.append({
      audience: { kind: "server", serverId },
      event: { t, d: role },
      ...(changesAccess && { accessChange: { serverId } }),
    });
  };

  /** @throws NOT_FOUND for one that is gone again */
  const get = (serverId: ServerId, id: RoleId): Role => {
    const role = find(serverId, id);
    if (!role) throw new AppError("NOT_FOUND");
    return role;
  };

  return {
    /** Highest first; @everyone is the last. */
    async list(serverId: ServerId): Promise<Role[]> {
      const rows = await repo.listByServers([serverId]);
      return rows.map(presentRole);
    },

    /** The same for many servers in one query. */
    async listByServers(serverIds: readonly ServerId[]): Promise<Map<ServerId, Role[]>> {
      const rows = await repo.listByServers(serverIds);
      return Map.groupBy(rows.map(presentRole), (role) => role.serverId);
    },

    /**
     * A new role, directly above @everyone.
     * @throws MISSING_PERMISSION for a bit that the caller lacks, and for one who has no role to stand above it
     * (HIERARCHY); TOO_LARGE at the server's limit
     */
    async create(actor: Actor, { serverId, color = null, ...input }: CreateRole): Promise<Role> {
      const id = ids.roleId();
      const moved = await govern(
        actor,
        { serverId, permission: "MANAGE_ROLES" },
        async (tx, { state, permissions }) => {
          requireAbove(standingOf(state, actor.userId), everyonePosition);
          requireOwn(permissions, input.permissions);
          const others = rolesAbove(state, everyonePosition);
          if (others.length >= limits.rolesPerServer) {
            throw new AppError("TOO_LARGE", { limit: limits.rolesPerServer });
          }
          await repo.insertLowest(tx, { id, serverId, color, ...input, createdAt: nowDate(clock) });
          await audit.record(tx, {
            serverId,
            actorId: actor.userId,
            action: "roles.create",
            target: { type: "role", id, name: input.name },
            after: presentRoleFields({ color, ...input }),
          });
          return others;
        },
      );
      await learn(serverId);
      for (const role of moved) announce("ROLE_UPDATE", { serverId, id: role.id });
      announce("ROLE_CREATE", { serverId, id });
      return get(serverId, id);
    },

    /**
     * @throws NOT_FOUND, MISSING_PERMISSION for a changed bit that the caller lacks and for a role at or above theirs
     * (HIERARCHY), INVALID_INPUT for the name and colour of @everyone
     */
    async update(
      actor: Actor,
      { serverId }: Pick<RoleAccess, "serverId">,
      { roleId, ...input }: UpdateRole,
    ): Promise<Role> {
      const changed = await govern(
        actor,
        { serverId, permission: "MANAGE_ROLES" },
        async (tx, { state, permissions }) => {
          const role = requireReachable(state, actor.userId, roleId);
          const { before, after, isEmpty } = findChanges(role, input);
          if (roleId === state.everyoneRoleId && ("name" in after || "color" in after)) {
            throw invalidInput("roleId", "@everyone keeps its name and has no colour");
          }
          requireOwn(permissions, role.permissions ^ (after.permissions ?? role.permissions));
          if (isEmpty) return undefined;
          await repo.update(tx, roleId, after);
          await audit.record(tx, {
            serverId,
            actorId: actor.userId,
            action: "roles.update",
            target: { type: "role", id: roleId, name: role.name },
            before: presentRoleFields(before),
            after: presentRoleFields(after),
          });
          return after;
        },
      );
      if (changed) {
        await learn(serverId);
        announce("ROLE_UPDATE", { serverId, id: roleId }, changed.permissions !== undefined);
      }
      return get(serverId, roleId);
    },

    /**
     * Takes it from everyone, and from channels and invites.
     * @throws NOT_FOUND, MISSING_PERMISSION for a role at or above the caller's (HIERARCHY) and for a permission that it
     * denies them somewhere, INVALID_INPUT for @everyone
     */
    async delete(actor: Actor, { serverId, role: { id } }: RoleAccess): Promise<void> {
      const moved = await govern(actor, { serverId, permission: "MANAGE_ROLES" }, async (tx, { state }) => {
        const role = requireReachable(state, actor.userId, id);
        if (id === state.everyoneRoleId) throw invalidInput("roleId", "@everyone stays");
        await repo.delete(tx, serverId, role);
        await audit.record(tx, {
          serverId,
          actorId: actor.userId,
          action: "roles.delete",
          target: { type: "role", id, name: role.name },
          before: presentRoleFields(role),
        });
        return rolesAbove(state, role.position);
      });
      await learn(serverId);
      events.append({
        audience: { kind: "server", serverId },
        event: { t: "ROLE_DELETE", d: { id, serverId } },
        accessChange: { serverId },
      });
      for (const role of moved.toReversed()) announce("ROLE_UPDATE", { serverId, id: role.id });
    },

    /**
     * Puts all roles but @everyone into this order, highest first.
     * @throws INVALID_INPUT unless it names each of them once, MISSING_PERMISSION (HIERARCHY) when one at or above the
     * caller's highest would move
     */
    async reorder(actor: Actor, { serverId, roleIds }: ReorderRoles): Promise<void> {
      const moved = await govern(actor, { serverId, permission: "MANAGE_ROLES" }, async (tx, { state }) => {
        const all = rolesAbove(state, everyonePosition);
        const plan = planOrder({ all, wanted: roleIds, standing: standingOf(state, actor.userId) });
        if ("fault" in plan) {
          if (plan.fault === "incomplete")
            throw invalidInput("roleIds", "must name each role of the server once");
          throw new AppError("MISSING_PERMISSION", { permission: "HIERARCHY" });
        }
        if (plan.moves.length === 0) return [];
        await repo.move(tx, plan.moves);
        await audit.record(tx, {
          serverId,
          actorId: actor.userId,
          action: "roles.reorder",
          target: { type: "server", id: serverId },
          before: { roles: plan.moves.map(({ role }) => presentPlace(role, role.position)) },
          after: { roles: plan.moves.map(({ role, to }) => presentPlace(role, to)) },
        });
        return plan.moves;
      });
      if (moved.length === 0) return;
      await learn(serverId);
      for (const { role } of moved) announce("ROLE_UPDATE", { serverId, id: role.id });
    },
  };
};
export type RolesService = ReturnType<typeof createRolesService>;

/** Highest first. */
const rolesAbove = (state: ServerState, position: number): RoleState[] =>
  [...state.roles.values()]
    .filter((role) => role.position > position)
    .toSorted((one, other) => other.position - one.position);

/** @throws MISSING_PERMISSION for the first bit that the caller lacks */
const requireOwn = (permissions: Permissions, wanted: Permissions): void => {
  const permission = findLacking(permissions, wanted);
  if (permission) throw new AppError("MISSING_PERMISSION", { permission });
};

/** @throws NOT_FOUND, MISSING_PERMISSION (HIERARCHY) */
const requireReachable = (state: ServerState, userId: UserId, roleId: RoleId): RoleState => {
  const role = state.roles.get(roleId);
  if (!role) throw new AppError("NOT_FOUND");
  requireAbove(standingOf(state, userId), role.position);
  return role;
};
