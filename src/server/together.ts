/**
 * The composition root: builds every part from the configuration, starts them in order, and stops them in the opposite
 * one. `main.ts` gives it the environment and the process's signals, tests give it theirs.
 */
import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { composeAccess, composeServices } from "./compose-services.ts";
import { composeVoice } from "./compose-voice.ts";
import { createDatabase, type DatabaseHandle } from "./database/client.ts";
import { EmbeddedPostgres } from "./database/embedded-postgres.ts";
import { acquireInstanceLock } from "./database/instance-lock.ts";
import { runMigrations } from "./database/migrate.ts";
import type { EventLog } from "./events/event-log.ts";
import { MemoryEventLog } from "./events/memory-event-log.ts";
import { registerGateway } from "./gateway/gateway.ts";
import { createAddressReader } from "./http/client-address.ts";
import { createHttpApp } from "./http/http-app.ts";
import { createOriginCheck } from "./http/origins.ts";
import { createRateLimits, type RateLimits } from "./http/rate-limits.ts";
import { registerTrpc } from "./http/trpc-route.ts";
import { registerWebApp } from "./http/web-app.ts";
import { type Clock, RunningClock } from "./kernel/clock.ts";
import type { Config } from "./kernel/config.ts";
import { createIdSource } from "./kernel/id-source.ts";
import { Lifecycle } from "./kernel/lifecycle.ts";
import type { Logger } from "./kernel/logger.ts";
import { systemScheduler } from "./kernel/scheduler.ts";
import { readOrCreateSecret } from "./kernel/secrets.ts";
import { readVersion } from "./kernel/version.ts";
import { registerHealth } from "./ops/health.ts";
import { Presence } from "./presence/presence.ts";
import type { Services } from "./services.ts";
import { followRights } from "./voice/voice-follower.ts";
import type { VoiceSessions } from "./voice/voice-sessions.ts";

export interface TogetherOptions {
  config: Config;
  logger: Logger;
  clock: Clock;
  /** bcrypt's cost: 12; tests take less. */
  bcryptRounds: number;
  /** The built web app; where it is missing only the interface is served. */
  webDirectory: string;
  /** drizzle-kit's folder. */
  migrationsDirectory: string;
  /** A line for the operator about what takes a while. */
  onProgress: (line: string) => void;
  /** Told of every HTTP route as it is made: a test asks each of them as everybody. */
  onRoute?: (route: { method: string | string[]; url: string }) => void;
  /** Ends a start that is still under way. */
  signal?: AbortSignal;
  /** The server can no longer go on, for the reason in this sentence; the caller stops it. */
  onFatal: (sentence: string) => void;
}

/** From GW15: whoever is connected has been told to come back by then, and requests under way are done. */
const stopTimeoutMs = 10_000;
const sessionSweepMs = 60_000;

export class Together {
  /** Where it listens, as the machine's own browser reaches it. */
  readonly url: string;
  /** Where whoever runs it becomes its first administrator; undefined when it has one. A secret: it belongs into no log. */
  readonly claimUrl: string | undefined;
  readonly #lifecycle: Lifecycle;

  private constructor(url: string, claimToken: string | undefined, lifecycle: Lifecycle) {
    this.url = url;
    // Behind the #, so that no server or proxy on the way writes it down.
    this.claimUrl = claimToken && `${url}/claim#${claimToken}`;
    this.#lifecycle = lifecycle;
  }

  /**
   * Resolves when it serves.
   * @throws DatabaseStartError with a sentence for the operator; the signal's reason; whatever else stops the start, after all that was
   *   started has stopped
   */
  static async start(options: TogetherOptions): Promise<Together> {
    const lifecycle = new Lifecycle(options.logger);
    try {
      const database = await openDatabase(options, lifecycle);
      const { app, services } = await composeServer(options, database, lifecycle);
      const claimToken = await services.instance.openClaim();
      await app.listen({ port: options.config.port, host: options.config.host });
      return new Together(urlOf(app, options.config), claimToken, lifecycle);
    } catch (error) {
      await lifecycle.stop(stopTimeoutMs);
      throw error;
    }
  }

  /** Stops in order (GW15). Later calls wait for the first. */
  stop(): Promise<void> {
    return this.#lifecycle.stop(stopTimeoutMs);
  }
}

/** A database that is there, ours alone, and as this version wants it. */
const openDatabase = async (options: TogetherOptions, lifecycle: Lifecycle): Promise<DatabaseHandle> => {
  const { config, logger, onProgress, signal } = options;
  const connectionString = config.databaseUrl ?? (await startEmbedded(options, lifecycle));
  signal?.throwIfAborted();
  const database = createDatabase({ connectionString, logger });
  const lock = await acquireInstanceLock({
    connectionString,
    logger,
    onTakenByAnother: options.onFatal,
    onLost: () => database.suspend(),
    onRegained: () => database.resume(),
  });
  lifecycle.add("instance lock", () => lock.close());
  await runMigrations({ connectionString, directory: options.migrationsDirectory, onProgress, signal });
  lifecycle.add("database pool", () => database.close());
  return database;
};

