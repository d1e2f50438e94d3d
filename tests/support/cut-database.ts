import { Client, escapeIdentifier } from "pg";
import { environmentNames, type TestDatabase } from "./postgres.ts";

/** Ends every connection to the server's database and has no room for a new one, until it is disposed. */
export const cutDatabase = async ({ database }: { database: TestDatabase }): Promise<AsyncDisposable> => {
  const name = new URL(database.connectionString).pathname.slice(1);
  const admin = new Client({ connectionString: process.env[environmentNames.adminUrl] });
  await admin.connect();
  const limit = (connections: number) =>
    admin.query(`ALTER DATABASE ${escapeIdentifier(name)} CONNECTION LIMIT ${connections}`);
  await limit(0);
  await admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", [name]);
  return {
    async [Symbol.asyncDispose]() {
      await limit(-1);
      await admin.end();
    },
  };
};
