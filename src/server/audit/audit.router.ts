import { ListAudit } from "#shared/contract/audit.ts";
import { router } from "../trpc/init.ts";
import { inServer } from "../trpc/procedures.ts";

export const auditRouter = router({
  list: inServer("VIEW_AUDIT_LOG")
    .input(ListAudit)
    .query(({ ctx, input }) => ctx.services.audit.list(ctx.actor, ctx.access, input)),
});
