import {
  BulkDeleteMessages,
  EditMessage,
  ListMessages,
  MessageById,
  SearchMessages,
  SendMessage,
} from "#shared/contract/messages.ts";
import { inChannel, onMessage, signedIn } from "../trpc/procedures.ts";
import { router } from "../trpc/init.ts";

export const messagesRouter = router({
  list: inChannel()
    .input(ListMessages)
    .query(({ ctx, input }) => ctx.services.messages.list(ctx.actor, input)),
  send: inChannel("SEND_MESSAGES")
    .input(SendMessage)
    .mutation(({ ctx, input }) => ctx.services.messages.send(ctx.actor, ctx.access, input)),
  edit: onMessage("SEND_MESSAGES")
    .input(EditMessage)
    .mutation(({ ctx, input }) => ctx.services.messages.edit(ctx.actor, ctx.access, input)),
  delete: onMessage()
    .input(MessageById)
    .mutation(({ ctx }) => ctx.services.messages.delete(ctx.actor, ctx.access)),
  bulkDelete: inChannel("MANAGE_MESSAGES")
    .input(BulkDeleteMessages)
    .mutation(({ ctx, input }) => ctx.services.messages.bulkDelete(ctx.actor, ctx.access, input)),
  /** Guarded by the service, since it takes a server or a channel. */
  search: signedIn
    .input(SearchMessages)
    .query(({ ctx, input }) =>
      ctx.services.callLimits.runCostly(ctx.actor.userId, "search", () =>
        ctx.services.messages.search(ctx.actor, input),
      ),
    ),
});
