import { and, desc, eq, gt, sql } from "drizzle-orm";
import type { RoleId, ServerId } from "#shared/ids.ts";
import type { Executor } from "../database/client.ts";
import { roles } from "../database/schema/roles.ts";
import { everyonePosition, type Move, type RolePatch, type RolePlace } from "./roles.policy.ts";

export type RoleRow = typeof roles.$inferSelect;

/** The server's roles above the position. */
const isAbove = (serverId: ServerId, position: number) =>
  and(eq(roles.serverId, serverId), gt(roles.position, position));

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

    /** Directly above @everyone: the others move up. */
    async insertLowest(tx: Executor, draft: Omit<RoleRow, "position" | "isEveryone">): Promise<void> {
      await tx
        .update(roles)
        .set({ position: sql`${roles.position} + 1` })
        .where(isAbove(draft.serverId, everyonePosition));
      await tx.insert(roles).values({ ...draft, position: everyonePosition + 1 });
    },

    async update(tx: Executor, id: RoleId, patch: RolePatch): Promise<void> {
      await tx.update(roles).set(patch).where(eq(roles.id, id));
    },

    /** With whatever was said of it: who holds it, overrides, invites that give it. Those above move down. */
    async delete(tx: Executor, serverId: ServerId, { id, position }: RolePlace): Promise<void> {
      await tx.delete(roles).where(eq(roles.id, id));
      await tx
        .update(roles)
        .set({ position: sql`${roles.position} - 1` })
        .where(isAbove(serverId, position));
    },

    async move(tx: Executor, moves: readonly Move<RolePlace>[]): Promise<void> {
      const wanted = sql`unnest(${sql.param(moves.map(({ role }) => role.id))}::uuid[],
        ${sql.param(moves.map(({ to }) => to))}::int[]) as wanted (id, position)`;
      await tx
        .update(roles)
        .set({ position: sql`wanted.position` })
        .from(wanted)
        .where(eq(roles.id, sql`wanted.id`));
    },
  };
};
export type RolesRepo = ReturnType<typeof createRolesRepo>;
