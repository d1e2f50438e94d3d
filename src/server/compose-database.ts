/** A database that is there, ours alone, and as this version wants it. */
import { createDatabase, type DatabaseHandle } from "./database/client.ts";
import { EmbeddedPostgres } from "./database/embedded-postgres.ts";
import { acquireInstanceLock } from "./database/instance-lock.ts";
import { runMigrations } from "./database/migrate.ts";
import type { Ops } from "./compose-ops.ts";
import { type Clock, nowDate } from "./kernel/clock.ts";
import type { Config } from "./kernel/config.ts";
import type { Lifecycle } from "./kernel/lifecycle.ts";
import type { Logger } from "./kernel/logger.ts";

interface Options {
  config: Config;
  logger: Logger;
  clock: Clock;
  lifecycle: Lifecycle;
  ops: Pick<Ops, "onQuery">;
  migrationsDirectory: string;
  onProgress: (line: string) => void;
  onFatal: (sentence: string) => void;
  signal?: AbortSignal;
}

/** @throws DatabaseStartError with a sentence for the operator */
export const openDatabase = async (options: Options): Promise<DatabaseHandle> => {
  const { config, logger, signal, lifecycle, ops, onFatal } = options;
  const connectionString = config.databaseUrl ?? (await startEmbedded(options));
  signal?.throwIfAborted();
  const database = createDatabase({ connectionString, logger, onQuery: ops.onQuery });
  const lock = await acquireInstanceLock({
    connectionString,
    logger,
    onTakenByAnother: onFatal,
    onLost: () => database.suspend(),
    onRegained: () => database.resume(),
  });
  lifecycle.add("instance lock", () => lock.close());
  await migrate(options, connectionString);
  lifecycle.add("database pool", () => database.close());
  return database;
};

const startEmbedded = async ({ config, logger, onProgress, lifecycle }: Options): Promise<string> => {
  const embedded = await EmbeddedPostgres.start({ dataDirectory: config.dataDirectory, logger, onProgress });
  lifecycle.add("embedded PostgreSQL", () => embedded.stop());
  return embedded.connectionString;
};

const migrate = async (
  { config, logger, clock, migrationsDirectory, onProgress, signal }: Options,
  connectionString: string,
): Promise<void> => {
  const { directory, keep, beforeMigration } = config.backup;
  const beforeChange = async (nextTag: string): Promise<void> => {
    // Once in an update; the other starts do without it.
    const { backUpBeforeMigration } = await import("./database/backup/before-migration.ts");
    await backUpBeforeMigration({
      ...{ connectionString, migrationsDirectory, directory, keep, nextTag, onProgress, signal },
      now: nowDate(clock),
    });
  };
  const startedAtMs = performance.now();
  const applied = await runMigrations({
    ...{ connectionString, directory: migrationsDirectory, onProgress, signal },
    ...(beforeMigration && { beforeChange }),
  });
  const durationMs = Math.round(performance.now() - startedAtMs);
  if (applied > 0) logger.info({ applied, durationMs }, "the database was migrated");
};
