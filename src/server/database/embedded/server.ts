/** Starts and stops the server of a cluster; all of it with pg_ctl, which does so on every platform. */
import { readFile, stat, truncate } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { DatabaseStartError } from "../errors.ts";
import { type Cluster, explainFailure } from "./cluster.ts";
import { runCommand } from "./command.ts";
import { disarmStalePidFile, findPostmaster, type Postmaster } from "./processes.ts";

/** A recovery after a crash replays at most some hundred megabytes (max_wal_size). */
const startTimeoutSeconds = 120;
const stopTimeoutSeconds = 10;
const killTimeoutSeconds = 5;
const pollMs = 50;
const maxLogBytes = 5 * 1024 * 1024;
const startAttempts = 5;

/** What Together relies on, whatever the cluster's own configuration says. */
const fixedSettings: Record<string, string> = {
  listen_addresses: "127.0.0.1",
  // A path in the data directory can be too long for a socket.
  unix_socket_directories: "",
  logging_collector: "off",
  log_destination: "stderr",
  log_checkpoints: "off",
  // Above ERROR: a statement that failed, and the values in it, are what people wrote. Such errors are logged by Together.
  log_min_messages: "log",
};

export interface ServerStart {
  /** Taken again after a crash, so that the connection string stays true. None: any free one. */
  port?: number;
  settings?: Readonly<Record<string, string>>;
}

const logFile = (cluster: Pick<Cluster, "directory">): string => join(cluster.directory, "server.log");

/** @throws DatabaseStartError with what PostgreSQL said */
export const startServer = async (cluster: Cluster, start: ServerStart = {}): Promise<Postmaster> => {
  let said = "";
  for (let attempt = 1; attempt <= startAttempts; attempt += 1) {
    const running = await findPostmaster(cluster.directory);
    if (running) return running;
    await disarmStalePidFile(cluster.directory);
    said = await tryStart(cluster, start.port ?? (await getFreePort()), start.settings ?? {});
    const started = await findPostmaster(cluster.directory);
    if (started?.isReady) return started;
    // A port that was free a moment ago; and processes of a killed server that are just about to end.
    if (!/Address already in use|shared memory block|lock file "postmaster.pid"/.test(said)) break;
    await wait(pollMs * 2 ** attempt);
  }
  throw new DatabaseStartError(explainFailure(cluster, "be started", said));
};

const tryStart = async (
  cluster: Cluster,
  port: number,
  settings: ServerStart["settings"],
): Promise<string> => {
  const logStart = await trimLog(cluster);
  const all = Object.entries({ ...fixedSettings, ...settings, port: String(port) });
  const { output } = await runCommand(
    [
      cluster.binaries.pg_ctl,
      "start",
      "--wait",
      `--timeout=${startTimeoutSeconds}`,
      `--pgdata=${cluster.directory}`,
      `--log=${logFile(cluster)}`,
      `--options=${all.map(([name, value]) => `-c ${name}=${value}`).join(" ")}`,
    ],
    cluster.account,
  );
  const log = await readFile(logFile(cluster)).catch(() => Buffer.alloc(0));
  return log.subarray(logStart).toString("utf8") || output;
};

/** Resolves to the log's length. */
const trimLog = async (cluster: Cluster): Promise<number> => {
  const sizeBytes = (await stat(logFile(cluster)).catch(() => undefined))?.size ?? 0;
  if (sizeBytes <= maxLogBytes) return sizeBytes;
  await truncate(logFile(cluster));
  return 0;
};

const getFreePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });

/** Waits for a server that is starting, or stopping. None: it has stopped. */
export const findSettledPostmaster = async (
  cluster: Pick<Cluster, "directory">,
): Promise<Postmaster | undefined> => {
  const deadlineMs = performance.now() + startTimeoutSeconds * 1_000;
  while (performance.now() < deadlineMs) {
    const postmaster = await findPostmaster(cluster.directory);
    if (postmaster === undefined || postmaster.isReady) return postmaster;
    await wait(pollMs);
  }
  throw new DatabaseStartError(
    `The PostgreSQL that runs in ${cluster.directory} is neither ready nor stopped; see ${logFile(cluster)}.`,
  );
};

/** Ends sessions and stops; one that does not come to its end is cut off, and recovers at the next start. */
export const stopServer = async (cluster: Cluster): Promise<void> => {
  if (await tryStop(cluster, "fast", stopTimeoutSeconds)) return;
  if (await tryStop(cluster, "immediate", killTimeoutSeconds)) return;
  throw new Error(`PostgreSQL in ${cluster.directory} did not stop`);
};

const tryStop = async (cluster: Cluster, mode: string, timeoutSeconds: number): Promise<boolean> => {
  if ((await findPostmaster(cluster.directory)) === undefined) return true;
  await runCommand(
    [
      cluster.binaries.pg_ctl,
      "stop",
      "--wait",
      `--timeout=${timeoutSeconds}`,
      `--mode=${mode}`,
      `--pgdata=${cluster.directory}`,
    ],
    cluster.account,
  );
  return (await findPostmaster(cluster.directory)) === undefined;
};
