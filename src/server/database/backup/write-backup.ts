/**
 * Makes a backup while the server serves: all tables as one moment saw them, then the files, streamed, so that memory does
 * not grow with what is stored.
 */
import { join } from "node:path";
import { addAbortSignal } from "node:stream";
import type { Client } from "pg";
import { to as copyTo } from "pg-copy-streams";
import { readVersion } from "../../kernel/version.ts";
import { connect } from "../connection.ts";
import { findApplied, getPending, readMigrations } from "../migrate.ts";
import { ArchiveWriter } from "./archive-writer.ts";
import { addFiles } from "./files.ts";
import {
  BackupError,
  type BackupHeader,
  type BackupManifest,
  filesDirectoryName,
  formatVersion,
  memberNames,
  type TableSummary,
} from "./format.ts";
import { copyOf, listTables, readTableNames, type StoredTable } from "./tables.ts";

export interface BackupOptions {
  connectionString: string;
  migrationsDirectory: string;
  /** The archive's. */
  path: string;
  /** Its files are kept as well; none: the database alone. */
  dataDirectory?: string;
  now: Date;
  onProgress?: (line: string) => void;
  /** Ends it, with no file left. */
  signal?: AbortSignal | undefined;
}

/** One at a time per database: two would only slow each other, and the disk. Beside the keys of migrations and the instance. */
const lockKey = "1953458290, 3";

/** @throws BackupError, DatabaseStartError where there is no database; whatever the disk says. No file is left then */
export const writeBackup = async (options: BackupOptions): Promise<BackupManifest> => {
  const client = await connect(options.connectionString, "together-backup");
  try {
    await beginSnapshot(client);
    const migrations = await findApplied(client);
    if (migrations.length === 0)
      throw new BackupError("There is nothing to back up: this database has never been used by Together.");
    // A newer version's tables would be missing.
    getPending(await readMigrations(options.migrationsDirectory), migrations);
    await using archive = await ArchiveWriter.create(options.path);
    await addHeader(archive, options.now, migrations);
    const names = new Set(await readTableNames(options.migrationsDirectory));
    const stored = (await listTables(client)).filter(({ name }) => names.has(name));
    const tables: TableSummary[] = [];
    for (const table of stored) {
      options.onProgress?.(`Backing up ${table.name}`);
      tables.push(await addTable(archive, client, { table, signal: options.signal }));
    }
    const manifest = { tables, files: await addFilesOf(archive, options) };
    await archive.addText(memberNames.manifest, JSON.stringify(manifest, undefined, 2));
    await archive.finish();
    return manifest;
  } finally {
    await client.end();
  }
};

/** Everything that is read from here on is of this moment. */
const beginSnapshot = async (client: Client): Promise<void> => {
  // A large table takes its time, whatever limits the role has.
  await client.query("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0");
  const { rows } = await client.query<{ taken: boolean }>(`SELECT pg_try_advisory_lock(${lockKey}) AS taken`);
  if (!rows[0]?.taken) throw new BackupError("Another backup of this database is being made just now.");
  await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  // The text of values must not depend on where it was made.
  await client.query(
    "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'iso_8601'",
  );
  await client.query("SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'");
};

const addHeader = async (archive: ArchiveWriter, now: Date, migrations: string[]): Promise<void> => {
  const header: BackupHeader = {
    format: formatVersion,
    togetherVersion: await readVersion(),
    createdAt: now.toISOString(),
    migrations,
  };
  await archive.addText(memberNames.header, JSON.stringify(header, undefined, 2));
};

const addTable = async (
  archive: ArchiveWriter,
  client: Client,
  { table, signal }: { table: StoredTable; signal: AbortSignal | undefined },
): Promise<TableSummary> => {
  const lines = client.query(copyTo(`${copyOf(table)} TO STDOUT`));
  if (signal) addAbortSignal(signal, lines);
  const sum = await archive.addTable(table.name, lines);
  return { ...table, rows: lines.rowCount, ...sum };
};

const addFilesOf = async (
  archive: ArchiveWriter,
  { dataDirectory, onProgress, signal }: BackupOptions,
): Promise<BackupManifest["files"]> => {
  if (dataDirectory === undefined) return null;
  onProgress?.("Backing up files");
  return addFiles(archive, { directory: join(dataDirectory, filesDirectoryName), signal });
};
