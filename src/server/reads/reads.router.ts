import { AckRead } from "#shared/contract/reads.ts";
import { router } from "../trpc/init.ts";
import { inChannel, signedIn } from "../trpc/procedures.ts";

export const readsRouter = router({
  ack: inChannel()
    .input(AckRead)
    .mutation(({ ctx, input }) => ctx.services.reads.ack(ctx.actor, input)),
  list: signedIn.query(({ ctx }) => ctx.services.reads.list(ctx.actor)),
});
