/** A whole server on a port and a database of its own: everything real but bcrypt's cost and the request limits. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "#server/kernel/clock.ts";
import { type Config, readConfig } from "#server/kernel/config.ts";
import { createLogger, type Logger, silentLogger } from "#server/kernel/logger.ts";
import { Together, type TogetherOptions } from "#server/together.ts";
import { createTestDatabase, type TestDatabase } from "./postgres.ts";

export interface TestServer extends AsyncDisposable {
  /** Stays the same over `restart`. */
  readonly url: string;
  readonly database: TestDatabase;
  readonly dataDirectory: string;
  /** Of the link that the last start gave, to become the first administrator; undefined when there was one. */
  readonly claimToken: string | undefined;
  /** Stops in order and starts again on the same port and database: another epoch. */
  restart(): Promise<void>;
}

const root = join(import.meta.dirname, "../..");
/** bcrypt's lowest: a test makes many accounts, and none worth guessing. */
const bcryptRounds = 4;

const limitsOff: Config["rateLimits"] = {
  requestsPerMinute: 0,
  authPerMinute: 0,
  socketsPerAddress: 0,
  socketMessagesPerMinute: 0,
};

/** Set TEST_LOG=debug to read along. */
const defaultLogger = process.env["TEST_LOG"]
  ? createLogger({ level: "debug", isPretty: true })
  : silentLogger;

interface Options {
  onRoute?: TogetherOptions["onRoute"];
  /** Default: the built web app, where there is one. */
  webDirectory?: string;
  /** Default: none, or the one of TEST_LOG. */
  logger?: Logger;
}

export const startTestServer = async (
  overrides: Partial<Config> = {},
  { webDirectory = join(root, "dist/web"), onRoute, logger = defaultLogger }: Options = {},
): Promise<TestServer> => {
  const database = await createTestDatabase();
  const dataDirectory = await mkdtemp(join(tmpdir(), "together-server-"));
  const defaults = readConfig({});
  const base: Config = {
    ...defaults,
    host: "127.0.0.1",
    dataDirectory,
    databaseUrl: database.connectionString,
    jwtSecret: "a secret that is long enough for a test and nothing else",
    rateLimits: limitsOff,
    voice: { ...defaults.voice, workers: 0 },
    ...overrides,
  };
  const start = (port: number): Promise<Together> =>
    Together.start({
      config: { ...base, port },
      logger,
      clock: systemClock,
      bcryptRounds,
      isPaced: false,
      webDirectory,
      ...(onRoute && { onRoute }),
      migrationsDirectory: join(root, "drizzle"),
      onProgress: () => undefined,
      onFatal: (sentence) => {
        throw new Error(sentence);
      },
    });
  let together = await start(0);
  const { url } = together;
  return {
    url,
    database,
    dataDirectory,
    get claimToken() {
      return together.claimUrl?.split("#")[1];
    },
    async restart() {
      await together.stop();
      together = await start(Number(new URL(url).port));
    },
    async [Symbol.asyncDispose]() {
      await together.stop();
      await database[Symbol.asyncDispose]();
      await rm(dataDirectory, { recursive: true });
    },
  };
};
