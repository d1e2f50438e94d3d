import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { createTestDatabase, type TestDatabase } from "#tests/support/postgres.ts";
import { dumpTables, fillDatabase } from "#tests/support/stored-world.ts";
import { describe, expect, test } from "vitest";
import { checkArchive } from "./archive-reader.ts";
import { restoreBackup } from "./restore-backup.ts";
import { writeBackup } from "./write-backup.ts";

const migrationsDirectory = join(import.meta.dirname, "../../../../drizzle");
const now = new Date("2026-01-02T03:04:05Z");

const aDirectory = async () => {
  const path = await mkdtemp(join(tmpdir(), "together-backup-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
};

const putFile = async (directory: string, path: string, content: string | Buffer): Promise<void> => {
  await mkdir(join(directory, "files", path, ".."), { recursive: true });
  await writeFile(join(directory, "files", path), content);
};

const aBackup = async (database: TestDatabase, directory: string): Promise<string> => {
  const path = join(directory, "backup.tar.gz");
  await writeBackup({ ...database, migrationsDirectory, path, dataDirectory: directory, now });
  return path;
};

const restore = (
  { connectionString }: TestDatabase,
  path: string,
  options: { isForced?: boolean; dataDirectory?: string } = {},
) => restoreBackup({ connectionString, migrationsDirectory, path, isForced: false, ...options });

test("what was in every table and every file is there again, byte for byte", async () => {
  await using database = await createTestDatabase();
  await using copy = await createTestDatabase("empty");
  await using from = await aDirectory();
  await using to = await aDirectory();
  await fillDatabase(database.pool);
  const picture = Buffer.alloc(3_000_000, "äöü\0");
  await putFile(from.path, "ab/picture.png", picture);
  await putFile(from.path, `${"long".repeat(60)}/empty`, "");
  const path = await aBackup(database, from.path);
  await restore(copy, path, { dataDirectory: to.path });

  const stored = await dumpTables(database.pool);
  expect([...stored].filter(([, rows]) => rows.length === 0)).toEqual([]);
  await expect(dumpTables(copy.pool)).resolves.toEqual(stored);
  await expect(readFile(join(to.path, "files/ab/picture.png"))).resolves.toEqual(picture);
  await expect(readdir(join(to.path, "files", "long".repeat(60)))).resolves.toEqual(["empty"]);
  await expect(readdir(to.path)).resolves.toEqual(["files"]);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test("references, indexes and the record of migrations are those of a database that was never restored", async () => {
  await using database = await createTestDatabase();
  await using copy = await createTestDatabase("empty");
  await using directory = await aDirectory();
  await fillDatabase(database.pool);
  await restore(copy, await aBackup(database, directory.path));
  const describeSchema = async ({ pool }: TestDatabase) => {
    const { rows } = await pool.query<{ place: string; text: string }>(
      `select conrelid::regclass::text as place, pg_get_constraintdef(oid) as text from pg_constraint
         where connamespace = 'public'::regnamespace
       union all select tablename, indexdef from pg_indexes where schemaname = 'public'
       union all select 'migration', hash from drizzle.__drizzle_migrations
       order by 1, 2`,
    );
    return rows;
  };
  await expect(describeSchema(copy)).resolves.toEqual(await describeSchema(database));
  // A sequence would have to be set: none of Together's tables has one.
  const { rows } = await copy.pool.query("select 1 from pg_sequences where schemaname = 'public'");
  expect(rows).toEqual([]);
});

describe("a restore", () => {
  test("over something asks for force, and takes all of its place then", async () => {
    await using database = await createTestDatabase();
    await using other = await createTestDatabase();
    await using directory = await aDirectory();
    const path = await aBackup(database, directory.path);
    await fillDatabase(other.pool);
    await putFile(directory.path, "later", "x");
    const before = await dumpTables(other.pool);
    const to = { dataDirectory: directory.path };
    await expect(restore(other, path, to)).rejects.toThrow("The database is not empty");
    await expect(dumpTables(other.pool)).resolves.toEqual(before);
    await expect(readdir(join(directory.path, "files"))).resolves.toEqual(["later"]);
    await restore(other, path, { ...to, isForced: true });
    await expect(dumpTables(other.pool)).resolves.toEqual(await dumpTables(database.pool));
    await expect(readdir(join(directory.path, "files"))).resolves.toEqual([]);
  });

  test("refuses a database with somebody else's tables, even by force", async () => {
    await using database = await createTestDatabase();
    await using other = await createTestDatabase();
    await using directory = await aDirectory();
    const path = await aBackup(database, directory.path);
    await other.pool.query("create table invoices (id int); insert into invoices values (1)");
    await expect(restore(other, path, { isForced: true })).rejects.toThrow(/does not know \(invoices\)/);
    await expect(other.pool.query("select id from invoices")).resolves.toMatchObject({ rows: [{ id: 1 }] });
  });

  test("refuses what is damaged or cut short at any place, and changes nothing", async () => {
    await using database = await createTestDatabase();
    await using copy = await createTestDatabase("empty");
    await using directory = await aDirectory();
    await fillDatabase(database.pool);
    const path = await aBackup(database, directory.path);
    const whole = await readFile(path);
    const tar = gunzipSync(whole);
    const flipped = Buffer.from(tar);
    const place = flipped.indexOf("alice@example.org");
    flipped[place] = 0x62;
    const damaged = [
      ...[0, 1, 100, whole.length >> 1, whole.length - 1].map((length) => whole.subarray(0, length)),
      ...[1_024, tar.length >> 1, tar.length - 2_000].map((length) => gzipSync(tar.subarray(0, length))),
      gzipSync(flipped),
      Buffer.from("no archive at all"),
      gzipSync("no tar at all".repeat(100)),
    ];
    const broken = join(directory.path, "broken.tar.gz");
    for (const content of damaged) {
      await writeFile(broken, content);
      await expect(restore(copy, broken), `${content.length} bytes`).rejects.toThrow(/backup/);
    }
    await expect(dumpTables(copy.pool)).resolves.toEqual(new Map());
    await expect(checkArchive(path)).resolves.toMatchObject({ header: { format: 1 } });
  });

  test("that fails half-way leaves database and files as they were", async () => {
    await using database = await createTestDatabase();
    await using directory = await aDirectory();
    await fillDatabase(database.pool);
    await database.pool.query("alter table reactions drop constraint reactions_user_id_users_id_fk");
    await database.pool.query("update reactions set user_id = gen_random_uuid()");
    const path = await aBackup(database, directory.path);
    await using other = await createTestDatabase();
    await fillDatabase(other.pool);
    await putFile(directory.path, "kept", "x");
    const before = await dumpTables(other.pool);
    const options = { isForced: true, dataDirectory: directory.path };
    await expect(restore(other, path, options)).rejects.toThrow("foreign key");
    await expect(dumpTables(other.pool)).resolves.toEqual(before);
    await expect(readdir(join(directory.path, "files"))).resolves.toEqual(["kept"]);
  });
});
