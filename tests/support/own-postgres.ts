/** A PostgreSQL that nobody looks after: it can be killed, or stand still, and stays so until the test wants it back. */
import { readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { EmbeddedPostgres } from "#server/database/embedded-postgres.ts";
import { findAccount } from "#server/database/embedded/account.ts";
import { getBinaries } from "#server/database/embedded/binaries.ts";
import { findPostmaster } from "#server/database/embedded/processes.ts";
import { startServer, stopServer } from "#server/database/embedded/server.ts";

export interface OwnPostgres extends AsyncDisposable {
  /** Of the role that owns the empty database. */
  connectionString: string;
  port: number;
  /** At once, as after a crash; resolves when it has ended. */
  crash(): Promise<void>;
  /** Resolves when it takes queries. */
  start(): Promise<void>;
  /** All of its processes stand still: whoever asks is neither answered nor refused. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
}

const pollMs = 20;

const childrenOf = async (pid: number): Promise<number[]> => {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text.split(" ").filter(Boolean).map(Number);
};

/** A server and its processes. */
export const signalAll = async (pid: number, signal: NodeJS.Signals): Promise<void> => {
  // The first one before its children: it must not make more of them meanwhile.
  process.kill(pid, signal);
  for (const child of await childrenOf(pid)) {
    try {
      process.kill(child, signal);
    } catch {
      // It has ended by itself.
    }
  }
};

export const startOwnPostgres = async (name: string): Promise<OwnPostgres> => {
  // Not made here: as root the cluster belongs to somebody else.
  const dataDirectory = join(tmpdir(), `together-${name}-${process.pid}`);
  const first = await EmbeddedPostgres.start({ dataDirectory });
  await first.stop();
  const { connectionString } = first;
  const directory = join(dataDirectory, "postgres");
  const binaries = await getBinaries();
  const account = await findAccount({ binaries, dataDirectory, clusterDirectory: directory });
  const cluster = {
    ...{ directory, dataDirectory, binaries, account },
    password: new URL(connectionString).password,
  };
  const port = Number(new URL(connectionString).port);
  let { pid } = await startServer(cluster, { port });
  return {
    connectionString,
    port,
    async crash() {
      process.kill(pid, "SIGQUIT");
      while (await findPostmaster(directory)) await wait(pollMs);
    },
    async start() {
      ({ pid } = await startServer(cluster, { port }));
    },
    freeze: () => signalAll(pid, "SIGSTOP"),
    thaw: () => signalAll(pid, "SIGCONT"),
    async [Symbol.asyncDispose]() {
      await signalAll(pid, "SIGCONT").catch(() => undefined);
      await stopServer(cluster);
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
};
