import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "#tests/support/postgres.ts";
import { DatabaseStartError } from "./errors.ts";
import { runMigrations } from "./migrate.ts";

const first = "CREATE TABLE one (id int);\n--> statement-breakpoint\nINSERT INTO one VALUES (1);";
const second = "CREATE TABLE two (id int);";
const third = "CREATE TABLE three (id int);";

/** A folder as drizzle-kit makes it: one script after the other. */
const aFolder = async (...scripts: string[]) => {
  const directory = await mkdtemp(join(tmpdir(), "together-migrations-"));
  await mkdir(join(directory, "meta"));
  const write = async (list: string[]): Promise<void> => {
    const entries = list.map((_, index) => ({ idx: index, tag: `000${index}_step`, when: 1_000 + index }));
    await writeFile(
      join(directory, "meta", "_journal.json"),
      JSON.stringify({ dialect: "postgresql", entries }),
    );
    await Promise.all(
      list.map((script, index) => writeFile(join(directory, `000${index}_step.sql`), script)),
    );
  };
  await write(scripts);
  return { directory, write, [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) };
};

const tablesOf = async ({ pool }: TestDatabase): Promise<string[]> => {
  const { rows } = await pool.query<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
  );
  return rows.map((row) => row.name);
};

const refusal = async (attempt: Promise<unknown>): Promise<string> => {
  const error: unknown = await attempt.catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(DatabaseStartError);
  return error instanceof Error ? error.message : "";
};

test("applies what is new, in order, and nothing twice", async () => {
  await using database = await createTestDatabase("empty");
  await using folder = await aFolder(first);
  const lines: string[] = [];
  const run = () => runMigrations({ ...database, ...folder, onProgress: (line) => lines.push(line) });
  await expect(run()).resolves.toBe(1);
  await expect(run()).resolves.toBe(0);
  await folder.write([first, second]);
  await expect(run()).resolves.toBe(1);
  await expect(tablesOf(database)).resolves.toEqual(["one", "two"]);
  expect(lines).toEqual(["Applying database migration 0000_step", "Applying database migration 0001_step"]);
});

test("several that start at once apply each migration once", async () => {
  await using database = await createTestDatabase("empty");
  await using folder = await aFolder(first, second, third);
  const counts = await Promise.all([1, 2, 3, 4].map(() => runMigrations({ ...database, ...folder })));
  expect(counts.toSorted((a, b) => a - b)).toEqual([0, 0, 0, 3]);
  await expect(database.pool.query("SELECT id FROM one")).resolves.toMatchObject({ rows: [{ id: 1 }] });
});

test("a migration that fails leaves nothing of itself, and the next run goes on from there", async () => {
  await using database = await createTestDatabase("empty");
  await using folder = await aFolder(
    first,
    "CREATE TABLE two (id int);\n--> statement-breakpoint\nSELECT 1/0;",
    third,
  );
  await expect(refusal(runMigrations({ ...database, ...folder }))).resolves.toMatch(
    /0001_step could not be applied: division by zero/,
  );
  await expect(tablesOf(database)).resolves.toEqual(["one"]);
  await folder.write([first, second, third]);
  await expect(runMigrations({ ...database, ...folder })).resolves.toBe(2);
});

test("a run that is cut off in the middle heals by running again", async () => {
  await using database = await createTestDatabase("empty");
  const cutOff =
    "CREATE TABLE two (id int);\n--> statement-breakpoint\nSELECT pg_terminate_backend(pg_backend_pid());";
  await using folder = await aFolder(first, cutOff);
  await refusal(runMigrations({ ...database, ...folder }));
  await folder.write([first, second]);
  await expect(runMigrations({ ...database, ...folder })).resolves.toBe(1);
  await expect(tablesOf(database)).resolves.toEqual(["one", "two"]);
});

test("refuses when an applied migration was edited", async () => {
  await using database = await createTestDatabase("empty");
  await using folder = await aFolder(first, second);
  await runMigrations({ ...database, ...folder });
  await folder.write([first, `${second} -- edited`, third]);
  await expect(refusal(runMigrations({ ...database, ...folder }))).resolves.toMatch(/0001_step was edited/);
  await expect(tablesOf(database)).resolves.toEqual(["one", "two"]);
});

test("other line ends are no edit", async () => {
  await using database = await createTestDatabase("empty");
  await using folder = await aFolder(first);
  await runMigrations({ ...database, ...folder });
  await folder.write([first.replaceAll("\n", "\r\n")]);
  await expect(runMigrations({ ...database, ...folder })).resolves.toBe(0);
});

test("refuses a database that a newer version has used", async () => {
  await using database = await createTestDatabase("empty");
  await using folder = await aFolder(first, second);
  await runMigrations({ ...database, ...folder });
  await folder.write([first]);
  await expect(refusal(runMigrations({ ...database, ...folder }))).resolves.toMatch(
    /newer than this version of Together: it has 2 migrations, and this version knows 1/,
  );
});

test("refuses when a migration was slipped in before an applied one", async () => {
  await using database = await createTestDatabase("empty");
  await using folder = await aFolder(first, third);
  await runMigrations({ ...database, ...folder });
  await folder.write([first, second, third]);
  await expect(refusal(runMigrations({ ...database, ...folder }))).resolves.toMatch(
    /had 0002_step applied where this version has 0001_step/,
  );
});

test("says where it looked for a database that does not answer, without the password", async () => {
  await using folder = await aFolder(first);
  const connectionString = "postgresql://someone:hidden-word@127.0.0.1:1/nowhere";
  const sentence = await refusal(runMigrations({ connectionString, ...folder }));
  expect(sentence).toContain('127.0.0.1:1, database "nowhere", user "someone"');
  expect(sentence).not.toContain("hidden-word");
});
