/**
 * The cluster directory: made beside its place and renamed into it, so that it is there complete or not at all.
 */
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseStartError } from "../errors.ts";
import { giveTo } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import { type Account, runCommand } from "./command.ts";
import { isAlive } from "./processes.ts";

export interface Cluster {
  directory: string;
  dataDirectory: string;
  binaries: Binaries;
  account: Account | undefined;
  password: string;
}

/** Has every right; used to set up, and for the lock. */
export const adminRole = "postgres";

const draftPrefix = "postgres.init-";

/** Settings of a new cluster, for a small machine; the operator may change them in its postgresql.conf. */
const initialSettings: Record<string, string> = {
  shared_buffers: "128MB",
  max_connections: "50",
  // Nothing is replicated and nothing is archived: the least that survives a crash.
  wal_level: "minimal",
  max_wal_senders: "0",
  max_wal_size: "256MB",
  // A query on tables of this size costs more to compile than to run.
  jit: "off",
  timezone: "UTC",
  log_timezone: "UTC",
};

export const clusterExists = async (directory: string): Promise<boolean> => {
  const version = await stat(join(directory, "PG_VERSION")).catch(() => undefined);
  return version !== undefined;
};

/** Makes the cluster where there is none. */
export const ensureCluster = async (cluster: Cluster, onProgress?: (line: string) => void): Promise<void> => {
  await removeAbandonedDrafts(cluster.dataDirectory);
  if (await clusterExists(cluster.directory)) return;
  onProgress?.(`Creating the database in ${cluster.directory}`);
  const draft = join(cluster.dataDirectory, `${draftPrefix}${process.pid}`);
  try {
    await initialise(cluster, draft);
    // Fails when another process was faster: then its cluster is the one.
    await rename(join(draft, "cluster"), cluster.directory).catch(async (error: unknown) => {
      if (!(await clusterExists(cluster.directory))) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
};

/** @throws DatabaseStartError when the cluster was made by another major version, whose files these programs cannot read */
export const requireSameVersion = async (cluster: Cluster): Promise<void> => {
  const made = (await readFile(join(cluster.directory, "PG_VERSION"), "utf8")).trim();
  const { output } = await runCommand([cluster.binaries.postgres, "--version"], cluster.account);
  const own = /\(PostgreSQL\) (\d+)/.exec(output)?.[1];
  if (made === own) return;
  throw new DatabaseStartError(
    `The database in ${cluster.directory} was made by PostgreSQL ${made}, and this version of Together brings ` +
      `PostgreSQL ${own}. Start the version of Together that used it last, dump the database there, and load it here.`,
  );
};

const initialise = async (cluster: Cluster, draft: string): Promise<void> => {
  const passwordFile = join(draft, "password");
  await mkdir(join(draft, "cluster"), { recursive: true, mode: 0o700 });
  await writeFile(passwordFile, `${cluster.password}\n`, { mode: 0o600 });
  if (cluster.account) await giveTo(cluster.account, draft);
  const settings = Object.entries(initialSettings).flatMap(([name, value]) => ["--set", `${name}=${value}`]);
  const { exitCode, output } = await runCommand(
    [
      cluster.binaries.initdb,
      `--pgdata=${join(draft, "cluster")}`,
      "--encoding=UTF8",
      // The same order of names on every machine and after every upgrade of its C library.
      "--locale=C",
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      "--data-checksums",
      `--username=${adminRole}`,
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--no-instructions",
      ...settings,
    ],
    cluster.account,
  );
  if (exitCode !== 0) throw new DatabaseStartError(explainFailure(cluster, "be created", output));
};

/** What PostgreSQL said, as a sentence for the operator. */
export const explainFailure = (cluster: Cluster, what: string, output: string): string => {
  const sentence = `The database in ${cluster.directory} could not ${what}`;
  if (/No space left on device|disk quota exceeded/i.test(output)) {
    return `${sentence}: there is no space left on its disk.`;
  }
  if (/Permission denied|Read-only file system/i.test(output)) {
    return `${sentence}: its directory cannot be written. PostgreSQL said: ${lastLines(output)}`;
  }
  if (/error while loading shared libraries|not found \(required by/i.test(output)) {
    return `${sentence}: PostgreSQL does not run on this system. Set DATABASE_URL to one of your own. ${lastLines(output)}`;
  }
  return `${sentence}. PostgreSQL said: ${lastLines(output)}`;
};

const lastLines = (output: string): string => output.trim().split("\n").slice(-8).join("\n");

/** What a start that was killed has left behind. */
const removeAbandonedDrafts = async (dataDirectory: string): Promise<void> => {
  const names = await readdir(dataDirectory);
  for (const name of names.filter((entry) => entry.startsWith(draftPrefix))) {
    const ownerPid = Number(name.slice(draftPrefix.length));
    // Our own number is one of an earlier container's.
    if (ownerPid !== process.pid && isAlive(ownerPid)) continue;
    await rm(join(dataDirectory, name), { recursive: true, force: true });
  }
};
