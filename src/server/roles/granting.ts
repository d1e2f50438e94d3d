/** Who may give which role: asked when a role is given, and of an invite's maker whenever it lets someone in. */
import type { RoleId, UserId } from "#shared/ids.ts";
import type { PermissionName } from "#shared/permissions.ts";
import type { ServerAccess } from "../access/access.service.ts";
import { findLacking } from "../access/governing.ts";
import { type RoleState, type ServerState, standingOf } from "../access/server-state.ts";
import { AppError } from "../kernel/app-error.ts";

/** Why the member may not give the role: it stands at or above them, or holds a permission that they lack. */
export const findGrantFault = (
  { state, permissions }: Pick<ServerAccess, "state" | "permissions">,
  giverId: UserId,
  role: RoleState,
): PermissionName | "HIERARCHY" | undefined =>
  standingOf(state, giverId) <= role.position ? "HIERARCHY" : findLacking(permissions, role.permissions);

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
      const issue = { path: "roleIds", message: "everyone has @everyone" };
      throw new AppError("INVALID_INPUT", { issues: [issue] });
    }
    const role = state.roles.get(id);
    if (!role) throw new AppError("NOT_FOUND");
    return role;
  });
