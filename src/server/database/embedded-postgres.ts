/**
 * PostgreSQL without anyone installing it: a server of our own from npm's binaries, its cluster in the data directory. It
 * owns that cluster and its process, from the first start to the clean stop.
 * - It outlives Together when that is killed. The next start takes the cluster over: it stops what still runs and starts
 *   it anew, so that what runs is what this version started. A cluster that another living Together uses is refused.
 * - It never ends with the terminal's Ctrl+C: Together still needs it to finish.
 * - A server that died under us is started again, on the same port, and as often as it takes.
 */
import { mkdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { escapeIdentifier, escapeLiteral } from "pg";
import { type Logger, silentLogger } from "../kernel/logger.ts";
import { readOrCreateSecret } from "../kernel/secrets.ts";
import { connect } from "./connection.ts";
import { findAccount } from "./embedded/account.ts";
import { getBinaries } from "./embedded/binaries.ts";
import {
  adminRole,
  type Cluster,
  clusterExists,
  ensureCluster,
  requireSameVersion,
} from "./embedded/cluster.ts";
import { findPostmaster, type Postmaster } from "./embedded/processes.ts";
import { findSettledPostmaster, startServer, stopServer } from "./embedded/server.ts";
import { DatabaseStartError } from "./errors.ts";
import { acquireInstanceLock, type InstanceLock } from "./instance-lock.ts";

export interface EmbeddedPostgresOptions {
  /** Its `postgres` directory becomes the cluster's. */
  dataDirectory: string;
  logger?: Logger;
  /** A line for the operator about what takes a while. */
  onProgress?: (line: string) => void;
  /** Settings of the server, over the cluster's own: tests trade safety for speed. */
  settings?: Readonly<Record<string, string>>;
}

/** Owns the database and nothing else: a query that someone smuggled in cannot read files or start programs. */
const appRole = "together";
const appDatabase = "together";

const getUrl = (
  cluster: Pick<Cluster, "password">,
  port: number,
  [role, database]: readonly [string, string],
): string => `postgresql://${role}:${cluster.password}@127.0.0.1:${port}/${database}`;

/** On one machine a killed process's sessions end at once, unless a query is just under way. */
const lockGraceMs = 2_000;

/** A start that fails is work for a machine in trouble, and a line in the log. */
const revivalPauseMs = 2_000;

const asAdmin = [adminRole, "postgres"] as const;

export class EmbeddedPostgres {
  /** Of the role that owns the database `together`. */
  readonly connectionString: string;
  /** Of the role with every right: backups, and the databases of tests. */
  readonly adminConnectionString: string;
  readonly #cluster: Cluster;
  readonly #postmaster: Postmaster;
  readonly #options: EmbeddedPostgresOptions;
  readonly #logger: Logger;
  #lock: InstanceLock | undefined;
  #reviving: Promise<void> | undefined;
  #nextRevivalMs = 0;
  #stopping: Promise<void> | undefined;

  private constructor(cluster: Cluster, postmaster: Postmaster, options: EmbeddedPostgresOptions) {
    this.#cluster = cluster;
    this.#postmaster = postmaster;
    this.#options = options;
    this.#logger = options.logger ?? silentLogger;
    this.connectionString = getUrl(cluster, postmaster.port, [appRole, appDatabase]);
    this.adminConnectionString = getUrl(cluster, postmaster.port, asAdmin);
  }

  /**
   * Resolves when the database takes queries.
   * @throws DatabaseStartError with a sentence about what is in the way
   */
  static async start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    const cluster = await prepareCluster(options);
    await releaseCluster(cluster, options);
    const postmaster = await startServer(cluster, { settings: options.settings ?? {} });
    const server = new EmbeddedPostgres(cluster, postmaster, options);
    // A server that cannot be used is left running: it may be the one of a Together that was a moment faster.
    await server.#acquireLock();
    try {
      await ensureAppDatabase(server.adminConnectionString, cluster.password);
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** Ends every session, and the server. Later calls wait for the first. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    await this.#reviving;
    // Before the server: the loss of the lock would be taken for a crash.
    await this.#lock?.close();
    await stopServer(this.#cluster);
  }

  async #acquireLock(): Promise<void> {
    this.#lock = await acquireInstanceLock({
      connectionString: this.adminConnectionString,
      logger: this.#logger,
      graceMs: lockGraceMs,
      onLost: () => this.#revive(),
      // Two that revive one cluster get the same server. Whom the application's own lock goes to decides.
      onTakenByAnother: () => undefined,
    });
  }

  /** Asked again by each try for the lock that fails: room on a full disk is made while nobody watches. */
  #revive(): void {
    if (this.#reviving || performance.now() < this.#nextRevivalMs) return;
    this.#reviving = this.#restart()
      .catch((error: unknown) =>
        this.#logger.error({ error: String(error) }, "PostgreSQL does not start again"),
      )
      .finally(() => {
        this.#nextRevivalMs = performance.now() + revivalPauseMs;
        this.#reviving = undefined;
      });
  }

  async #restart(): Promise<void> {
    // PostgreSQL mends itself when one of its processes dies; only the first one's end is ours to mend.
    if (this.#stopping || (await findPostmaster(this.#cluster.directory))) return;
    this.#logger.warn({}, "PostgreSQL ended unexpectedly; starting it again");
    const { port } = this.#postmaster;
    await startServer(this.#cluster, { port, settings: this.#options.settings ?? {} });
  }
}

