/** The roles of servers, as their members see them. */
import type { CreateRole, ReorderRoles, Role, UpdateRole } from "#shared/contract/roles.ts";
import type { ServerId } from "#shared/ids.ts";
import type { RoleAccess } from "../access/access.service.ts";
import type { Actor } from "../trpc/context.ts";
import { presentRole } from "./roles.present.ts";
import type { RolesRepo } from "./roles.repo.ts";

const notBuilt = (): never => {
  throw new Error("not built yet");
};

export const createRolesService = ({ repo }: { repo: RolesRepo }) => ({
  /** Highest first; @everyone is the last. */
  async list(serverId: ServerId): Promise<Role[]> {
    const rows = await repo.listByServers([serverId]);
    return rows.map(presentRole);
  },

  create: (_actor: Actor, _input: CreateRole): Promise<Role> => notBuilt(),
  update: (_actor: Actor, _place: RoleAccess, _input: UpdateRole): Promise<Role> => notBuilt(),
  delete: (_actor: Actor, _place: RoleAccess): Promise<void> => notBuilt(),
  reorder: (_actor: Actor, _input: ReorderRoles): Promise<void> => notBuilt(),

  /** The same for many servers in one query. */
  async listByServers(serverIds: readonly ServerId[]): Promise<Map<ServerId, Role[]>> {
    const rows = await repo.listByServers(serverIds);
    return Map.groupBy(rows.map(presentRole), (role) => role.serverId);
  },
});
export type RolesService = ReturnType<typeof createRolesService>;
