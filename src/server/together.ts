/**
 * The composition root: builds every part from the configuration, starts them in order, and stops them in the opposite
 * one. `main.ts` gives it the environment and the process's signals, tests give it theirs.
 */
import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { createOperatorService, type OperatorService } from "./admin/operator.service.ts";
import { composeAccess, composeServices } from "./compose-services.ts";
import { composeOps, type Ops } from "./compose-ops.ts";
import { composeVoice } from "./compose-voice.ts";
import { createBackupProcess } from "./database/backup/backup-process.ts";
import { BackupSchedule } from "./database/backup/schedule.ts";
import type { DatabaseHandle } from "./database/client.ts";
import { MemoryEventLog } from "./events/memory-event-log.ts";
import { registerGateway } from "./gateway/gateway.ts";
import { createAddressReader } from "./http/client-address.ts";
import { limitBesideCalls } from "./http/beside-calls.ts";
import { createHttpApp } from "./http/http-app.ts";
import { createOriginCheck } from "./http/origins.ts";
import { createRateLimits, type RateLimits } from "./http/rate-limits.ts";
import { registerTrpc } from "./http/trpc-route.ts";
import { registerWebApp } from "./http/web-app.ts";
import { createCallLimits } from "./kernel/call-limits.ts";
import { type Clock, RunningClock } from "./kernel/clock.ts";
import type { Config } from "./kernel/config.ts";
import { createIdSource } from "./kernel/id-source.ts";
import { Lifecycle } from "./kernel/lifecycle.ts";
import type { Logger } from "./kernel/logger.ts";
import { createPaceMaker, noPace, type PaceMaker } from "./kernel/pace.ts";
import { systemScheduler } from "./kernel/scheduler.ts";
import { readOrCreateSecret } from "./kernel/secrets.ts";
import { readVersion } from "./kernel/version.ts";
import { openControlSocket } from "./ops/control-socket.ts";
import { openDatabase } from "./compose-database.ts";
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
  /** Default true: what a limit lets through at once is spread over time. Tests that count it do not wait. */
  isPaced?: boolean;
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

/** What the rules over the database need, serving or not. */
type GroundOptions = Omit<TogetherOptions, "webDirectory" | "onRoute">;

/** From GW15: whoever is connected has been told to come back by then, and requests under way are done. */
const stopTimeoutMs = 10_000;
const sessionSweepMs = 60_000;
/** Everybody comes back at once after a cut; Node's own 511 would have most of them knock again a second later. */
const backlog = 4_096;

export class Together {
  /** Where it listens, as the machine's own browser reaches it. */
  readonly url: string;
  /** Where whoever runs it becomes its first administrator; undefined when it has one. A secret: it belongs into no log. */
  readonly claimUrl: string | undefined;
  readonly #lifecycle: Lifecycle;
  readonly #logger: Logger;

  private constructor({ url, claimToken, lifecycle, logger }: Started) {
    this.url = url;
    // Behind the #, so that no server or proxy on the way writes it down.
    this.claimUrl = claimToken && `${url}/claim#${claimToken}`;
    this.#lifecycle = lifecycle;
    this.#logger = logger;
  }

  /**
   * Resolves when it serves.
   * @throws DatabaseStartError with a sentence for the operator; the signal's reason; whatever else stops the start, after all that was
   *   started has stopped
   */
  static async start(options: TogetherOptions): Promise<Together> {
    const { config, logger } = options;
    const lifecycle = new Lifecycle(logger);
    const startedAtMs = performance.now();
    const version = await readVersion();
    try {
      const ground = { ...options, lifecycle, version, ops: composeOps(options) };
      const { app, services } = await composeServer(ground, await openDatabase(ground));
      const claimToken = await services.instance.openClaim();
      await app.listen({ port: config.port, host: config.host, backlog });
      await openDoor(ground, services);
      await scheduleBackups(ground);
      const durationMs = Math.round(performance.now() - startedAtMs);
      logger.info(
        { version, node: process.version, port: portOf(app, config), durationMs },
        "the server is ready",
      );
      return new Together({ url: urlOf(app, config), claimToken, lifecycle, logger });
    } catch (error) {
      await lifecycle.stop(stopTimeoutMs);
      throw error;
    }
  }

  /** Stops in order (GW15). Later calls wait for the first. */
  async stop(): Promise<void> {
    const isFirst = !this.#lifecycle.isStopping;
    const startedAtMs = performance.now();
    if (isFirst) this.#logger.info({}, "the server stops");
    await this.#lifecycle.stop(stopTimeoutMs);
    const durationMs = Math.round(performance.now() - startedAtMs);
    if (isFirst) this.#logger.info({ durationMs }, "the server has stopped");
  }
}

interface Started {
  url: string;
  claimToken: string | undefined;
  lifecycle: Lifecycle;
  logger: Logger;
}

