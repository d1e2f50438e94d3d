import { StartTyping } from "#shared/contract/typing.ts";
import { router } from "../trpc/init.ts";
import { inChannel } from "../trpc/procedures.ts";

export const typingRouter = router({
  start: inChannel("SEND_MESSAGES")
    .input(StartTyping)
    .mutation(({ ctx }) => ctx.services.typing.start(ctx.actor, ctx.access)),
});
