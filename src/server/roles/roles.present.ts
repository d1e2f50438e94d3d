import type { AuditFields } from "#shared/contract/audit.ts";
import type { Role } from "#shared/contract/roles.ts";
import { formatPermissions } from "#shared/permissions.ts";
import type { RolePatch } from "./roles.policy.ts";
import type { RoleRow } from "./roles.repo.ts";

export const presentRole = (
  row: Pick<RoleRow, "id" | "serverId" | "name" | "permissions" | "color" | "position">,
): Role => ({
  id: row.id,
  serverId: row.serverId,
  name: row.name,
  permissions: formatPermissions(row.permissions),
  color: row.color,
  position: row.position,
});

/** For the audit log. */
export const presentPlace = ({ id, name }: Pick<RoleRow, "id" | "name">, position: number): AuditFields => ({
  id,
  name,
  position,
});

/** For the audit log: the fields that are there. */
export const presentRoleFields = ({ name, color, permissions }: RolePatch): AuditFields => ({
  ...(name !== undefined && { name }),
  ...(color !== undefined && { color }),
  ...(permissions !== undefined && { permissions: formatPermissions(permissions) }),
});
