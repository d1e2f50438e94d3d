import { tracked } from "@trpc/server";
import { SubscribeEvents } from "#shared/contract/gateway.ts";
import { AppError } from "../kernel/app-error.ts";
import { router, toTrpcError } from "../trpc/init.ts";
import { signedIn } from "../trpc/procedures.ts";
import { findHead } from "./request-heads.ts";

/** It stands in every frame: with one as long as a message may be, a few sockets would make each event megabytes. */
const maxHeadLength = 200;

const headed = signedIn.use(async ({ getRawInput, next }) =>
  next({ ctx: { head: findHead(await getRawInput()) } }),
);

export const gatewayRouter = router({
  /**
   * Everything that concerns the caller, in one order, from the last item they have (GW5). Through here comes what the
   * stream begins with; what happens then is written past tRPC, in its form (GW10).
   */
  events: headed.input(SubscribeEvents).subscription(async function* ({ ctx, input, signal }) {
    const { gateway, actor, head } = ctx;
    if (!gateway || !signal || head === undefined) throw toTrpcError(overHttp);
    if (head.length > maxHeadLength) throw toTrpcError(longId);
    const request = { actor, lastEventId: input.lastEventId ?? null, head, signal };
    try {
      for await (const { id, event } of gateway.stream(request)) {
        yield tracked(id, event);
      }
    } catch (error) {
      throw isRefusal(error) ? toTrpcError(error) : error;
    }
  }),
});

const overHttp = new AppError("INVALID_INPUT", {
  issues: [{ path: "", message: "events come over /gateway alone" }],
});

const longId = new AppError("INVALID_INPUT", {
  issues: [{ path: "", message: "a subscription's id has at most some 150 characters" }],
});

const isRefusal = (error: unknown): error is AppError => error instanceof AppError;
