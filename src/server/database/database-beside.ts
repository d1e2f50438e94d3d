/** A database for the length of a command, on the server of another one. */
import { escapeIdentifier } from "pg";
import { hasCode } from "../kernel/system-errors.ts";
import { connect } from "./connection.ts";
import { DatabaseStartError } from "./errors.ts";

/** PostgreSQL's insufficient_privilege. */
const notAllowed = "42501";

const runIn = async (connectionString: string, statement: string): Promise<void> => {
  const client = await connect(connectionString, "together-beside");
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
};

/** It is dropped with whatever is connected. @throws DatabaseStartError where the user may not make one */
export const openBeside = async (
  databaseUrl: string,
): Promise<{ connectionString: string } & AsyncDisposable> => {
  const name = `together_verify_${process.pid}_${Date.now()}`;
  const url = new URL(databaseUrl);
  url.pathname = name;
  try {
    await runIn(databaseUrl, `CREATE DATABASE ${escapeIdentifier(name)}`);
  } catch (error) {
    if (!hasCode(error, notAllowed)) throw error;
    throw new DatabaseStartError(
      "A backup is tried in a database of its own, and DATABASE_URL's user may not make one. Let it: " +
        `ALTER ROLE ${escapeIdentifier(url.username)} CREATEDB`,
      { cause: error },
    );
  }
  return {
    connectionString: url.href,
    [Symbol.asyncDispose]: () =>
      runIn(databaseUrl, `DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`),
  };
};
