/** Who may give which role: asked when a role is given, and of an invite's maker whenever it lets someone in. */
import type { RoleId, UserId } from "#shared/ids.ts";
import { findLacking, hasPermission, type PermissionName } from "#shared/permissions.ts";
import type { ServerAccess } from "../access/access.service.ts";
import { permissionsLeft, type RoleState, type ServerState, standingOf } from "../access/server-state.ts";
import { AppError, invalidInput } from "../kernel/app-error.ts";

/** Why the member may not give the role: they give none, it stands at or above them, or holds what they lack. */
const findGrantFault = (
  { state, permissions }: Pick<ServerAccess, "state" | "permissions">,
  giverId: UserId,
  role: RoleState,
): PermissionName | "HIERARCHY" | undefined => {
  if (!hasPermission(permissions, "MANAGE_ROLES")) return "MANAGE_ROLES";
  if (standingOf(state, giverId) <= role.position) return "HIERARCHY";
  return findLacking(permissions, role.permissions);
};

/** Those of the roles that the member may give now; none where they are no member any more. */
export const selectGrantable = (
  state: ServerState,
  roleIds: readonly RoleId[],
  { giverId, nowMs }: { giverId: UserId; nowMs: number },
): RoleState[] => {
  const permissions = permissionsLeft(state, giverId, nowMs);
  return roleIds
    .map((id) => state.roles.get(id))
    .filter((role) => role !== undefined)
    .filter((role) => findGrantFault({ state, permissions }, giverId, role) === undefined);
};

/** Whether the member may give all of the roles now. */
export const mayGrantAll = (
  state: ServerState,
  roleIds: readonly RoleId[],
  giver: { giverId: UserId; nowMs: number },
): boolean => selectGrantable(state, roleIds, giver).length === roleIds.length;

/** @throws MISSING_PERMISSION */
export const requireGrantable = (
  place: Pick<ServerAccess, "state" | "permissions">,
  giverId: UserId,
  role: RoleState,
): void => {
  const permission = findGrantFault(place, giverId, role);
  if (permission) throw new AppError("MISSING_PERMISSION", { permission });
};

/**
 * The roles of these ids, each once.
 * @throws NOT_FOUND for one that is not of the server, INVALID_INPUT for @everyone, which nobody is given
 */
export const getGivableRoles = (state: ServerState, roleIds: readonly RoleId[]): RoleState[] =>
  [...new Set(roleIds)].map((id) => {
    if (id === state.everyoneRoleId) {
      throw invalidInput("roleIds", "everyone has @everyone");
    }
    const role = state.roles.get(id);
    if (!role) throw new AppError("NOT_FOUND");
    return role;
  });
