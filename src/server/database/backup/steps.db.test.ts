/** Backups of earlier and later versions, of a database that is written to, and of one that is larger than the memory. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { runMigrations } from "#server/database/migrate.ts";
import { createTestDatabase, type TestDatabase } from "#tests/support/postgres.ts";
import { dumpTables, fillDatabase } from "#tests/support/stored-world.ts";
import { expect, test, vi } from "vitest";
import { z } from "zod";
import { backUpBeforeMigration } from "./before-migration.ts";
import { checkArchive } from "./archive-reader.ts";
import { restoreBackup } from "./restore-backup.ts";
import { writeBackup } from "./write-backup.ts";

const root = join(import.meta.dirname, "../../../..");
const migrationsDirectory = join(root, "drizzle");
const now = new Date("2026-01-02T03:04:05Z");
const Journal = z.looseObject({ entries: z.array(z.looseObject({ tag: z.string() })) });

const aDirectory = async () => {
  const path = await mkdtemp(join(tmpdir(), "together-backup-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
};

/** The folder as it was when that many migrations were there. */
const earlierMigrations = async (count: number) => {
  const directory = await aDirectory();
  await cp(migrationsDirectory, directory.path, { recursive: true });
  const path = join(directory.path, "meta", "_journal.json");
  const { entries, ...rest } = Journal.parse(JSON.parse(await readFile(path, "utf8")));
  await writeFile(path, JSON.stringify({ ...rest, entries: entries.slice(0, count) }));
  for (const name of await readdir(join(directory.path, "meta")))
    if (Number.parseInt(name, 10) >= count) await rm(join(directory.path, "meta", name));
  return directory;
};

const alice = "00000000-0000-7000-8000-000000000001";

test("a backup of each earlier version is restored, and migrated to this one", async () => {
  const { entries } = Journal.parse(
    JSON.parse(await readFile(join(migrationsDirectory, "meta/_journal.json"), "utf8")),
  );
  for (let count = 1; count < entries.length; count += 1) {
    await using database = await createTestDatabase("empty");
    await using copy = await createTestDatabase("empty");
    await using earlier = await earlierMigrations(count);
    await using directory = await aDirectory();
    const path = join(directory.path, "earlier.tar.gz");
    await runMigrations({ ...database, directory: earlier.path });
    await database.pool.query(
      `insert into users (id, username, display_name, password_hash) values ('${alice}', 'alice', 'Alice', '')`,
    );
    await writeBackup({ ...database, migrationsDirectory: earlier.path, path, now });
    await restoreBackup({ ...copy, migrationsDirectory, path, isForced: false });
    await expect(runMigrations({ ...copy, directory: migrationsDirectory })).resolves.toBe(0);
    await runMigrations({ ...database, directory: migrationsDirectory });
    await expect(dumpTables(copy.pool)).resolves.toEqual(await dumpTables(database.pool));
  }
});

test("a newer version's backup is refused, and a newer version's database is not backed up by half", async () => {
  await using database = await createTestDatabase();
  await using copy = await createTestDatabase("empty");
  await using earlier = await earlierMigrations(1);
  await using directory = await aDirectory();
  const path = join(directory.path, "newer.tar.gz");
  await writeBackup({ ...database, migrationsDirectory, path, now });
  const options = { path, isForced: true, migrationsDirectory: earlier.path };
  await expect(restoreBackup({ ...copy, ...options })).rejects.toThrow("this version does not know");
  await expect(dumpTables(copy.pool)).resolves.toEqual(new Map());
  const second = join(directory.path, "second.tar.gz");
  await expect(
    writeBackup({ ...database, migrationsDirectory: earlier.path, path: second, now }),
  ).rejects.toThrow("newer than this version");
  await expect(readdir(directory.path)).resolves.toEqual(["newer.tar.gz"]);
});

