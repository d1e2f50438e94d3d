/**
 * Brings a database to the state of the `drizzle/` folder. The folder and the table of what was applied are drizzle-kit's
 * own; the runner is not, because Drizzle's takes no lock and skips a migration that is older than the last applied one.
 * - One runner at a time per database: the others wait, and then find nothing to do.
 * - What was applied must be the beginning of what the folder lists, hash by hash. Otherwise nothing is changed.
 * - A migration is applied as a whole or not at all, so that an interrupted run is simply run again.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Client } from "pg";
import { z } from "zod";
import { connect } from "./connection.ts";
import { DatabaseStartError } from "./errors.ts";

export interface MigrationOptions {
  connectionString: string;
  /** The folder with `meta/_journal.json` and the `.sql` files. */
  directory: string;
  onProgress?: (line: string) => void;
  /** Before a database that has been used is changed, and while nobody else can: a backup. What it throws ends the run. */
  beforeChange?: ((nextTag: string) => Promise<void>) | undefined;
  /** Ends the run, also one that waits for another runner; what it was about to apply is rolled back. */
  signal?: AbortSignal | undefined;
}

export interface Migration {
  tag: string;
  createdAtMs: number;
  hash: string;
  statements: string[];
}

const Journal = z.object({
  dialect: z.literal("postgresql"),
  entries: z.array(z.object({ tag: z.string(), when: z.number() })),
});

const oldestVersion = 14;
const newestVersion = 18;
/** Any number that others do not use. Two-part keys are a space of their own, and the instance lock is in the other one. */
const lockKey = "1953458290, 1";
/** The longest migration that another runner may be busy with. */
const lockTimeoutMs = 10 * 60_000;

/**
 * Resolves to the number of migrations that were applied.
 * @throws the signal's reason; DatabaseStartError when there is no connection, the server is too old or too new, or its migrations are not this version's.
 */
export const runMigrations = async (options: MigrationOptions): Promise<number> => {
  const migrations = await readMigrations(options.directory);
  const client = await connect(options.connectionString, "together-migrate");
  // A query under way rejects then, and PostgreSQL takes back what it had begun.
  const cutOff = (): void => void client.end().catch(() => undefined);
  options.signal?.addEventListener("abort", cutOff, { once: true });
  try {
    options.signal?.throwIfAborted();
    await requireSupported(client);
    await takeLock(client, options.onProgress);
    await prepareRecord(client);
    const applied = await readApplied(client);
    const pending = getPending(migrations, applied);
    const [next] = pending;
    if (next && applied.length > 0) await options.beforeChange?.(next.tag);
    options.signal?.throwIfAborted();
    for (const migration of pending) {
      options.onProgress?.(`Applying database migration ${migration.tag}`);
      await applyMigration(client, migration);
    }
    return pending.length;
  } catch (error) {
    options.signal?.throwIfAborted();
    throw error;
  } finally {
    options.signal?.removeEventListener("abort", cutOff);
    await client.end();
  }
};

/** The folder's, in order. */
export const readMigrations = async (directory: string): Promise<Migration[]> => {
  const path = join(directory, "meta", "_journal.json");
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new DatabaseStartError(`The list of database migrations ${path} cannot be read.`, { cause: error });
  });
  const journal = Journal.parse(JSON.parse(text));
  return Promise.all(journal.entries.map(async ({ tag, when }) => readMigration(directory, tag, when)));
};

const readMigration = async (directory: string, tag: string, createdAtMs: number): Promise<Migration> => {
  const path = join(directory, `${tag}.sql`);
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new DatabaseStartError(`The database migration ${path} cannot be read.`, { cause: error });
  });
  // A checkout on Windows may have other line ends; it is the same migration.
  const script = text.replaceAll("\r\n", "\n");
  return {
    tag,
    createdAtMs,
    hash: createHash("sha256").update(script).digest("hex"),
    statements: script.split("--> statement-breakpoint").filter((statement) => statement.trim() !== ""),
  };
};

