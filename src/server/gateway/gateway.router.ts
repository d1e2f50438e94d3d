import { tracked } from "@trpc/server";
import { SubscribeEvents } from "#shared/contract/gateway.ts";
import { AppError } from "../kernel/app-error.ts";
import { router, toTrpcError } from "../trpc/init.ts";
import { signedIn } from "../trpc/procedures.ts";

export const gatewayRouter = router({
  /** Everything that concerns the caller, in one order, from the last item they have (GW5). */
  events: signedIn.input(SubscribeEvents).subscription(async function* ({ ctx, input, signal }) {
    if (!ctx.gateway || !signal) throw toTrpcError(overHttp);
    try {
      for await (const { id, event } of ctx.gateway.stream(ctx.actor, input.lastEventId ?? null, signal)) {
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

const isRefusal = (error: unknown): error is AppError => error instanceof AppError;
