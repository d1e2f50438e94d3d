import {
  AccountById,
  AnyServerById,
  ListAccounts,
  ListAllServers,
  ListInstanceAudit,
  SetAccountAdmin,
  SetAccountDisabled,
  SetAnyServerOwner,
  SetRegistration,
} from "#shared/contract/instance.ts";
import { router } from "../trpc/init.ts";
import { asAdmin } from "../trpc/procedures.ts";

export const adminRouter = router({
  overview: asAdmin.query(({ ctx }) => ctx.services.admin.overview()),
  accounts: asAdmin.input(ListAccounts).query(({ ctx, input }) => ctx.services.admin.accounts(input)),
  servers: asAdmin.input(ListAllServers).query(({ ctx, input }) => ctx.services.admin.servers(input)),
  setRegistration: asAdmin
    .input(SetRegistration)
    .mutation(({ ctx, input }) => ctx.services.admin.setRegistration(ctx.actor, input.registration)),
  setDisabled: asAdmin
    .input(SetAccountDisabled)
    .mutation(({ ctx, input }) => ctx.services.admin.setDisabled(ctx.actor, input)),
  setAdmin: asAdmin
    .input(SetAccountAdmin)
    .mutation(({ ctx, input }) => ctx.services.admin.setAdmin(ctx.actor, input)),
  deleteAccount: asAdmin
    .input(AccountById)
    .mutation(({ ctx, input }) => ctx.services.admin.deleteAccount(ctx.actor, input.userId)),
  createResetLink: asAdmin
    .input(AccountById)
    .mutation(({ ctx, input }) => ctx.services.admin.createResetLink(ctx.actor, input.userId)),
  deleteServer: asAdmin
    .input(AnyServerById)
    .mutation(({ ctx, input }) => ctx.services.admin.deleteServer(ctx.actor, input.id)),
  setOwner: asAdmin
    .input(SetAnyServerOwner)
    .mutation(({ ctx, input }) => ctx.services.admin.setOwner(ctx.actor, input)),
  audit: asAdmin.input(ListInstanceAudit).query(({ ctx, input }) => ctx.services.admin.audit(input)),
});
