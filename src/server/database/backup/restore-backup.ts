/**
 * Puts a backup in the place of what is there. Everything that can be known is known before anything changes, and the
 * database changes in one transaction: a restore that fails leaves it as it was.
 */
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Client, escapeIdentifier } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { connect } from "../connection.ts";
import { applyInTransaction, type Migration, readMigrations, requireSupported } from "../migrate.ts";
import { type CheckedBackup, checkArchive, type Member, readMembers } from "./archive-reader.ts";
import { BackupError, type BackupHeader, filesDirectoryName, type TableSummary } from "./format.ts";
import { RestoredFiles } from "./restored-files.ts";
import { copyOf, listTables, readTableNames } from "./tables.ts";

export interface RestoreOptions {
  /** Nobody else may use the database meanwhile: the caller holds the instance's lock. */
  connectionString: string;
  migrationsDirectory: string;
  /** The archive's. */
  path: string;
  /** Where its files go; none: they are left out. */
  dataDirectory?: string;
  /** What is there goes. */
  isForced: boolean;
  onProgress?: (line: string) => void;
  /** Ends it, with nothing changed. */
  signal?: AbortSignal;
}

/**
 * Resolves to what was restored, migrated to this version.
 * @throws BackupError, DatabaseStartError; whatever the database says. Nothing has changed then
 */
export const restoreBackup = async (options: RestoreOptions): Promise<CheckedBackup> => {
  options.onProgress?.("Checking the backup");
  const backup = await checkArchive(options.path, options.signal);
  const migrations = await readMigrations(options.migrationsDirectory);
  requireKnown(backup.header, migrations);
  const client = await connect(options.connectionString, "together-restore");
  try {
    await requireSupported(client);
    await client.query("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0");
    await client.query("BEGIN");
    await requireRoom(client, options);
    await load(client, { options, backup, migrations });
    await client.query("ANALYZE");
    return backup;
  } finally {
    // What is not committed is taken back.
    await client.end();
  }
};

/** @throws BackupError for a backup of a newer version, or of another program's */
const requireKnown = (header: BackupHeader, migrations: readonly Migration[]): void => {
  const isKnown = header.migrations.every((hash, index) => migrations[index]?.hash === hash);
  if (isKnown && header.migrations.length > 0) return;
  throw new BackupError(
    `The backup was made by Together ${header.togetherVersion}, whose database this version does not know. Restore it ` +
      "with that version or a newer one.",
  );
};

/** @throws BackupError where something is that would be lost */
const requireRoom = async (client: Client, options: RestoreOptions): Promise<void> => {
  const known = new Set(await readTableNames(options.migrationsDirectory));
  const names = (await listTables(client)).map(({ name }) => name);
  const strange = names.filter((name) => !known.has(name));
  if (strange.length > 0)
    throw new BackupError(
      `The database has tables that this version of Together does not know (${strange.join(", ")}). Restore into a ` +
        "database of its own.",
    );
  if (options.isForced) return;
  for (const name of names) {
    const { rows } = await client.query<{ isUsed: boolean }>(
      `SELECT EXISTS (SELECT FROM public.${escapeIdentifier(name)}) AS "isUsed"`,
    );
    if (rows[0]?.isUsed)
      throw new BackupError(
        "The database is not empty: everything in it would be lost. Say --force to restore over it.",
      );
  }
};

interface Load {
  options: RestoreOptions;
  backup: CheckedBackup;
  migrations: readonly Migration[];
}

const load = async (client: Client, { options, backup, migrations }: Load): Promise<void> => {
  const { header, manifest } = backup;
  const { dataDirectory, onProgress } = options;
  const count = header.migrations.length;
  await dropTables(client);
  await applyInTransaction(client, migrations.slice(0, count));
  const keys = await dropForeignKeys(client);
  await emptyTables(client);
  await using files =
    manifest.files && dataDirectory !== undefined
      ? await RestoredFiles.create(join(dataDirectory, filesDirectoryName))
      : undefined;
  await using members = await MemberCursor.open(options.path, options.signal);
  for (const table of manifest.tables) {
    onProgress?.(`Restoring ${table.name}`);
    await loadTable(client, table, members);
  }
  if (files) await loadFiles(files, members);
  onProgress?.("Checking references");
  await addForeignKeys(client, keys);
  if (count < migrations.length) onProgress?.("Migrating to this version");
  await applyInTransaction(client, migrations.slice(count));
  options.signal?.throwIfAborted();
  await files?.putInPlace();
  await client.query("COMMIT");
  await files?.settle();
};

const dropTables = async (client: Client): Promise<void> => {
  const names = (await listTables(client)).map(({ name }) => `public.${escapeIdentifier(name)}`);
  if (names.length > 0) await client.query(`DROP TABLE ${names.join(", ")} CASCADE`);
  await client.query("DROP TABLE IF EXISTS drizzle.__drizzle_migrations");
};

/** A migration may have put something into the tables that it made. */
const emptyTables = async (client: Client): Promise<void> => {
  const names = (await listTables(client)).map(({ name }) => `public.${escapeIdentifier(name)}`);
  await client.query(`TRUNCATE ${names.join(", ")}`);
};

interface ForeignKey {
  table: string;
  name: string;
  definition: string;
}

/** Tables may then come in any order, and references are checked once for all rows. */
const dropForeignKeys = async (client: Client): Promise<ForeignKey[]> => {
  const { rows } = await client.query<ForeignKey>(
    `SELECT conrelid::regclass::text AS table, conname::text AS name, pg_get_constraintdef(oid) AS definition
     FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace`,
  );
  for (const { table, name } of rows)
    await client.query(`ALTER TABLE ${table} DROP CONSTRAINT ${escapeIdentifier(name)}`);
  return rows;
};

const addForeignKeys = async (client: Client, keys: readonly ForeignKey[]): Promise<void> => {
  for (const { table, name, definition } of keys)
    await client.query(`ALTER TABLE ${table} ADD CONSTRAINT ${escapeIdentifier(name)} ${definition}`);
};

/** The archive's members, of which the current one can be looked at. */
class MemberCursor implements AsyncDisposable {
  readonly #members: AsyncGenerator<Member>;
  current: Member | undefined;

  private constructor(members: AsyncGenerator<Member>) {
    this.#members = members;
  }

  static async open(path: string, signal: AbortSignal | undefined): Promise<MemberCursor> {
    const cursor = new MemberCursor(readMembers(path, signal));
    // The header, which is known.
    await cursor.advance();
    await cursor.advance();
    return cursor;
  }

  async advance(): Promise<void> {
    const next = await this.#members.next();
    this.current = next.done ? undefined : next.value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#members.return(undefined);
  }
}

async function* linesOf(table: string, members: MemberCursor): AsyncGenerator<Buffer> {
  while (members.current?.kind === "table" && members.current.table === table) {
    yield* members.current.content;
    await members.advance();
  }
}

const loadTable = async (client: Client, table: TableSummary, members: MemberCursor): Promise<void> => {
  const copying = client.query(copyFrom(`${copyOf(table)} FROM STDIN`));
  await pipeline(linesOf(table.name, members), copying);
  if (copying.rowCount !== table.rows)
    throw new BackupError(
      `The backup is damaged: ${table.name} has ${copying.rowCount} rows and not ${table.rows}.`,
    );
};

const loadFiles = async (files: RestoredFiles, members: MemberCursor): Promise<void> => {
  while (members.current?.kind === "file") {
    await files.add(members.current.path, members.current.content);
    await members.advance();
  }
};