const startEmbedded = async (options: TogetherOptions, lifecycle: Lifecycle): Promise<string> => {
  const { config, logger, onProgress } = options;
  const embedded = await EmbeddedPostgres.start({ dataDirectory: config.dataDirectory, logger, onProgress });
  lifecycle.add("embedded PostgreSQL", () => embedded.stop());
  return embedded.connectionString;
};

/** What knows the rules, and what they live on. */
interface Domain {
  services: Services;
  events: EventLog;
  presence: Presence;
  rateLimits: RateLimits;
  sessions: VoiceSessions;
  runningClock: RunningClock;
}

const composeDomain = async (
  options: TogetherOptions,
  database: DatabaseHandle,
  lifecycle: Lifecycle,
): Promise<Domain> => {
  const { db } = database;
  const { config, logger, clock, bcryptRounds } = options;
  const runningClock = new RunningClock();
  lifecycle.add("clock", () => runningClock[Symbol.dispose]());
  const epoch = randomUUID().replaceAll("-", "");
  const events = new MemoryEventLog({ epoch, clock: runningClock, logger });
  const rateLimits = createRateLimits(config.rateLimits);
  const presence = new Presence({ events, scheduler: systemScheduler });
  const voice = await composeVoice({ db, events, clock: runningClock, config, logger, lifecycle });
  const { sessions } = voice;
  const access = composeAccess(db, clock);
  database.onUncertain((serverId) => {
    access.forget(serverId);
    events.signal({ kind: "unheard", serverId });
  });
  const services = composeServices({
    db,
    events,
    clock,
    ids: createIdSource(clock),
    logger,
    config,
    jwtSecret: config.jwtSecret ?? (await readOrCreateSecret(config.dataDirectory, "jwt-secret")),
    bcryptRounds,
    rateLimits,
    presence,
    version: await readVersion(),
    access,
    voice,
  });
  lifecycle.add("voice rights", followRights({ events, sessions, voice: services.voice, logger }));
  sweepSessions(services, lifecycle, logger);
  return { services, events, presence, rateLimits, sessions, runningClock };
};

/** Everything that answers, listening to nothing yet. */
const composeServer = async (
  options: TogetherOptions,
  database: DatabaseHandle,
  lifecycle: Lifecycle,
): Promise<{ app: FastifyInstance; services: Services }> => {
  const { config, logger } = options;
  const { corsOrigins, trustProxy } = config;
  const isSecure = config.publicUrl.startsWith("https:");
  const isAllowedOrigin = createOriginCheck(config);
  const { services, events, presence, rateLimits, sessions, runningClock } = await composeDomain(
    options,
    database,
    lifecycle,
  );
  const app = await createHttpApp({ logger, trustProxy, isSecure, corsOrigins, isAllowedOrigin });
  const { onRoute } = options;
  if (onRoute) app.addHook("onRoute", onRoute);
  lifecycle.add("HTTP", () => app.close());
  await registerTrpc(app, { services, rateLimits, isSecure });
  const gateway = registerGateway(app, {
    events,
    presence,
    attendance: sessions,
    services,
    clock: runningClock,
    scheduler: systemScheduler,
    isAllowedOrigin,
    addressOf: createAddressReader(trustProxy),
    limits: config.rateLimits,
  });
  lifecycle.add("gateway", () => gateway.close());
  registerHealth(app, {
    isDatabaseConnected: () => canQuery(database.pool),
    countSockets: () => gateway.connectionCount(),
    countVoiceParticipants: () => services.voice.countParticipants(),
    isVoiceWanted: config.voice.workers > 0,
    findVoiceProblem: () => services.voice.findProblem(),
  });
  await registerWebApp(app, options.webDirectory);
  return { app, services };
};

const canQuery = (pool: DatabaseHandle["pool"]): Promise<boolean> =>
  pool.query("select 1").then(
    () => true,
    () => false,
  );

/** A session that has expired takes its open streams with it, within a minute. */
const sweepSessions = (services: Services, lifecycle: Lifecycle, logger: Logger): void => {
  const sweep = (): void => {
    services.auth
      .deleteExpired()
      .catch((error: unknown) => logger.warn({ error }, "expired sessions were not deleted"));
  };
  const timer = setInterval(sweep, sessionSweepMs);
  lifecycle.add("session sweep", () => clearInterval(timer));
};

const urlOf = (app: FastifyInstance, { publicUrl, port }: Config): string => {
  if (port !== 0) return publicUrl;
  // Any free port was asked for: which one it became is known only now.
  const address = app.server.address();
  return `http://localhost:${typeof address === "object" && address ? address.port : port}`;
};
