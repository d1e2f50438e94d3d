import { ServerById } from "#shared/contract/servers.ts";
import { router } from "../trpc/init.ts";
import { inServer } from "../trpc/procedures.ts";

export const rolesRouter = router({
  list: inServer()
    .input(ServerById)
    .query(({ ctx, input }) => ctx.services.roles.list(input.serverId)),
});
