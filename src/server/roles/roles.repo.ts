import { desc, sql } from "drizzle-orm";
import type { ServerId } from "#shared/ids.ts";
import type { Executor } from "../database/client.ts";
import { roles } from "../database/schema/roles.ts";

export type RoleRow = typeof roles.$inferSelect;

export const createRolesRepo = (db: Executor) => {
  const byServers = db
    .select()
    .from(roles)
    .where(sql`${roles.serverId} = any(${sql.placeholder("serverIds")}::uuid[])`)
    .orderBy(desc(roles.position), roles.id)
    .prepare("roles_by_servers");

  return {
    /** For the tests of their plans. */
    hotStatements: { byServers },

    /** Highest first. */
    listByServers(serverIds: readonly ServerId[]): Promise<RoleRow[]> {
      return byServers.execute({ serverIds });
    },
  };
};
export type RolesRepo = ReturnType<typeof createRolesRepo>;
