/** What procedures may call: every feature's service, built once in the composition root. */
import type { AccessService } from "./access/access.service.ts";
import type { AdminService } from "./admin/admin.service.ts";
import type { AuditService } from "./audit/audit.service.ts";
import type { AuthService } from "./auth/auth.service.ts";
import type { ChannelsService } from "./channels/channels.service.ts";
import type { InstanceService } from "./instance/instance.service.ts";
import type { InvitesService } from "./invites/invites.service.ts";
import type { Logger } from "./kernel/logger.ts";
import type { MembersService } from "./members/members.service.ts";
import type { MessagesService } from "./messages/messages.service.ts";
import type { ReadsService } from "./reads/reads.service.ts";
import type { RolesService } from "./roles/roles.service.ts";
import type { ServersService } from "./servers/servers.service.ts";
import type { CallLimits } from "./kernel/call-limits.ts";
import type { TypingService } from "./typing/typing.service.ts";
import type { UsersService } from "./users/users.service.ts";
import type { VoiceService } from "./voice/voice.service.ts";

export interface Services {
  logger: Logger;
  callLimits: CallLimits;
  access: AccessService;
  auth: AuthService;
  users: UsersService;
  servers: ServersService;
  members: MembersService;
  roles: RolesService;
  channels: ChannelsService;
  messages: MessagesService;
  reads: ReadsService;
  invites: InvitesService;
  typing: TypingService;
  voice: VoiceService;
  audit: AuditService;
  instance: InstanceService;
  admin: AdminService;
}
