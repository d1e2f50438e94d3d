/** All procedures. The type AppRouter is the whole of the typed contract that the client library is inferred from. */
import { adminRouter } from "./admin/admin.router.ts";
import { auditRouter } from "./audit/audit.router.ts";
import { authRouter } from "./auth/auth.router.ts";
import { channelsRouter } from "./channels/channels.router.ts";
import { gatewayRouter } from "./gateway/gateway.router.ts";
import { instanceRouter } from "./instance/instance.router.ts";
import { invitesRouter } from "./invites/invites.router.ts";
import { membersRouter } from "./members/members.router.ts";
import { messagesRouter } from "./messages/messages.router.ts";
import { readsRouter } from "./reads/reads.router.ts";
import { rolesRouter } from "./roles/roles.router.ts";
import { serversRouter } from "./servers/servers.router.ts";
import { router } from "./trpc/init.ts";
import { typingRouter } from "./typing/typing.router.ts";
import { usersRouter } from "./users/users.router.ts";
import { voiceRouter } from "./voice/voice.router.ts";

const features = {
  auth: authRouter,
  users: usersRouter,
  servers: serversRouter,
  members: membersRouter,
  roles: rolesRouter,
  channels: channelsRouter,
  messages: messagesRouter,
  reads: readsRouter,
  invites: invitesRouter,
  typing: typingRouter,
  voice: voiceRouter,
  audit: auditRouter,
  instance: instanceRouter,
  admin: adminRouter,
};

/** What is served over HTTP: events come over the gateway alone. */
export const httpRouter = router(features);
export const appRouter = router({ ...features, gateway: gatewayRouter });
export type AppRouter = typeof appRouter;
