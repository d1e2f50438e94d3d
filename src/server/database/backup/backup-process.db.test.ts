import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestDatabase } from "#tests/support/postgres.ts";
import { expect, test } from "vitest";
import { checkArchive } from "./archive-reader.ts";
import { createBackupProcess } from "./backup-process.ts";

test("a process makes the backup, says why it could not, and ends when it is told to", async () => {
  await using database = await createTestDatabase();
  await using empty = await createTestDatabase("empty");
  const directory = await mkdtemp(join(tmpdir(), "together-backup-"));
  const path = join(directory, "scheduled.tar.gz");
  const { signal } = new AbortController();
  const config = { dataDirectory: directory, databaseUrl: database.connectionString };
  await createBackupProcess(config)(path, signal);
  await expect(checkArchive(path)).resolves.toMatchObject({ header: { format: 1 } });
  await expect(readdir(directory)).resolves.toEqual(["scheduled.tar.gz"]);

  const ofEmpty = createBackupProcess({ ...config, databaseUrl: empty.connectionString });
  const other = join(directory, "other.tar.gz");
  await expect(ofEmpty(other, signal)).rejects.toThrow("never been used by Together");
  const stopping = new AbortController();
  const stopped = createBackupProcess(config)(other, stopping.signal);
  stopping.abort();
  await expect(stopped).rejects.toThrow("it was ended");
  await rm(directory, { recursive: true });
}, 120_000);