test("before a migration changes what is stored, it is backed up, and only the newest stay", async () => {
  await using database = await createTestDatabase("empty");
  await using copy = await createTestDatabase("empty");
  await using earlier = await earlierMigrations(1);
  await using directory = await aDirectory();
  const others = ["before-0001_x-20250101T000000Z.tar.gz", "before-0001_x-20250102T000000Z.tar.gz", "notes"];
  for (const name of others) await writeFile(join(directory.path, name), "");
  const lines: string[] = [];
  const migrate = (folder: string) =>
    runMigrations({
      ...database,
      directory: folder,
      beforeChange: (nextTag) =>
        backUpBeforeMigration({
          ...{ ...database, migrationsDirectory, directory: directory.path, keep: 2, nextTag, now },
          ...{ onProgress: (line) => lines.push(line), signal: undefined },
        }),
    });
  await migrate(earlier.path);
  expect(lines).toEqual([]);
  await database.pool.query(
    `insert into users (id, username, display_name, password_hash) values ('${alice}', 'alice', 'Alice', '')`,
  );
  const before = await dumpTables(database.pool);
  await migrate(migrationsDirectory);
  await migrate(migrationsDirectory);
  expect(lines).toHaveLength(1);
  const made = "before-0001_voice-20260102T030405Z.tar.gz";
  await expect(readdir(directory.path)).resolves.toEqual([
    "before-0001_voice-20260102T030405Z.tar.gz",
    "before-0001_x-20250102T000000Z.tar.gz",
    "notes",
  ]);
  const path = join(directory.path, made);
  await restoreBackup({ ...copy, migrationsDirectory: earlier.path, path, isForced: false });
  await expect(dumpTables(copy.pool)).resolves.toEqual(before);
});

test("a migration that cannot be preceded by a backup changes nothing", async () => {
  await using database = await createTestDatabase("empty");
  await using earlier = await earlierMigrations(1);
  await using directory = await aDirectory();
  await runMigrations({ ...database, directory: earlier.path });
  const before = await dumpTables(database.pool);
  const file = join(directory.path, "file");
  await writeFile(file, "");
  const attempt = runMigrations({
    ...{ ...database, directory: migrationsDirectory },
    beforeChange: (nextTag) =>
      backUpBeforeMigration({
        ...{ ...database, migrationsDirectory, directory: join(file, "no-directory"), keep: 2, nextTag, now },
        ...{ onProgress: () => undefined, signal: undefined },
      }),
  });
  await expect(attempt).rejects.toThrow(
    /^The backup before the database migration 0001_voice could not be made/,
  );
  await expect(dumpTables(database.pool)).resolves.toEqual(before);
});

/** Each message, and in the same transaction the count of them in the channel's topic. */
const writeOn = async ({ pool }: TestDatabase, isOver: () => boolean): Promise<number> => {
  let count = 0;
  while (!isOver()) {
    count += 1;
    await pool.query(`begin;
      insert into messages (id, channel_id, author_id, content)
        values (gen_random_uuid(), '00000000-0000-7000-8000-000000000007', '${alice}', 'more');
      update channels set topic = (coalesce(topic, '0')::int + 1)::text
        where id = '00000000-0000-7000-8000-000000000007';
      commit`);
  }
  return count;
};

test("what is written meanwhile is in the backup as a whole or not at all", async () => {
  await using database = await createTestDatabase();
  await using directory = await aDirectory();
  await fillDatabase(database.pool);
  let isOver = false;
  const writing = writeOn(database, () => isOver);
  for (let round = 1; round <= 2; round += 1) {
    await using copy = await createTestDatabase("empty");
    const path = join(directory.path, `${round}.tar.gz`);
    await writeBackup({ ...database, migrationsDirectory, path, now });
    await restoreBackup({ ...copy, migrationsDirectory, path, isForced: false });
    const { rows } = await copy.pool.query<{ written: number; counted: number }>(
      `select count(*) filter (where content = 'more')::int as written,
         (select coalesce(sum(topic::int), 0)::int from channels) as counted from messages`,
    );
    expect(rows[0]?.written).toBe(rows[0]?.counted);
  }
  isOver = true;
  expect(await writing).toBeGreaterThan(2);
}, 60_000);

