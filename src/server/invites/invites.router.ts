import { CreateInvite, InviteByCode, ListInvites } from "#shared/contract/invites.ts";
import { router } from "../trpc/init.ts";
import { inServer, publicProcedure, signedIn } from "../trpc/procedures.ts";

export const invitesRouter = router({
  create: inServer("CREATE_INVITE")
    .input(CreateInvite)
    .mutation(({ ctx, input }) => ctx.services.invites.create(ctx.actor, input)),
  preview: publicProcedure
    .input(InviteByCode)
    .query(({ ctx, input }) => ctx.services.invites.preview(input.code)),
  /** The code is the permission. */
  accept: signedIn
    .input(InviteByCode)
    .mutation(({ ctx, input }) =>
      ctx.services.callLimits.runCostly(ctx.actor.userId, "join", () =>
        ctx.services.invites.accept(ctx.actor, input.code),
      ),
    ),
  list: inServer("MANAGE_SERVER")
    .input(ListInvites)
    .query(({ ctx }) => ctx.services.invites.list(ctx.actor, ctx.access)),
  /** Guarded by the service, since the code names the server. */
  revoke: signedIn
    .input(InviteByCode)
    .mutation(({ ctx, input }) => ctx.services.invites.revoke(ctx.actor, input.code)),
});