/** The image goes without its files. */
export const isEmbeddedInstalled = (): Promise<boolean> =>
  getBinaries().then(
    () => true,
    () => false,
  );

const clusterDirectoryOf = (dataDirectory: string): string => join(resolve(dataDirectory), "postgres");

/**
 * Where the data directory's database is, as its owner reaches it: for what only reads beside a running Together.
 * "stopped" where it does not run, "missing" where there is none.
 */
export const findEmbedded = async (
  dataDirectory: string,
): Promise<{ connectionString: string } | "stopped" | "missing"> => {
  const directory = clusterDirectoryOf(dataDirectory);
  if (!(await clusterExists(directory))) return "missing";
  const postmaster = await findSettledPostmaster({ directory });
  if (postmaster === undefined) return "stopped";
  const password = await readPassword(resolve(dataDirectory), true);
  return { connectionString: getUrl({ password }, postmaster.port, [appRole, appDatabase]) };
};

const prepareCluster = async (options: EmbeddedPostgresOptions): Promise<Cluster> => {
  const dataDirectory = resolve(options.dataDirectory);
  const directory = clusterDirectoryOf(dataDirectory);
  const binaries = await getBinaries();
  await makeDirectory(dataDirectory);
  const account = await findAccount({ binaries, dataDirectory, clusterDirectory: directory });
  const password = await readPassword(dataDirectory, await clusterExists(directory));
  const cluster = { directory, dataDirectory, binaries, account, password };
  await ensureCluster(cluster, options.onProgress);
  await requireSameVersion(cluster);
  return cluster;
};

const makeDirectory = async (path: string): Promise<void> => {
  await mkdir(path, { recursive: true }).catch((error: unknown) => {
    throw new DatabaseStartError(`The data directory ${path} cannot be made: ${String(error)}`, {
      cause: error,
    });
  });
};

const passwordName = "postgres-password";

const readPassword = async (dataDirectory: string, isInUse: boolean): Promise<string> => {
  const path = join(dataDirectory, "secrets", passwordName);
  // A new one would not fit the cluster.
  if (isInUse && !(await stat(path).catch(() => undefined))) {
    throw new DatabaseStartError(
      `The database's password, ${path}, is missing. Restore it from your backup.`,
    );
  }
  return readOrCreateSecret(dataDirectory, passwordName);
};

/** Stops the server that an earlier Together, which was killed, has left running. */
const releaseCluster = async (cluster: Cluster, options: EmbeddedPostgresOptions): Promise<void> => {
  const postmaster = await findSettledPostmaster(cluster);
  if (postmaster === undefined) return;
  const lock = await acquireInstanceLock({
    connectionString: getUrl(cluster, postmaster.port, asAdmin),
    logger: silentLogger,
    graceMs: lockGraceMs,
    onTakenByAnother: () => undefined,
  });
  await lock.close();
  options.logger?.info(
    { pid: postmaster.pid },
    "taking over the database of a Together that did not stop cleanly",
  );
  await stopServer(cluster);
};

const ensureAppDatabase = async (adminConnectionString: string, password: string): Promise<void> => {
  const client = await connect(adminConnectionString, "together-setup");
  try {
    const role = await client.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [appRole]);
    if (role.rowCount === 0) {
      await client.query(
        `CREATE ROLE ${escapeIdentifier(appRole)} LOGIN PASSWORD ${escapeLiteral(password)}`,
      );
    }
    const database = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [appDatabase]);
    if (database.rowCount === 0) {
      await client.query(
        `CREATE DATABASE ${escapeIdentifier(appDatabase)} OWNER ${escapeIdentifier(appRole)}`,
      );
    }
  } finally {
    await client.end();
  }
};
