/** The half of the composition root that has no lifetime: every feature's service over one database and one event log. */
import { limits } from "#shared/limits.ts";
import { createAccessRepo } from "./access/access.repo.ts";
import { AccessService } from "./access/access.service.ts";
import { createGovern } from "./access/governing.ts";
import { createAdminRepo } from "./admin/admin.repo.ts";
import { createAdminService } from "./admin/admin.service.ts";
import { createAuditRepo } from "./audit/audit.repo.ts";
import { type AuditService, createAuditService } from "./audit/audit.service.ts";
import { createAuthRepo } from "./auth/auth.repo.ts";
import { createAuthService } from "./auth/auth.service.ts";
import { createPasswordHasher } from "./auth/password-hasher.ts";
import { createChannelsRepo } from "./channels/channels.repo.ts";
import { createChannelsService } from "./channels/channels.service.ts";
import type { Database } from "./database/client.ts";
import type { EventLog } from "./events/event-log.ts";
import { createInstanceRepo } from "./instance/instance.repo.ts";
import { createInstanceService } from "./instance/instance.service.ts";
import { createInvitesRepo } from "./invites/invites.repo.ts";
import { createInvitesService } from "./invites/invites.service.ts";
import type { Clock } from "./kernel/clock.ts";
import type { Config } from "./kernel/config.ts";
import type { IdSource } from "./kernel/id-source.ts";
import type { Logger } from "./kernel/logger.ts";
import { createRateLimiter } from "./kernel/rate-limiter.ts";
import { createMembersRepo } from "./members/members.repo.ts";
import { createMembersService } from "./members/members.service.ts";
import { createMessagesRepo } from "./messages/messages.repo.ts";
import { createMessagesService } from "./messages/messages.service.ts";
import type { PresenceCounter, PresenceReader } from "./presence/presence-reader.ts";
import { createReadsRepo } from "./reads/reads.repo.ts";
import { createReadsService } from "./reads/reads.service.ts";
import { createRolesRepo } from "./roles/roles.repo.ts";
import { createRolesService } from "./roles/roles.service.ts";
import { createServersRepo } from "./servers/servers.repo.ts";
import { createServersService } from "./servers/servers.service.ts";
import type { Services } from "./services.ts";
import type { CallLimits } from "./kernel/call-limits.ts";
import { createTypingService } from "./typing/typing.service.ts";
import { createUsersRepo } from "./users/users.repo.ts";
import { createUsersService } from "./users/users.service.ts";
import type { Sfu } from "./voice/sfu/sfu.ts";
import type { VoiceDeps } from "./voice/voice-deps.ts";
import type { VoiceProbes } from "./voice/voice-probes.ts";
import type { VoiceSessions } from "./voice/voice-sessions.ts";
import { createVoiceStatesService } from "./voice/voice-states.service.ts";
import type { VoiceRepo } from "./voice/voice.repo.ts";
import { createVoiceService } from "./voice/voice.service.ts";

import type { RateLimits } from "./http/rate-limits.ts";

export interface Ground {
  db: Database;
  events: EventLog;
  clock: Clock;
  ids: IdSource;
  logger: Logger;
  config: Config;
  jwtSecret: string;
  bcryptRounds: number;
  rateLimits: RateLimits;
  callLimits: CallLimits;
  presence: PresenceReader & PresenceCounter;
  version: string;
  access: AccessService;
  voice: { sfu: Sfu; sessions: VoiceSessions; probes: VoiceProbes; repo: VoiceRepo };
}

export const composeAccess = (db: Database, clock: Clock): AccessService =>
  new AccessService({ repo: createAccessRepo(db), repoIn: createAccessRepo, clock });

type Base = Pick<Ground, "db" | "access" | "events" | "clock" | "ids" | "presence"> & {
  audit: AuditService;
};

/** Who governs the instance, and who may sign in to it. */
const composeInstance = (
  ground: Ground,
  base: Base,
  needs: Pick<Services, "users" | "invites" | "members" | "servers">,
): Pick<Services, "auth" | "instance" | "admin"> => {
  const { db, config, rateLimits, version, presence } = ground;
  const instance = createInstanceService({
    ...base,
    ...needs,
    repo: createInstanceRepo(db),
    rateLimits,
    fixedRegistration: config.registration,
  });
  const auth = createAuthService({
    ...ground,
    ...needs,
    instance,
    repo: createAuthRepo(db),
    passwordHasher: createPasswordHasher({ rounds: ground.bcryptRounds }),
  });
  const { publicUrl, dataDirectory } = config;
  const admin = createAdminService({
    ...base,
    ...needs,
    ...{ auth, instance, presence, version, publicUrl, dataDirectory },
    repo: createAdminRepo(db),
  });
  return { auth, instance, admin };
};

const composeVoice = (
  { config, voice, ...ground }: Ground,
  needs: Pick<VoiceDeps, "audit" | "states">,
): Services["voice"] =>
  createVoiceService({
    ...ground,
    ...voice,
    ...needs,
    turn: config.voice.turn,
    announcedAddress: config.voice.announcedAddress,
    changes: createRateLimiter({
      // Where requests are not counted, neither is what is done with them.
      points: config.rateLimits.requestsPerMinute === 0 ? 0 : limits.voice.changesPerMinute,
      windowSeconds: 60,
    }),
  });

export const composeServices = (ground: Ground): Services => {
  const { db, events, clock, ids, logger, access, presence } = ground;
  const audit = createAuditService({ repo: createAuditRepo(db), clock, ids });
  const govern = createGovern({ db, access });
  const base = { db, access, govern, audit, events, clock, ids, presence };
  const users = createUsersService({ repo: createUsersRepo(db), access, events, presence });
  const roles = createRolesService({ ...base, repo: createRolesRepo(db) });
  const channels = createChannelsService({ ...base, repo: createChannelsRepo(db) });
  const reads = createReadsService({ ...base, repo: createReadsRepo(db) });
  const messages = createMessagesService({ ...base, repo: createMessagesRepo(db), reads });
  const members = createMembersService({ ...base, repo: createMembersRepo(db), messages });
  const voiceStates = createVoiceStatesService({ repo: ground.voice.repo });
  const servers = createServersService({
    ...base,
    repo: createServersRepo(db),
    channels,
    members,
    roles,
    voiceStates,
  });
  const invites = createInvitesService({ ...base, repo: createInvitesRepo(db), members, servers });
  const typing = createTypingService({ users, events, clock });
  const voice = composeVoice(ground, { audit, states: voiceStates });
  return {
    logger,
    callLimits: ground.callLimits,
    access,
    ...composeInstance(ground, base, { users, invites, members, servers }),
    users,
    servers,
    members,
    roles,
    channels,
    messages,
    reads,
    invites,
    typing,
    voice,
    audit,
  };
};
