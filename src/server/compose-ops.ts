/** What an operator sees of the server: its numbers, its health, and a line in the log for what matters. */
import type { FastifyInstance } from "fastify";
import { httpRouter } from "./app-router.ts";
import type { DatabaseHandle } from "./database/client.ts";
import type { MemoryEventLog } from "./events/memory-event-log.ts";
import type { Gateway } from "./gateway/gateway.ts";
import type { RateLimits } from "./http/rate-limits.ts";
import type { Clock } from "./kernel/clock.ts";
import type { Config } from "./kernel/config.ts";
import type { Lifecycle } from "./kernel/lifecycle.ts";
import type { Logger } from "./kernel/logger.ts";
import { registerHealth } from "./ops/health.ts";
import { createLimitWatch } from "./ops/limit-watch.ts";
import { createMetrics } from "./ops/metrics.ts";
import { registerMetrics } from "./ops/metrics-route.ts";
import { watchSources } from "./ops/metrics-sources.ts";
import { watchRequests } from "./ops/request-watch.ts";
import { findStorageProblem } from "./ops/storage.ts";
import type { Services } from "./services.ts";

interface Ground {
  config: Config;
  logger: Logger;
  clock: Clock;
}

interface Parts {
  database: DatabaseHandle;
  events: MemoryEventLog;
  gateway: Gateway;
  services: Pick<Services, "voice">;
  lifecycle: Lifecycle;
  version: string;
}

export type Ops = ReturnType<typeof composeOps>;

/** Made first, so that whatever is made later can be watched. */
export const composeOps = ({ config, logger, clock }: Ground) => {
  const metrics = createMetrics();
  const limitWatch = createLimitWatch({ metrics, logger, clock });

  return {
    onQuery: metrics.observeQuery,
    /** A socket was refused, or closed, by a limit of its address. */
    onSocketLimit: limitWatch.tell,

    watchLimits: (limits: RateLimits): RateLimits => ({
      ...limits,
      takeRequest: limitWatch.watch("requests", (key) => limits.takeRequest(key)),
      takeAuth: limitWatch.watch("auth", (address) => limits.takeAuth(address)),
    }),

    /** Before the app has any route. */
    watchRequests: (app: FastifyInstance): void =>
      watchRequests(app, { metrics, logger, procedures: Object.keys(httpRouter._def.procedures) }),

    /** Once everything is there that is asked about. */
    register(app: FastifyInstance, { database, gateway, services, lifecycle, ...parts }: Parts): void {
      const { voice } = services;
      watchSources(metrics, { ...parts, gateway, voice, pool: database.pool, clock });
      registerMetrics(app, { registry: metrics.registry, token: config.metricsToken });
      registerHealth(app, {
        queryDatabase: () => database.ping(),
        countSockets: () => gateway.connectionCount(),
        countVoiceParticipants: () => voice.countParticipants(),
        isVoiceWanted: config.voice.workers > 0,
        findVoiceProblem: () => voice.findProblem(),
        findStorageProblem: () => findStorageProblem(config.dataDirectory),
        isStopping: () => lifecycle.isStopping,
        clock,
      });
    },
  };
};
