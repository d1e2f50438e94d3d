/** npm run restore: puts a backup in the place of what is there. */
import { parseArgs } from "node:util";
import { restoreBackup } from "#server/database/backup/restore-backup.ts";
import { migrationsDirectory } from "../operator/places.ts";
import { resolvePath, runOperation, say, UsageError } from "../operator/run.ts";
import { openAlone } from "../operator/stored-database.ts";
import { countText } from "../operator/words.ts";

const usage = `npm run restore -- <file> [--force]
    restores a backup into the database and the data directory that the server is configured with; the server is
    stopped meanwhile. --force: also over what is there, which is lost`;

const readArguments = (): { path: string; isForced: boolean } => {
  const { values, positionals } = parseArgs({
    options: { force: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const [path, ...rest] = positionals;
  if (path === undefined || rest.length > 0) throw new UsageError("One file is restored at a time.");
  return { path: resolvePath(path), isForced: values.force };
};

await runOperation(usage, async ({ config, stop }) => {
  const { path, isForced } = readArguments();
  await using database = await openAlone(config, say);
  const { connectionString } = database;
  const { dataDirectory } = config;
  const { header, manifest } = await restoreBackup({
    ...{ connectionString, migrationsDirectory, path, dataDirectory, isForced },
    onProgress: say,
    signal: stop,
  });
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  const files = manifest.files ? ` and ${countText(manifest.files.count, ["file", "files"])}` : "";
  say(`Restored ${countText(rows, ["row", "rows"])}${files} of the backup of ${header.createdAt}.`);
  return 0;
});
