import type { Role } from "#shared/contract/roles.ts";
import { formatPermissions } from "#shared/permissions.ts";
import type { RoleRow } from "./roles.repo.ts";

export const presentRole = (row: RoleRow): Role => ({
  id: row.id,
  serverId: row.serverId,
  name: row.name,
  permissions: formatPermissions(row.permissions),
  color: row.color,
  position: row.position,
});