/** @throws DatabaseStartError for a PostgreSQL that is too old or too new, or another encoding */
export const requireSupported = async (client: Client): Promise<void> => {
  const { rows } = await client.query<{ version: string; encoding: string }>(
    "SELECT current_setting('server_version_num') AS version, current_setting('server_encoding') AS encoding",
  );
  const major = Math.floor(Number(rows[0]?.version) / 10_000);
  if (!(major >= oldestVersion && major <= newestVersion)) {
    throw new DatabaseStartError(
      `This is PostgreSQL ${major}; Together works with PostgreSQL ${oldestVersion} to ${newestVersion}.`,
    );
  }
  if (rows[0]?.encoding !== "UTF8") {
    throw new DatabaseStartError(
      `The database's encoding is ${rows[0]?.encoding}; Together needs a database with the encoding UTF8.`,
    );
  }
};

const takeLock = async (client: Client, onProgress: MigrationOptions["onProgress"]): Promise<void> => {
  const { rows } = await client.query<{ taken: boolean }>(`SELECT pg_try_advisory_lock(${lockKey}) AS taken`);
  if (rows[0]?.taken) return;
  onProgress?.("Waiting for another process that is migrating this database");
  await client.query(`SET lock_timeout = ${lockTimeoutMs}`);
  await client.query(`SELECT pg_advisory_lock(${lockKey})`);
};

const prepareRecord = async (client: Client): Promise<void> => {
  await client.query("CREATE SCHEMA IF NOT EXISTS drizzle");
  await client.query(
    `CREATE TABLE IF NOT EXISTS drizzle.__drizzle_migrations (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint)`,
  );
};

/** The hashes of what was applied, in order; none where Together has never been. */
export const findApplied = async (client: Client): Promise<string[]> => {
  const { rows } = await client.query<{ exists: boolean }>(
    "SELECT to_regclass('drizzle.__drizzle_migrations') IS NOT NULL AS exists",
  );
  return rows[0]?.exists ? readApplied(client) : [];
};

const readApplied = async (client: Client): Promise<string[]> => {
  const { rows } = await client.query<{ hash: string }>(
    "SELECT hash FROM drizzle.__drizzle_migrations ORDER BY id",
  );
  return rows.map((row) => row.hash);
};

/** @throws DatabaseStartError when what was applied is not the beginning of what there is */
export const getPending = (migrations: Migration[], applied: string[]): Migration[] => {
  for (const [index, hash] of applied.entries()) {
    const migration = migrations[index];
    if (migration === undefined) {
      throw new DatabaseStartError(
        `The database is newer than this version of Together: it has ${applied.length} migrations, and this version ` +
          `knows ${migrations.length}. Start the version that used it last, or restore a backup from before.`,
      );
    }
    if (migration.hash !== hash) throw new DatabaseStartError(explainMismatch(migrations, index, hash));
  }
  return migrations.slice(applied.length);
};

const explainMismatch = (migrations: Migration[], index: number, hash: string): string => {
  const expected = migrations[index]?.tag ?? "";
  const elsewhere = migrations.find((migration) => migration.hash === hash)?.tag;
  const fault = elsewhere
    ? `the database had ${elsewhere} applied where this version has ${expected}`
    : `${expected} was edited after it was applied, or the database has another one in its place`;
  return `The database's migrations are not those of this version of Together: ${fault}. Nothing was changed.`;
};

/** In the transaction that is open. */
const applyStatements = async (client: Client, migration: Migration): Promise<void> => {
  for (const statement of migration.statements) await client.query(statement);
  await client.query("INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ($1, $2)", [
    migration.hash,
    migration.createdAtMs,
  ]);
};

/** In the transaction that is open: the restore of a backup is one. */
export const applyInTransaction = async (client: Client, migrations: readonly Migration[]): Promise<void> => {
  await prepareRecord(client);
  for (const migration of migrations) await applyStatements(client, migration);
};

const applyMigration = async (client: Client, migration: Migration): Promise<void> => {
  await client.query("BEGIN");
  try {
    await applyStatements(client, migration);
    await client.query("COMMIT");
  } catch (error) {
    // Closing the connection rolls back; a ROLLBACK could fail itself and hide the reason.
    const reason = error instanceof Error ? error.message : String(error);
    throw new DatabaseStartError(`The database migration ${migration.tag} could not be applied: ${reason}`, {
      cause: error,
    });
  }
};
