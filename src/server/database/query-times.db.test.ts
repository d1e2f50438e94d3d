import { sql } from "drizzle-orm";
import { Pool } from "pg";
import { expect, it } from "vitest";
import { createTestDatabase } from "#tests/support/postgres.ts";
import { createLogger } from "../kernel/logger.ts";
import { createDatabase, withTransaction } from "./client.ts";
import { watchQueries } from "./query-times.ts";

it("tells of every query once, however it comes to the database", async () => {
  await using database = await createTestDatabase("empty");
  const types: string[] = [];
  const watched = createDatabase({
    connectionString: database.connectionString,
    logger: createLogger({ level: "error", isPretty: false }),
    onQuery: (type, seconds) => {
      expect(seconds).toBeGreaterThan(0);
      types.push(type);
    },
  });
  const { db, pool } = watched;
  await pool.query("select 1");
  await db.execute(sql`create table things (id int primary key)`);
  await withTransaction(db, (tx) => tx.execute(sql`insert into things values (${1})`));
  await expect(db.execute(sql`insert into things values (${1})`)).rejects.toThrow();
  await watched.ping();
  await watched.close();
  expect(types).toEqual(["select", "other", "other", "insert", "other", "insert", "select"]);
});

it("writes a line for a query that took long, without what was asked for", async () => {
  await using database = await createTestDatabase("empty");
  const lines: string[] = [];
  const logger = createLogger({
    level: "info",
    isPretty: false,
    destination: { write: (line) => lines.push(line) },
  });
  const pool = new Pool({ connectionString: database.connectionString });
  let nowMs = 0;
  watchQueries(pool, { logger, onQuery: () => undefined, nowMs: () => (nowMs += 1_500) });
  await pool.query({
    name: "find_word",
    text: "select $1::text, 'a word in the text'",
    values: ["a private word"],
  });
  await pool.end();
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
    { level: 40, queryType: "select", statement: "find_word", durationMs: 1_500, msg: "a query took long" },
  ]);
  expect(lines.join()).not.toContain("word in");
  expect(lines.join()).not.toContain("private");
});
