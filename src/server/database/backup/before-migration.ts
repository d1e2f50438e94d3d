/** A backup of the database before a migration changes it: the way back to the version that used it last. */
import { join } from "node:path";
import { measureDisk } from "../../kernel/disk.ts";
import { connect } from "../connection.ts";
import { DatabaseStartError } from "../errors.ts";
import { backupFileName, deleteSurplus } from "./names.ts";
import { writeBackup } from "./write-backup.ts";

export interface BeforeMigrationOptions {
  connectionString: string;
  migrationsDirectory: string;
  directory: string;
  /** How many of its kind stay. */
  keep: number;
  /** The first migration that comes. */
  nextTag: string;
  now: Date;
  onProgress: (line: string) => void;
  signal: AbortSignal | undefined;
}

/** What the database takes holds its indexes too, and the archive is compressed: half is more than enough. */
const neededShare = 0.5;

/** @throws DatabaseStartError when there is no room, or it cannot be made */
export const backUpBeforeMigration = async (options: BeforeMigrationOptions): Promise<void> => {
  const { directory, keep, nextTag, now, onProgress } = options;
  const path = join(directory, backupFileName(`before-${nextTag}`, now));
  onProgress(`Backing up the database to ${path}, before it is changed`);
  try {
    await requireRoom(options);
    const { connectionString, migrationsDirectory, signal } = options;
    await writeBackup({ connectionString, migrationsDirectory, path, now, signal });
    await deleteSurplus(directory, "before", keep);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DatabaseStartError(
      `The backup before the database migration ${nextTag} could not be made: ${reason} Nothing was changed. Make it ` +
        "possible, name another directory (BACKUP_DIR), or do without (BACKUP_BEFORE_MIGRATION=off).",
      { cause: error },
    );
  }
};

const measureDatabase = async (connectionString: string): Promise<number> => {
  const client = await connect(connectionString, "together-backup");
  try {
    const { rows } = await client.query<{ bytes: number }>(
      "SELECT pg_database_size(current_database())::float8 AS bytes",
    );
    return rows[0]?.bytes ?? 0;
  } finally {
    await client.end();
  }
};

const requireRoom = async ({ connectionString, directory }: BeforeMigrationOptions): Promise<void> => {
  const neededBytes = Math.ceil((await measureDatabase(connectionString)) * neededShare);
  const { freeBytes } = await measureDisk(directory);
  if (freeBytes >= neededBytes) return;
  const inMb = (bytes: number): string => `${Math.ceil(bytes / 1_000_000)} MB`;
  throw new Error(`it may take ${inMb(neededBytes)}, and ${directory} has ${inMb(freeBytes)} left.`);
};
