/** The disk of the database that came with Together fills up under load, once so that PostgreSQL itself ends. As root, on Linux. */
import { execFile } from "node:child_process";
import { mkdir, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { Client } from "pg";
import { findPostmaster } from "#server/database/embedded/processes.ts";
import { readOrCreateSecret } from "#server/kernel/secrets.ts";
import { readHistory } from "#tests/support/reader.ts";
import { startProgram } from "#tests/support/server-process.ts";
import type { FaultLine, FaultOptions } from "./fault-line.ts";
import { HealthWatch } from "./health-watch.ts";
import { latencyLines, openStage, type Stage, until } from "./stage.ts";

const run = promisify(execFile);
const calmMs = 3_000;
/** A new cluster takes some 45 MB, and its log may grow meanwhile. */
const diskMb = 256;
const blockBytes = 64 * 1024;
const answeredWithinMs = 7_000;
/** A revival every 2 s, and what the recovery takes. */
const backWithinMs = 15_000;
/** So long that a table soon needs another block. */
const textLength = 3_900;

/** A file system in memory, of that size. */
const mountDisk = async (): Promise<{ directory: string } & AsyncDisposable> => {
  const directory = join(tmpdir(), `together-disk-${process.pid}`);
  await mkdir(directory);
  await run("mount", ["-t", "tmpfs", "-o", `size=${diskMb}m,mode=0755`, "tmpfs", directory]);
  return {
    directory,
    async [Symbol.asyncDispose]() {
      await run("umount", ["--lazy", directory]);
      await rm(directory, { recursive: true, force: true });
    },
  };
};

/** Takes all room that is left, and what becomes free later too. */
const fill = (path: string): AsyncDisposable => {
  const stop = new AbortController();
  const filling = (async () => {
    const file = await open(path, "w");
    const block = Buffer.alloc(blockBytes);
    while (!stop.signal.aborted) {
      const isWritten = await file.write(block).then(
        () => true,
        () => false,
      );
      if (!isWritten) await wait(50);
    }
    await file.close();
    await rm(path);
  })();
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await filling;
    },
  };
};

/** Makes PostgreSQL need a new file of its log at once; it ends when it cannot have one. */
const needLog = async (dataDirectory: string): Promise<void> => {
  const port = (await findPostmaster(join(dataDirectory, "postgres")))?.port ?? 0;
  const password = await readOrCreateSecret(dataDirectory, "postgres-password");
  const client = new Client({ host: "127.0.0.1", port, user: "postgres", password, database: "postgres" });
  client.on("error", () => undefined);
  try {
    await client.connect();
    for (let count = 0; count < 20; count += 1) {
      await client.query("SELECT pg_logical_emit_message(true, 'fault', repeat('x', 1000000))");
      await client.query("SELECT pg_switch_wal()");
    }
  } catch {
    // It has ended: that is what was wanted.
  } finally {
    await client.end().catch(() => undefined);
  }
};

interface Setting {
  name: string;
  directory: string;
  url: string;
  lengthMs: number;
  /** By the server. */
  said: () => readonly string[];
  meanwhile?: () => Promise<void>;
}

const suffer = async (stage: Stage, setting: Setting): Promise<FaultLine[]> => {
  const { name, directory, url, lengthMs, meanwhile } = setting;
  using health = new HealthWatch(url);
  const beganMs = performance.now();
  let readings = 0;
  {
    await using _filled = fill(join(directory, "filling"));
    await until("a send is refused", () =>
      stage.answers().some(({ startedMs, outcome }) => startedMs >= beganMs && outcome !== "sent"),
    );
    await meanwhile?.();
    const [user] = stage.users;
    const endMs = performance.now() + lengthMs;
    while (performance.now() < endMs) {
      const isRead = user && (await readHistory(user.client, stage.channelIds).catch(() => undefined));
      if (isRead) readings += 1;
      await wait(200);
    }
  }
  const endedMs = performance.now();
  const isFirst = ({ startedMs, outcome }: { startedMs: number; outcome: string }): boolean =>
    startedMs >= endedMs && outcome === "sent";
  await until("a message is acknowledged again", () => stage.answers().some(isFirst)).catch(
    (error: unknown) => {
      console.error(setting.said().join("\n"));
      throw error;
    },
  );
  const backMs = performance.now() - endedMs;
  await wait(calmMs);
  const refused = stage
    .answers()
    .filter(({ startedMs, outcome }) => startedMs >= beganMs && outcome !== "sent");
  return [
    ...latencyLines(`${name}: from a send to its refusal`, refused, { atMost: answeredWithinMs }),
    { what: `${name}: refused with UNAVAILABLE`, unit: "sends", figure: refused.length },
    {
      what: `${name}: refused otherwise`,
      unit: "sends",
      figure: refused.filter(({ outcome }) => outcome !== "UNAVAILABLE").length,
      promise: { atMost: 0 },
    },
    { what: `${name}: whole histories read meanwhile`, unit: "times", figure: readings },
    {
      what: `${name}: from room on the disk to the first acknowledged send`,
      unit: "ms",
      figure: backMs,
      promise: { atMost: backWithinMs },
    },
    ...health.lines(name),
  ];
};

export async function* diskFull({ isQuick }: FaultOptions): AsyncGenerator<FaultLine> {
  await using disk = await mountDisk();
  const { directory } = disk;
  const dataDirectory = join(directory, "data");
  await using server = await startProgram({ DATABASE_URL: "", DATA_DIR: dataDirectory });
  await using stage = await openStage(server, { textLength });
  const { url, pid } = server;
  await wait(calmMs);
  const setting = { directory, url, lengthMs: isQuick ? 2_000 : 15_000, said: () => server.said };
  yield* await suffer(stage, { ...setting, name: "full" });
  yield* await suffer(stage, {
    ...setting,
    name: "full, and PostgreSQL ended",
    meanwhile: () => needLog(dataDirectory),
  });
  const losses = stage.readers.reduce((sum, { lossCount }) => sum + lossCount, 0);
  yield { what: "sockets closed", unit: "sockets", figure: losses, promise: { atMost: 0 } };
  yield* await stage.compare("both");
  const hasEnded = server.pid !== pid || !server.isRunning;
  yield { what: "server restarts", unit: "restarts", figure: hasEnded ? 1 : 0, promise: { atMost: 0 } };
}
