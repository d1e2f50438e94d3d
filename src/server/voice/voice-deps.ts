/** What voice is made of. */
import type { AccessService } from "../access/access.service.ts";
import type { AuditService } from "../audit/audit.service.ts";
import type { Database } from "../database/client.ts";
import type { EventLog } from "../events/event-log.ts";
import type { Clock } from "../kernel/clock.ts";
import type { IdSource } from "../kernel/id-source.ts";
import type { RateLimiter } from "../kernel/rate-limiter.ts";
import type { TurnConfig } from "./ice-servers.ts";
import type { Sfu } from "./sfu/sfu.ts";
import type { VoiceProbes } from "./voice-probes.ts";
import type { VoiceSessions } from "./voice-sessions.ts";
import type { VoiceStatesService } from "./voice-states.service.ts";
import type { VoiceRepo } from "./voice.repo.ts";

export interface VoiceDeps {
  db: Database;
  repo: VoiceRepo;
  sfu: Sfu;
  sessions: VoiceSessions;
  probes: VoiceProbes;
  states: VoiceStatesService;
  access: AccessService;
  audit: AuditService;
  events: EventLog;
  clock: Clock;
  ids: IdSource;
  turn: TurnConfig | undefined;
  /** Where clients outside are told to reach the media, where that was set. */
  announcedAddress: string | undefined;
  /** By the user's id. A batch of calls is one request, and a call may be work for everybody in the channel. */
  changes: Pick<RateLimiter, "take">;
}
