import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  unlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { Client } from "pg";
import { afterAll, expect, test, vi } from "vitest";
import { silentLogger } from "#server/kernel/logger.ts";
import { createDatabase } from "./client.ts";
import { findPostmaster } from "./embedded/processes.ts";
import { EmbeddedPostgres } from "./embedded-postgres.ts";
import { isUnavailable } from "./errors.ts";

const owner = resolve(import.meta.dirname, "../../../tests/support/embedded-owner.ts");

/** A data directory below one that is closed to everyone but its owner, as root's home is. */
const aClosedDirectory = async () => {
  const parent = await mkdtemp(join(tmpdir(), "together-embedded-"));
  await chmod(parent, 0o700);
  const dataDirectory = join(parent, "data");
  await mkdir(dataDirectory);
  const cluster = join(dataDirectory, "postgres");
  return {
    dataDirectory,
    cluster,
    /** 0: it does not run. */
    getPid: async (): Promise<number> => (await findPostmaster(cluster))?.pid ?? 0,
    [Symbol.asyncDispose]: async () => {
      const left = await findPostmaster(cluster);
      if (left) process.kill(left.pid, "SIGKILL");
      await rm(parent, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};

/** Made once: creating a cluster takes most of a second. */
const made = await aClosedDirectory();
await (await EmbeddedPostgres.start({ dataDirectory: made.dataDirectory })).stop();
afterAll(() => made[Symbol.asyncDispose]());

/** With a cluster in it. Where we are root the copy is root's, as a restored backup would be. */
const aDataDirectory = async () => {
  const place = await aClosedDirectory();
  await cp(made.dataDirectory, place.dataDirectory, { recursive: true });
  return place;
};

const start = async (dataDirectory: string) => {
  const postgres = await EmbeddedPostgres.start({ dataDirectory });
  return Object.assign(postgres, { [Symbol.asyncDispose]: () => postgres.stop() });
};

const query = async (connectionString: string, text: string): Promise<unknown[]> => {
  const client = new Client({ connectionString });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
};

/** Resolves when its database is ready. */
const startOwner = async (dataDirectory: string) => {
  const child = spawn(process.execPath, [owner, dataDirectory], { stdio: ["pipe", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await exited;
  };
  const line = once(createInterface(child.stdout), "line").then(([text]) => String(text));
  const connectionString = await Promise.race([line, exited.then(() => "")]);
  return { connectionString, kill, [Symbol.asyncDispose]: kill };
};

test("makes the database once, keeps what is in it, and stops without a trace", async () => {
  await using place = await aClosedDirectory();
  const lines: string[] = [];
  const options = { dataDirectory: place.dataDirectory, onProgress: (line: string) => lines.push(line) };
  const first = await EmbeddedPostgres.start(options);
  await query(first.connectionString, "CREATE TABLE kept AS SELECT 'é' AS word");
  await Promise.all([first.stop(), first.stop()]);
  await expect(place.getPid()).resolves.toBe(0);

  const second = await EmbeddedPostgres.start(options);
  await expect(query(second.connectionString, "SELECT word FROM kept")).resolves.toEqual([{ word: "é" }]);
  await second.stop();
  expect(lines).toEqual([`Creating the database in ${place.cluster}`]);
  expect((await readdir(place.dataDirectory)).toSorted()).toEqual(["postgres", "secrets"]);
  await expect(readdir(place.cluster)).resolves.not.toContain("postmaster.pid");
});

test("is safe by its settings: crash-proof, for this machine alone, without rights it does not need", async () => {
  await using place = await aDataDirectory();
  await using postgres = await start(place.dataDirectory);
  const names = [
    "fsync",
    "full_page_writes",
    "synchronous_commit",
    "data_checksums",
    "listen_addresses",
    "server_encoding",
  ];
  const settings = names.map((name) => `current_setting('${name}')`).join(", ");
  await expect(
    query(
      postgres.connectionString,
      `SELECT array[${settings}] AS list, rolsuper FROM pg_roles WHERE rolname = user`,
    ),
  ).resolves.toEqual([{ list: ["on", "on", "on", "on", "127.0.0.1", "UTF8"], rolsuper: false }]);
  const secret = await stat(join(place.dataDirectory, "secrets", "postgres-password"));
  expect(secret.mode & 0o777).toBe(0o600);
  await expect(query(postgres.connectionString.replace(/:[^:@]+@/, ":wrong@"), "SELECT 1")).rejects.toThrow(
    "password authentication failed",
  );
});

test("takes over from a Together that was killed", async () => {
  await using place = await aDataDirectory();
  await using killed = await startOwner(place.dataDirectory);
  await query(killed.connectionString, "CREATE TABLE kept (id int)");
  await killed.kill();
  expect(await place.getPid()).toBeGreaterThan(0);

  await using postgres = await start(place.dataDirectory);
  await expect(query(postgres.connectionString, "SELECT * FROM kept")).resolves.toEqual([]);
});

test("refuses the data directory of a living Together, and leaves it alone", async () => {
  await using place = await aDataDirectory();
  await using living = await startOwner(place.dataDirectory);
  await expect(EmbeddedPostgres.start({ dataDirectory: place.dataDirectory })).rejects.toThrow(
    /Another Together \(together \d+ on .+\) is already using this database/,
  );
  await expect(query(living.connectionString, "SELECT 1 AS one")).resolves.toEqual([{ one: 1 }]);
});

test("starts although the number in postmaster.pid has become another process's", async () => {
  await using place = await aDataDirectory();
  const first = await start(place.dataDirectory);
  const path = join(place.cluster, "postmaster.pid");
  const left = await readFile(path, "utf8");
  process.kill(await place.getPid(), "SIGKILL");
  await vi.waitFor(async () => expect(await place.getPid()).not.toBe(Number.parseInt(left, 10)), {
    timeout: 15_000,
  });
  await first.stop();
  await writeFile(path, left.replace(/^\d+/, String(process.pid)));

  await using second = await start(place.dataDirectory);
  await expect(query(second.connectionString, "SELECT 1 AS one")).resolves.toEqual([{ one: 1 }]);
});

test("starts a server that died again, at the same place, and the pool goes on", async () => {
  await using place = await aDataDirectory();
  await using postgres = await start(place.dataDirectory);
  const database = createDatabase({ connectionString: postgres.connectionString, logger: silentLogger });
  await database.pool.query("CREATE TABLE kept (id int)");
  const pid = await place.getPid();
  process.kill(pid, "SIGKILL");
  await vi.waitFor(async () => expect(await place.getPid()).not.toBe(pid), { timeout: 10_000 });
  await vi.waitFor(async () => expect((await database.pool.query("SELECT * FROM kept")).rows).toEqual([]), {
    timeout: 10_000,
  });
  await database.close();
});

test("a server that cannot start again yet is started when it can", async () => {
  await using place = await aDataDirectory();
  await using postgres = await start(place.dataDirectory);
  const [missing, away] = [join(place.cluster, "global"), join(place.cluster, "global-away")];
  await rename(missing, away);
  process.kill(await place.getPid(), "SIGKILL");
  const { promise: failed, resolve: fail } = Promise.withResolvers<void>();
  const log = join(place.cluster, "server.log");
  const watch = setInterval(() => {
    void readFile(log, "utf8").then((said) => said.includes("global/pg_control") && fail());
  }, 20);
  await failed;
  clearInterval(watch);
  await rename(away, missing);
  await vi.waitFor(() => query(postgres.connectionString, "SELECT 1"), { timeout: 20_000 });
  expect(await place.getPid()).not.toBe(0);
});

test("a pool outlives the stop of its server: its queries are refused as unavailable", async () => {
  await using place = await aDataDirectory();
  const postgres = await start(place.dataDirectory);
  const database = createDatabase({ connectionString: postgres.connectionString, logger: silentLogger });
  await Promise.all([1, 2, 3].map(() => database.pool.query("SELECT pg_sleep(0.01)")));
  await postgres.stop();
  const error: unknown = await database.pool.query("SELECT 1").catch((cause: unknown) => cause);
  expect(isUnavailable(error)).toBe(true);
  await database.close();
});

test("what an interrupted creation has left behind is removed", async () => {
  await using place = await aClosedDirectory();
  const ended = spawn(process.execPath, ["--version"], { stdio: "ignore" });
  await once(ended, "exit");
  await mkdir(join(place.dataDirectory, `postgres.init-${ended.pid}`, "cluster"), { recursive: true });
  await using postgres = await start(place.dataDirectory);
  expect(postgres.connectionString).toMatch(/^postgresql:/);
  expect((await readdir(place.dataDirectory)).toSorted()).toEqual(["postgres", "secrets"]);
});

test("says what is wrong when its password is gone, and when another version made its files", async () => {
  await using place = await aDataDirectory();
  await writeFile(join(place.cluster, "PG_VERSION"), "17\n");
  await expect(start(place.dataDirectory)).rejects.toThrow(
    /made by PostgreSQL 17, and this version of Together/,
  );
  await unlink(join(place.dataDirectory, "secrets", "postgres-password"));
  await expect(start(place.dataDirectory)).rejects.toThrow(/password, .+, is missing/);
});
