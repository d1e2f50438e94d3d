/** How much is stored, and whether it belongs together. */
import { opendir, stat } from "node:fs/promises";
import { join } from "node:path";
import { createIntegrityRepo } from "#server/admin/integrity.repo.ts";
import { filesDirectoryName } from "#server/database/backup/format.ts";
import { measureDisk } from "#server/kernel/disk.ts";
import { hasCode } from "#server/kernel/system-errors.ts";
import { bytesText } from "../operator/words.ts";
import { type Command, show } from "./command.ts";
import { withDatabase, withRepo } from "./read.ts";

/** Regular files, all the way down; nothing where there is no such directory. */
const measureFiles = async (directory: string): Promise<{ count: number; bytes: number }> => {
  let [count, bytes] = [0, 0];
  try {
    for await (const entry of await opendir(directory, { recursive: true })) {
      if (!entry.isFile()) continue;
      count += 1;
      bytes += (await stat(join(entry.parentPath, entry.name))).size;
    }
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
  return { count, bytes };
};

export const reportCommands: Record<string, Command> = {
  storage: {
    args: "",
    does: "what the tables, the files and the backups take, and what is free",
    async run(call) {
      const { dataDirectory, backup } = call.config;
      const [[tables, database], files, backups, disk] = await Promise.all([
        withRepo(call.config, (repo) => Promise.all([repo.listTableSizes(), repo.measureDatabase()])),
        measureFiles(join(dataDirectory, filesDirectoryName)),
        measureFiles(backup.directory),
        measureDisk(dataDirectory),
      ]);
      show(
        call,
        { tables, databaseBytes: database, files, backups, disk },
        {
          headings: ["what", "how many", "size"],
          rows: [
            ...tables.map(({ name, rows, bytes }) => [name, Math.round(rows), bytesText(bytes)]),
            ["database", "", bytesText(database)],
            ["files", files.count, bytesText(files.bytes)],
            ["backups", backups.count, bytesText(backups.bytes)],
            ["free on the disk", "", bytesText(disk.freeBytes)],
          ],
        },
      );
      return 0;
    },
  },

  integrity: {
    args: "",
    does: "what does not belong together, if anything; exit code 1 then",
    async run(call) {
      const faults = await withDatabase(call.config, (db) => createIntegrityRepo(db).findFaults());
      show(call, faults, {
        headings: ["how many", "of what", "one of them"],
        rows:
          faults.length > 0
            ? faults.map(({ count, sentence, example }) => [count, sentence, example])
            : [["none", "all is sound", ""]],
      });
      return faults.length > 0 ? 1 : 0;
    },
  },
};
