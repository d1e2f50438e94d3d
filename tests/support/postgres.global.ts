/**
 * Once per run: a PostgreSQL of its own in a temporary directory (or the one of TEST_DATABASE_URL, whose user may create
 * databases), and in it the migrated template. Projects that share a run share it.
 */
import { readdir, rm } from "node:fs/promises";
import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Client, escapeIdentifier } from "pg";
import { EmbeddedPostgres } from "#server/database/embedded-postgres.ts";
import { findPostmaster, isAlive } from "#server/database/embedded/processes.ts";
import { runMigrations } from "#server/database/migrate.ts";
import { environmentNames } from "./postgres.ts";

interface TestServer {
  adminUrl: string;
  ownerUrl: string;
  stop(): Promise<void>;
}

const directoryPrefix = "together-test-postgres-";
const migrationsDirectory = resolve(import.meta.dirname, "../../drizzle");

/** Nothing here has to survive a power cut. */
const fastSettings = {
  fsync: "off",
  full_page_writes: "off",
  synchronous_commit: "off",
  autovacuum: "off",
  max_connections: "100",
};

export default async function setUp(): Promise<() => Promise<void>> {
  // Another project of this run was first. All are torn down at the end of the run, when none needs it any more.
  if (process.env[environmentNames.template]) return async () => undefined;
  const template = `together_template_${process.pid}`;
  process.env[environmentNames.template] = template;
  const server = await startServer();
  process.env[environmentNames.adminUrl] = server.adminUrl;
  process.env[environmentNames.ownerUrl] = server.ownerUrl;
  await makeTemplate(server, template);
  return async () => {
    await run(server.adminUrl, `DROP DATABASE IF EXISTS ${escapeIdentifier(template)} WITH (FORCE)`);
    await server.stop();
    for (const name of Object.values(environmentNames)) delete process.env[name];
  };
}

const startServer = async (): Promise<TestServer> => {
  const own = process.env["TEST_DATABASE_URL"];
  if (own) return { adminUrl: own, ownerUrl: own, stop: async () => undefined };
  await removeAbandoned();
  const dataDirectory = join(tmpdir(), `${directoryPrefix}${process.pid}`);
  const postgres = await EmbeddedPostgres.start({ dataDirectory, settings: fastSettings });
  const stopNow = (): void => abandon(dataDirectory);
  // An interrupted run ends without tearing down.
  process.once("exit", stopNow);
  return {
    adminUrl: postgres.adminConnectionString,
    ownerUrl: postgres.connectionString,
    stop: async () => {
      await postgres.stop();
      await rm(dataDirectory, { recursive: true, force: true });
      process.off("exit", stopNow);
    },
  };
};

const makeTemplate = async ({ adminUrl, ownerUrl }: TestServer, template: string): Promise<void> => {
  const url = new URL(ownerUrl);
  const owner = escapeIdentifier(url.username);
  await run(adminUrl, `CREATE DATABASE ${escapeIdentifier(template)} OWNER ${owner} TEMPLATE template0`);
  url.pathname = template;
  await runMigrations({ connectionString: url.href, directory: migrationsDirectory });
};

const run = async (connectionString: string, statement: string): Promise<void> => {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
};

/** An exit handler has no later: it can only spin. What is left after that, the next run removes. */
const abandon = (dataDirectory: string): void => {
  try {
    const pid = Number.parseInt(readFileSync(join(dataDirectory, "postgres", "postmaster.pid"), "utf8"), 10);
    process.kill(pid, "SIGQUIT");
    const deadlineMs = Date.now() + 1_000;
    while (isAlive(pid) && Date.now() < deadlineMs);
    rmSync(dataDirectory, { recursive: true, force: true, maxRetries: 5 });
  } catch {
    // It has gone already, or the next run finds it.
  }
};

/** Clusters of runs that were killed. */
const removeAbandoned = async (): Promise<void> => {
  const names = await readdir(tmpdir());
  for (const name of names.filter((entry) => entry.startsWith(directoryPrefix))) {
    if (isAlive(Number(name.slice(directoryPrefix.length)))) continue;
    const directory = join(tmpdir(), name);
    await kill(join(directory, "postgres"));
    await rm(directory, { recursive: true, force: true });
  }
};

const kill = async (cluster: string): Promise<void> => {
  const postmaster = await findPostmaster(cluster);
  if (postmaster === undefined) return;
  process.kill(postmaster.pid, "SIGQUIT");
  while (await findPostmaster(cluster)) await wait(20);
};
