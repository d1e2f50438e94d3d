/** The services of a whole server in which nobody speaks and no limit holds, over a database and an event log of the caller's. */
import { composeAccess, composeServices } from "#server/compose-services.ts";
import type { Database } from "#server/database/client.ts";
import type { EventLog } from "#server/events/event-log.ts";
import { createRateLimits } from "#server/http/rate-limits.ts";
import { createCallLimits } from "#server/kernel/call-limits.ts";
import type { Clock } from "#server/kernel/clock.ts";
import { readConfig } from "#server/kernel/config.ts";
import { createIdSource } from "#server/kernel/id-source.ts";
import { silentLogger } from "#server/kernel/logger.ts";
import { noPace } from "#server/kernel/pace.ts";
import type { Scheduler } from "#server/kernel/scheduler.ts";
import type { Services } from "#server/services.ts";
import { VoiceProbes } from "#server/voice/voice-probes.ts";
import { VoiceSessions } from "#server/voice/voice-sessions.ts";
import { createVoiceRepo } from "#server/voice/voice.repo.ts";
import { FakeSfu } from "./fake-sfu.ts";

interface World {
  db: Database;
  events: EventLog;
  clock: Clock;
  scheduler: Scheduler;
}

export const composeQuietServices = ({ db, events, clock, scheduler }: World): Services => {
  const config = readConfig({ RATE_LIMIT_AUTH_PER_MINUTE: "0", RATE_LIMIT_REQUESTS_PER_MINUTE: "0" });
  const paceOf = () => noPace;
  const sfu = new FakeSfu();
  const repo = createVoiceRepo(db);
  const voice = { sfu, repo, events, clock, scheduler, logger: silentLogger };
  return composeServices({
    db,
    events,
    clock,
    ids: createIdSource(clock),
    logger: silentLogger,
    config,
    jwtSecret: "a secret that is long enough for a test and nothing else",
    bcryptRounds: 4,
    rateLimits: createRateLimits({ ...config.rateLimits, paceOf }),
    callLimits: createCallLimits({ ...config.rateLimits, paceOf }),
    presence: { statusOf: () => "offline", countOnline: () => 0 },
    version: "0.0.0",
    access: composeAccess(db, clock),
    voice: { sfu, repo, sessions: new VoiceSessions(voice), probes: new VoiceProbes(voice) },
  });
};

/** An account with a session, without HTTP. */
export const registerQuietly = (services: Services, username: string) => {
  const caller = { address: "192.0.2.1", userAgent: null };
  const refreshCookie = { read: () => undefined, write: () => undefined, clear: () => undefined };
  const account = { username, password: "correct horse battery", session: "body" } as const;
  return services.auth.register({ caller, refreshCookie }, account);
};
