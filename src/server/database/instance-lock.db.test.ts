import { setTimeout as wait } from "node:timers/promises";
import { Client } from "pg";
import { expect, test, vi } from "vitest";
import { silentLogger } from "#server/kernel/logger.ts";
import { cutDatabase } from "#tests/support/cut-database.ts";
import { createCuttableNetwork } from "#tests/support/cuttable-network.ts";
import { createTestDatabase, environmentNames, type TestDatabase } from "#tests/support/postgres.ts";
import { acquireInstanceLock, type InstanceLockOptions } from "./instance-lock.ts";

const acquire = async (database: TestDatabase, options: Partial<InstanceLockOptions> = {}) => {
  const lock = await acquireInstanceLock({
    connectionString: database.connectionString,
    logger: silentLogger,
    onTakenByAnother: () => undefined,
    graceMs: 0,
    retryPolicy: { nextDelayMs: () => 1 },
    ...options,
  });
  return { close: () => lock.close(), [Symbol.asyncDispose]: () => lock.close() };
};

const holderPids = async ({ pool }: TestDatabase): Promise<number[]> => {
  const { rows } = await pool.query<{ pid: number }>(
    `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  return rows.map((row) => row.pid);
};

/** Not kept out by a database that takes no connections. */
const connectAsAdmin = async (database: TestDatabase): Promise<Client> => {
  const url = new URL(process.env[environmentNames.adminUrl] ?? "");
  url.pathname = new URL(database.connectionString).pathname;
  const client = new Client({ connectionString: url.href });
  client.on("error", () => undefined);
  await client.connect();
  return client;
};

const cut = async (database: TestDatabase): Promise<void> => {
  const [pid] = await holderPids(database);
  await database.pool.query("SELECT pg_terminate_backend($1, 5000)", [pid]);
};

test("a second one is refused, and is told which process is the first", async () => {
  await using database = await createTestDatabase("empty");
  await using first = await acquire(database);
  await expect(acquire(database)).rejects.toThrow(`Another Together (together ${process.pid} on `);
  await first.close();
  await using second = await acquire(database);
  expect(second).toBeDefined();
});

test("one that is just about to end is waited for", async () => {
  await using database = await createTestDatabase("empty");
  await using first = await acquire(database);
  const second = acquire(database, { graceMs: 10_000 });
  // The first one ends only when the second is there.
  await vi.waitFor(
    async () => {
      const { rowCount } = await database.pool.query(
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'together % on %'",
      );
      expect(rowCount).toBe(2);
    },
    { timeout: 15_000 },
  );
  await first.close();
  await using lock = await second;
  expect(lock).toBeDefined();
});

test("different databases do not stand in each other's way", async () => {
  await using one = await createTestDatabase("empty");
  await using two = await createTestDatabase("empty");
  await using first = await acquire(one);
  await using second = await acquire(two);
  expect([first, second]).toHaveLength(2);
});

test("a lost connection is replaced, and the database is reserved again", async () => {
  await using database = await createTestDatabase("empty");
  const onLost = vi.fn<() => void>();
  await using lock = await acquire(database, { onLost });
  await cut(database);
  await vi.waitFor(async () => expect(await holderPids(database)).toHaveLength(1), { timeout: 5_000 });
  expect(onLost).toHaveBeenCalledOnce();
  await expect(acquire(database)).rejects.toThrow("Another Together");
  await lock.close();
  await vi.waitFor(async () => expect(await holderPids(database)).toEqual([]), { timeout: 15_000 });
});

test("when another was faster, that is reported once", async () => {
  await using database = await createTestDatabase("empty");
  const thief = new Client({ connectionString: database.connectionString, application_name: "thief" });
  await thief.connect();
  const taken = Promise.withResolvers<string>();
  let reportCount = 0;
  const onTakenByAnother = (sentence: string): void => {
    reportCount += 1;
    taken.resolve(sentence);
  };
  const stolen = Promise.withResolvers<void>();
  // Holds the retries back until the lock is someone else's.
  const onLost = (): void => {
    void thief.query("SELECT pg_advisory_lock(1953458290, 2)").then(() => stolen.resolve());
  };
  await using lock = await acquire(database, {
    onTakenByAnother,
    onLost,
    retryPolicy: { nextDelayMs: () => 50 },
  });
  await cut(database);
  await stolen.promise;
  await expect(taken.promise).resolves.toContain("Another Together (thief)");
  await lock.close();
  expect(reportCount).toBe(1);
  await thief.end();
});

test("after a long loss our own old session, which the server still takes for alive, is waited for", async () => {
  await using database = await createTestDatabase("empty");
  const failed = Promise.withResolvers<void>();
  const regained = Promise.withResolvers<void>();
  const onTakenByAnother = vi.fn<(sentence: string) => void>();
  let losses = 0;
  await using _lock = await acquire(database, {
    onTakenByAnother,
    onRegained: () => regained.resolve(),
    onLost: () => {
      losses += 1;
      // Far more often than it would bear to be told that another has it.
      if (losses === 30) failed.resolve();
    },
    retryPolicy: { nextDelayMs: () => 20 },
  });
  const cutting = await cutDatabase({ database });
  await failed.promise;
  const old = await connectAsAdmin(database);
  await old.query("SELECT pg_advisory_lock(1953458290, 2)");
  await cutting[Symbol.asyncDispose]();
  await vi.waitFor(async () => {
    const { rowCount } = await old.query(
      "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'together % on %'",
    );
    expect(rowCount).toBeGreaterThan(0);
  });
  await old.end();
  await regained.promise;
  expect(onTakenByAnother).not.toHaveBeenCalled();
});

test("a database that is silent, without closing anything, is lost, and regained when it answers", async () => {
  await using database = await createTestDatabase("empty");
  const url = new URL(database.connectionString);
  await using network = await createCuttableNetwork(Number(url.port));
  url.port = new URL(network.url).port;
  const lost = Promise.withResolvers<void>();
  const regained = Promise.withResolvers<void>();
  await using _lock = await acquire(database, {
    connectionString: url.href,
    onLost: () => lost.resolve(),
    onRegained: () => regained.resolve(),
    heartbeatMs: 20,
  });
  network.cut();
  await lost.promise;
  network.mend();
  await regained.promise;
  expect(await holderPids(database)).toHaveLength(1);
});

test("closing while the connection is lost ends the tries", async () => {
  await using database = await createTestDatabase("empty");
  const lost = Promise.withResolvers<void>();
  await using lock = await acquire(database, {
    onLost: () => lost.resolve(),
    retryPolicy: { nextDelayMs: () => 60_000 },
  });
  await cut(database);
  await lost.promise;
  await lock.close();
  await wait(0);
  await expect(holderPids(database)).resolves.toEqual([]);
});
