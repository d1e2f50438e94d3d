import { GetUser, SetStatus, UpdateUser } from "#shared/contract/users.ts";
import { router } from "../trpc/init.ts";
import { signedIn } from "../trpc/procedures.ts";

export const usersRouter = router({
  me: signedIn.query(({ ctx }) => ctx.services.users.getMe(ctx.actor.userId)),
  get: signedIn.input(GetUser).query(({ ctx, input }) => ctx.services.users.get(ctx.actor, input.userId)),
  update: signedIn
    .input(UpdateUser)
    .mutation(({ ctx, input }) => ctx.services.users.update(ctx.actor, input)),
  setStatus: signedIn
    .input(SetStatus)
    .mutation(({ ctx, input }) => ctx.services.users.setStatus(ctx.actor, input.status)),
});
