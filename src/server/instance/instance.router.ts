import { ClaimInstance } from "#shared/contract/instance.ts";
import { router } from "../trpc/init.ts";
import { publicProcedure, signedIn } from "../trpc/procedures.ts";

export const instanceRouter = router({
  info: publicProcedure.query(({ ctx }) => ctx.services.instance.info()),
  /** The link's token is the permission. */
  claim: signedIn
    .input(ClaimInstance)
    .mutation(({ ctx, input }) => ctx.services.instance.claim(ctx.actor, ctx.caller, input.token)),
});
