import { sql } from "drizzle-orm";
import { pgTable, text } from "drizzle-orm/pg-core";
import { afterAll, beforeEach, expect, test } from "vitest";
import { createCuttableNetwork } from "#tests/support/cuttable-network.ts";
import { createTestDatabase } from "#tests/support/postgres.ts";
import { silentLogger } from "../kernel/logger.ts";
import { createDatabase, withTransaction } from "./client.ts";
import { isUnavailable, isUniqueViolation } from "./errors.ts";

const names = pgTable("names", { name: text("name").notNull().unique("names_name_key") });

const { db, pool, ...database } = await createTestDatabase("empty");
afterAll(() => database[Symbol.asyncDispose]());
await pool.query("CREATE TABLE names (name text NOT NULL CONSTRAINT names_name_key UNIQUE)");
beforeEach(() => pool.query("TRUNCATE names"));

const stored = async (): Promise<string[]> => (await db.select().from(names)).map((row) => row.name);

test("a transaction that resolves is there, and gives its result", async () => {
  const result = await withTransaction(db, async (tx) => {
    await tx.insert(names).values({ name: "ada" });
    return 42;
  });
  expect(result).toBe(42);
  await expect(stored()).resolves.toEqual(["ada"]);
});

test("a transaction that throws leaves nothing, and throws what it threw", async () => {
  const reason = new Error("changed its mind");
  const attempt = withTransaction(db, async (tx) => {
    await tx.insert(names).values({ name: "ada" });
    throw reason;
  });
  await expect(attempt).rejects.toBe(reason);
  await expect(stored()).resolves.toEqual([]);
});

test("a second row with the same key is a unique violation of its constraint", async () => {
  await db.insert(names).values({ name: "ada" });
  const error: unknown = await db
    .insert(names)
    .values({ name: "ada" })
    .catch((cause: unknown) => cause);
  expect(isUniqueViolation(error, "names_name_key")).toBe(true);
});

test("a connection that is lost within a transaction fails that one alone", async () => {
  const lose = () =>
    withTransaction(db, async (tx) => {
      await tx.insert(names).values({ name: "lost" });
      const { rows } = await tx.execute<{ pid: number }>(sql`SELECT pg_backend_pid() AS pid`);
      await pool.query("SELECT pg_terminate_backend($1, 5000)", [rows[0]?.pid]);
      await tx.insert(names).values({ name: "never" });
    });
  // More often than the pool has connections: each must come back, or a later one would wait for ever.
  for (let count = 0; count < 6; count += 1) {
    const error: unknown = await lose().catch((cause: unknown) => cause);
    expect(isUnavailable(error)).toBe(true);
  }
  expect(pool.waitingCount).toBe(0);
  await expect(stored()).resolves.toEqual([]);
});

test("sessions count time in UTC and have a limit for every statement", async () => {
  const { rows } = await pool.query(
    "SELECT current_setting('TimeZone') AS zone, current_setting('statement_timeout') AS timeout",
  );
  expect(rows).toEqual([{ zone: "UTC", timeout: "15s" }]);
});

test("a database that hangs fails its ping within seconds, and keeps no connection busy", async () => {
  const url = new URL(database.connectionString);
  await using network = await createCuttableNetwork(Number(url.port));
  url.host = new URL(network.url).host;
  const handle = createDatabase({ connectionString: url.href, logger: silentLogger, maxConnections: 1 });
  await handle.ping();
  network.cut();
  await expect(handle.ping()).rejects.toThrow("Query read timeout");
  expect(handle.pool.totalCount).toBe(0);
  network.mend();
  await handle.ping();
  await handle.close();
});
