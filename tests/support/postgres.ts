/** Databases for tests: each its own copy of the migrated template that the run's set-up (postgres.global.ts) has made. */
import { Client, escapeIdentifier, type Pool } from "pg";
import { createDatabase, type Database } from "#server/database/client.ts";
import { silentLogger } from "#server/kernel/logger.ts";

export interface TestDatabase extends AsyncDisposable {
  connectionString: string;
  db: Database;
  pool: Pool;
}

/** What the set-up tells the workers, through the environment that they inherit. */
export const environmentNames = {
  /** May create databases. */
  adminUrl: "TOGETHER_TEST_ADMIN_URL",
  /** The role that owns them, as in production without further rights. */
  ownerUrl: "TOGETHER_TEST_OWNER_URL",
  template: "TOGETHER_TEST_TEMPLATE",
} as const;

/** Made once more by every test that asks: `empty` has no table yet. */
type TemplateKind = "migrated" | "empty";

let madeCount = 0;

/** A database of its own: `await using database = await createTestDatabase()`. It is dropped with whatever is connected. */
export const createTestDatabase = async (kind: TemplateKind = "migrated"): Promise<TestDatabase> => {
  madeCount += 1;
  const name = `together_test_${process.pid}_${madeCount}`;
  const ownerUrl = new URL(requireVariable(environmentNames.ownerUrl));
  const template = kind === "migrated" ? requireVariable(environmentNames.template) : "template0";
  await runAsAdmin(
    `CREATE DATABASE ${escapeIdentifier(name)} OWNER ${escapeIdentifier(ownerUrl.username)} TEMPLATE ${escapeIdentifier(template)}`,
  );
  ownerUrl.pathname = name;
  const connectionString = ownerUrl.href;
  const database = createDatabase({ connectionString, logger: silentLogger, maxConnections: 5 });
  return {
    connectionString,
    db: database.db,
    pool: database.pool,
    async [Symbol.asyncDispose]() {
      await database.close();
      await runAsAdmin(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`);
    },
  };
};

const requireVariable = (name: string): string => {
  const value = process.env[name];
  if (value) return value;
  throw new Error(
    `${name} is not set: this test's project needs tests/support/postgres.global.ts as its set-up`,
  );
};

const runAsAdmin = async (statement: string): Promise<void> => {
  const client = new Client({ connectionString: requireVariable(environmentNames.adminUrl) });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
};
