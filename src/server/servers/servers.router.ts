import { CreateServer, ServerById, TransferOwnership, UpdateServer } from "#shared/contract/servers.ts";
import { router } from "../trpc/init.ts";
import { inServer, signedIn } from "../trpc/procedures.ts";

export const serversRouter = router({
  list: signedIn.query(({ ctx }) => ctx.services.servers.list(ctx.actor)),
  get: inServer()
    .input(ServerById)
    .query(({ ctx, input }) => ctx.services.servers.get(input.serverId)),
  create: signedIn
    .input(CreateServer)
    .mutation(({ ctx, input }) => ctx.services.servers.create(ctx.actor, input)),
  update: inServer("MANAGE_SERVER")
    .input(UpdateServer)
    .mutation(({ ctx, input }) => ctx.services.servers.update(ctx.actor, input)),
  /** The owner's alone, as the service knows. */
  delete: inServer()
    .input(ServerById)
    .mutation(({ ctx }) => ctx.services.servers.delete(ctx.actor, ctx.access)),
  leave: inServer()
    .input(ServerById)
    .mutation(({ ctx }) =>
      ctx.services.callLimits.runCostly(ctx.actor.userId, "leave", () =>
        ctx.services.servers.leave(ctx.actor, ctx.access),
      ),
    ),
  /** The owner's alone, as the service knows. */
  transferOwnership: inServer()
    .input(TransferOwnership)
    .mutation(({ ctx, input }) =>
      ctx.services.servers.transferOwnership(ctx.actor, ctx.access, input.userId),
    ),
});
