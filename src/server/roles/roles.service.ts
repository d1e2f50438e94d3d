/** The roles of servers, as their members see them. */
import type { Role } from "#shared/contract/roles.ts";
import type { ServerId } from "#shared/ids.ts";
import { presentRole } from "./roles.present.ts";
import type { RolesRepo } from "./roles.repo.ts";

export const createRolesService = ({ repo }: { repo: RolesRepo }) => ({
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
});
export type RolesService = ReturnType<typeof createRolesService>;
