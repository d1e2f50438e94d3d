/** Whether a backup restores: it is restored, into a database that lasts as long as that. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createIntegrityRepo } from "#server/admin/integrity.repo.ts";
import { restoreBackup } from "#server/database/backup/restore-backup.ts";
import { createDatabase } from "#server/database/client.ts";
import { EmbeddedPostgres } from "#server/database/embedded-postgres.ts";
import { silentLogger } from "#server/kernel/logger.ts";
import { migrationsDirectory } from "../operator/places.ts";
import { say } from "../operator/run.ts";
import { alignRows } from "../align-rows.ts";
import { countText } from "../operator/words.ts";

/** Nothing of it outlives the command. */
const fastSettings = { fsync: "off", full_page_writes: "off", synchronous_commit: "off" };

/** The exit code: 1 when something in it does not belong together. @throws BackupError for what does not restore */
export const verifyBackup = async (path: string, signal: AbortSignal): Promise<number> => {
  await using opened = new AsyncDisposableStack();
  const dataDirectory = await mkdtemp(join(tmpdir(), "together-verify-"));
  opened.defer(() => rm(dataDirectory, { recursive: true, force: true }));
  const embedded = await EmbeddedPostgres.start({ dataDirectory, settings: fastSettings });
  opened.defer(() => embedded.stop());
  const { connectionString } = embedded;
  const { header, manifest } = await restoreBackup({
    ...{ connectionString, migrationsDirectory, path, dataDirectory, signal },
    isForced: false,
    onProgress: say,
  });
  const database = createDatabase({ connectionString, logger: silentLogger });
  opened.defer(() => database.close());
  const faults = await createIntegrityRepo(database.db).findFaults();
  say("", ...alignRows(manifest.tables.map(({ name, rows }) => [`  ${name}`, rows])));
  say(
    `  ${countText(manifest.files?.count ?? 0, ["file", "files"])}`,
    "",
    ...faults.map(({ sentence, count, example }) => `✗ ${sentence}: ${count}, such as ${example}`),
  );
  const what = `the backup of ${header.createdAt}, made by Together ${header.togetherVersion}`;
  say(faults.length > 0 ? `✗ It restores, but not all of ${what}, is sound.` : `✓ It restores: ${what}.`);
  return faults.length > 0 ? 1 : 0;
};
