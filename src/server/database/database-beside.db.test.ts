import { Client } from "pg";
import { createTestDatabase, environmentNames } from "#tests/support/postgres.ts";
import { expect, test } from "vitest";
import { openBeside } from "./database-beside.ts";

const countDatabases = async (connectionString: string): Promise<number> => {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<{ count: number }>(
      "SELECT count(*)::int AS count FROM pg_database WHERE datname LIKE 'together_verify_%'",
    );
    return rows[0]?.count ?? 0;
  } finally {
    await client.end();
  }
};

test("a database beside the server's is there as long as it is wanted", async () => {
  const adminUrl = process.env[environmentNames.adminUrl] ?? "";
  {
    await using scratch = await openBeside(adminUrl);
    await expect(countDatabases(scratch.connectionString)).resolves.toBe(1);
  }
  await expect(countDatabases(adminUrl)).resolves.toBe(0);
});

test("whoever may not make one is told what to do", async () => {
  await using database = await createTestDatabase();
  await expect(openBeside(database.connectionString)).rejects.toThrow(/ALTER ROLE "\w+" CREATEDB/);
});
