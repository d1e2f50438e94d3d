import {
  ChangePassword,
  DeleteAccount,
  Login,
  Refresh,
  Register,
  ResetPassword,
  RevokeSession,
} from "#shared/contract/auth.ts";
import { router } from "../trpc/init.ts";
import { publicProcedure, signedIn } from "../trpc/procedures.ts";

export const authRouter = router({
  register: publicProcedure
    .input(Register)
    .mutation(({ ctx, input }) => ctx.services.auth.register(ctx, input)),
  login: publicProcedure.input(Login).mutation(({ ctx, input }) => ctx.services.auth.login(ctx, input)),
  refresh: publicProcedure.input(Refresh).mutation(({ ctx, input }) => ctx.services.auth.refresh(ctx, input)),
  logout: signedIn.mutation(({ ctx }) => ctx.services.auth.logout(ctx.actor, ctx)),
  logoutAll: signedIn.mutation(({ ctx }) => ctx.services.auth.logoutAll(ctx.actor, ctx)),
  sessions: signedIn.query(({ ctx }) => ctx.services.auth.listSessions(ctx.actor)),
  revokeSession: signedIn
    .input(RevokeSession)
    .mutation(({ ctx, input }) => ctx.services.auth.revokeSession(ctx.actor, input.sessionId)),
  changePassword: signedIn
    .input(ChangePassword)
    .mutation(({ ctx, input }) => ctx.services.auth.changePassword(ctx.actor, ctx.caller, input)),
  /** The link's token is the permission. */
  resetPassword: publicProcedure
    .input(ResetPassword)
    .mutation(({ ctx, input }) => ctx.services.auth.resetPassword(ctx.caller, input)),
  deleteAccount: signedIn
    .input(DeleteAccount)
    .mutation(({ ctx, input }) => ctx.services.auth.deleteAccount(ctx.actor, ctx, input)),
});
