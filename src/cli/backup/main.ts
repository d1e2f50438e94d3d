/** npm run backup: everything that Together stores, in one file, also while it serves; or whether such a file restores. */
import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { backupFileName } from "#server/database/backup/names.ts";
import { writeBackup } from "#server/database/backup/write-backup.ts";
import { RefusedError, resolvePath, runOperation, say, type Operation } from "../operator/run.ts";
import { migrationsDirectory } from "../operator/places.ts";
import { openToRead } from "../operator/stored-database.ts";
import { bytesText, countText } from "../operator/words.ts";
import { verifyBackup } from "./verify.ts";

const usage = `npm run backup [-- --to <file or directory>]
    backs up database and files; without --to into BACKUP_DIR
npm run backup -- --verify <file>
    restores a backup into a database of its own for the moment, and says whether all of it is there`;

const readArguments = () =>
  parseArgs({ options: { to: { type: "string" }, verify: { type: "string" } } }).values;

/** A directory, which may still have to be made, or the file itself. */
const choosePath = async (to: string, now: Date): Promise<string> => {
  const path = resolvePath(to);
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() || to.endsWith("/")) return join(path, backupFileName("together", now));
  if (found) throw new RefusedError(`${path} is there already; a backup overwrites nothing.`);
  return path;
};

const backUp = async ({ config, stop }: Operation, to: string): Promise<number> => {
  const now = new Date();
  const path = await choosePath(to, now);
  await using database = await openToRead(config, say);
  const { connectionString } = database;
  const { dataDirectory } = config;
  const manifest = await writeBackup({
    ...{ connectionString, migrationsDirectory, path, dataDirectory, now },
    signal: stop,
  });
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  const { size } = await stat(path);
  const files = countText(manifest.files?.count ?? 0, ["file", "files"]);
  say(`Backed up ${countText(rows, ["row", "rows"])} and ${files} to ${path} (${bytesText(size)}).`);
  return 0;
};

await runOperation(usage, async (operation) => {
  const { to, verify } = readArguments();
  if (verify === undefined) return backUp(operation, to ?? `${operation.config.backup.directory}/`);
  const path = resolvePath(verify);
  say(`Trying ${basename(path)}`);
  return verifyBackup(path, operation.stop);
});