const largeRows = 32_000;

/** 100 MB, which is 1 MB compressed. */
const fillLarge = async ({ pool }: TestDatabase): Promise<void> => {
  await pool.query("drop index messages_search_idx");
  await pool.query(`insert into messages (id, channel_id, author_id, content)
    select gen_random_uuid(), '00000000-0000-7000-8000-000000000007', '${alice}', repeat(md5(n::text), 96)
    from generate_series(1, ${largeRows}) as n`);
};

/** Says at its end how much memory it had, in kB. */
const sayMemory = `data:text/javascript,process.on("exit", () => console.log("kB " + process.resourceUsage().maxRSS))`;

const runCommand = ({ connectionString }: TestDatabase, file: string, args: string[]) =>
  spawn(
    process.execPath,
    ["--max-old-space-size=64", "--import", sayMemory, join(root, "src/cli", file), ...args],
    {
      cwd: root,
      env: { PATH: process.env["PATH"], DATABASE_URL: connectionString, DATA_DIR: "/nonexistent/data" },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );

const toEnd = async (child: ReturnType<typeof runCommand>) => {
  const outputs = Promise.all([textOf(child.stdout), textOf(child.stderr)]);
  await once(child, "close");
  const [output, errors] = await outputs;
  return { exitCode: child.exitCode, errors, memoryMb: Number(/kB (\d+)/.exec(output)?.[1]) / 1_000 };
};

test("a backup that is killed or stopped half-way leaves none", async () => {
  await using database = await createTestDatabase();
  await using directory = await aDirectory();
  await fillDatabase(database.pool);
  await fillLarge(database);
  const path = join(directory.path, "large.tar.gz");
  for (const signal of ["SIGKILL", "SIGTERM"] as const) {
    const child = runCommand(database, "backup/main.ts", ["--to", path]);
    const ended = toEnd(child);
    const draft = join(directory.path, `.large.tar.gz.${child.pid}.partial`);
    await vi.waitFor(async () => expect((await stat(draft)).size).toBeGreaterThan(100_000), {
      timeout: 30_000,
      interval: 5,
    });
    child.kill(signal);
    await ended;
    await expect(checkArchive(path)).rejects.toThrow("There is no file");
  }
  // What the killed one could not take away, the next one has.
  await expect(readdir(directory.path)).resolves.toEqual([]);
}, 120_000);

test("memory does not grow with what is backed up and restored", async () => {
  await using database = await createTestDatabase();
  await using copy = await createTestDatabase("empty");
  await using directory = await aDirectory();
  await fillDatabase(database.pool);
  const [small, large] = ["small", "large"].map((name) => join(directory.path, `${name}.tar.gz`));
  if (small === undefined || large === undefined) throw new Error("two files");
  const before = await toEnd(runCommand(database, "backup/main.ts", ["--to", small]));
  await fillLarge(database);
  const backup = await toEnd(runCommand(database, "backup/main.ts", ["--to", large]));
  expect([before.exitCode, backup.exitCode, backup.errors]).toEqual([0, 0, ""]);
  expect(backup.memoryMb - before.memoryMb).toBeLessThan(50);
  const { manifest } = await checkArchive(large);
  expect(manifest.tables.find(({ name }) => name === "messages")).toMatchObject({ rows: largeRows + 2 });
  await runMigrations({ ...copy, directory: migrationsDirectory });
  await copy.pool.query("drop index messages_search_idx");
  const restored = await toEnd(runCommand(copy, "restore/main.ts", [large]));
  expect([restored.exitCode, restored.errors]).toEqual([0, ""]);
  expect(restored.memoryMb - before.memoryMb).toBeLessThan(50);
}, 240_000);