/** What all that is composed stands on. */
type Ground = GroundOptions & { lifecycle: Lifecycle; ops: Ops; version: string };

/**
 * The operator's door without a server: the same rules over the same database, which nobody else serves meanwhile.
 * @throws DatabaseStartError while a Together serves it
 */
export const openOperator = async (
  options: GroundOptions,
): Promise<{ operator: OperatorService } & AsyncDisposable> => {
  const lifecycle = new Lifecycle(options.logger);
  const close = (): Promise<void> => lifecycle.stop(stopTimeoutMs);
  try {
    const ground = { ...options, lifecycle, version: await readVersion(), ops: composeOps(options) };
    const { services } = await composeDomain(ground, await openDatabase(ground));
    return {
      operator: createOperatorService({ ...services, publicUrl: options.config.publicUrl }),
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};

/** What knows the rules, and what they live on. */
interface Domain {
  services: Services;
  events: MemoryEventLog;
  presence: Presence;
  rateLimits: RateLimits;
  sessions: VoiceSessions;
  runningClock: RunningClock;
  paceOf: PaceMaker;
}

const composeDomain = async (ground: Ground, database: DatabaseHandle): Promise<Domain> => {
  const { db } = database;
  const { config, logger, clock, bcryptRounds, lifecycle, ops, version } = ground;
  const runningClock = new RunningClock();
  lifecycle.add("clock", () => runningClock[Symbol.dispose]());
  const epoch = randomUUID().replaceAll("-", "");
  const events = new MemoryEventLog({ epoch, clock: runningClock, logger });
  const paceOf =
    (ground.isPaced ?? true)
      ? createPaceMaker({ clock: runningClock, scheduler: systemScheduler })
      : () => noPace;
  const paced = { ...config.rateLimits, paceOf };
  const rateLimits = ops.watchLimits(createRateLimits(paced));
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
    callLimits: createCallLimits(paced),
    presence,
    version,
    access,
    voice,
  });
  lifecycle.add("voice rights", followRights({ events, sessions, voice: services.voice, logger }));
  sweepSessions(services, lifecycle, logger);
  return { services, events, presence, rateLimits, sessions, runningClock, paceOf };
};

/** Everything that answers, listening to nothing yet. */
const composeServer = async (
  ground: Ground & Pick<TogetherOptions, "webDirectory" | "onRoute">,
  database: DatabaseHandle,
): Promise<{ app: FastifyInstance; services: Services }> => {
  const { config, logger, lifecycle, ops, version } = ground;
  const { corsOrigins, trustProxy } = config;
  const isSecure = config.publicUrl.startsWith("https:");
  const isAllowedOrigin = createOriginCheck(config);
  const { services, events, presence, rateLimits, sessions, runningClock, paceOf } = await composeDomain(
    ground,
    database,
  );
  const app = await createHttpApp({ logger, trustProxy, isSecure, corsOrigins, isAllowedOrigin });
  if (ground.onRoute) app.addHook("onRoute", ground.onRoute);
  ops.watchRequests(app);
  limitBesideCalls(app, rateLimits);
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
    paceOf,
    delayRefusal: rateLimits.delayRefusal,
    onLimit: ops.onSocketLimit,
  });
  lifecycle.add("gateway", () => gateway.close());
  ops.register(app, { database, events, gateway, services, lifecycle, version });
  await registerWebApp(app, ground.webDirectory);
  return { app, services };
};

/** For whoever has the machine. What it does goes before what serves: it must not be cut off from what it has begun. */
const openDoor = async ({ config, logger, lifecycle }: Ground, services: Services): Promise<void> => {
  const operator = createOperatorService({ ...services, publicUrl: config.publicUrl });
  const door = await openControlSocket({
    dataDirectory: config.dataDirectory,
    answer: (input) => operator.run(input),
    logger,
  });
  lifecycle.add("operator's socket", () => door.close());
};

const scheduleBackups = async ({ config, clock, logger, lifecycle, ops }: Ground): Promise<void> => {
  if (config.backup.everyHours === 0) return;
  const schedule = await BackupSchedule.start({
    ...config.backup,
    ...{ clock, logger, scheduler: systemScheduler },
    backUp: createBackupProcess(config),
  });
  ops.watchBackups(schedule);
  lifecycle.add("backups", () => schedule.close());
};

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

const urlOf = (app: FastifyInstance, { publicUrl, port }: Pick<Config, "publicUrl" | "port">): string => {
  if (port !== 0) return publicUrl;
  // Any free port was asked for: which one it became is known only now.
  return `http://localhost:${portOf(app, { port })}`;
};

const portOf = (app: FastifyInstance, { port }: Pick<Config, "port">): number => {
  const address = app.server.address();
  return typeof address === "object" && address ? address.port : port;
};
