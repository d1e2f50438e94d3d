import { CreateRole, ReorderRoles, RoleById, UpdateRole } from "#shared/contract/roles.ts";
import { ServerById } from "#shared/contract/servers.ts";
import { router } from "../trpc/init.ts";
import { inServer, onRole } from "../trpc/procedures.ts";

export const rolesRouter = router({
  list: inServer()
    .input(ServerById)
    .query(({ ctx, input }) => ctx.services.roles.list(input.serverId)),
  create: inServer("MANAGE_ROLES")
    .input(CreateRole)
    .mutation(({ ctx, input }) => ctx.services.roles.create(ctx.actor, input)),
  update: onRole("MANAGE_ROLES")
    .input(UpdateRole)
    .mutation(({ ctx, input }) => ctx.services.roles.update(ctx.actor, ctx.access, input)),
  delete: onRole("MANAGE_ROLES")
    .input(RoleById)
    .mutation(({ ctx }) => ctx.services.roles.delete(ctx.actor, ctx.access)),
  reorder: inServer("MANAGE_ROLES")
    .input(ReorderRoles)
    .mutation(({ ctx, input }) => ctx.services.roles.reorder(ctx.actor, input)),
});
