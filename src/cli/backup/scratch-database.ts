/** A database for the length of a command: one of our own or, where there is none as in the image, beside the server's. */
import { openBeside } from "#server/database/database-beside.ts";
import { EmbeddedPostgres, isEmbeddedInstalled } from "#server/database/embedded-postgres.ts";
import type { StoredDatabase } from "../operator/stored-database.ts";

/** Nothing of it outlives the command. */
const fastSettings = { fsync: "off", full_page_writes: "off", synchronous_commit: "off" };

export const openScratch = async (
  databaseUrl: string | undefined,
  dataDirectory: string,
): Promise<StoredDatabase> => {
  if (databaseUrl !== undefined && !(await isEmbeddedInstalled())) return openBeside(databaseUrl);
  const embedded = await EmbeddedPostgres.start({ dataDirectory, settings: fastSettings });
  return {
    connectionString: embedded.connectionString,
    [Symbol.asyncDispose]: () => embedded.stop(),
  };
};
