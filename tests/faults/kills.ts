/** The server is killed at random moments under load, every fifth time PostgreSQL with it, and started again. */
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { findPostmaster } from "#server/database/embedded/processes.ts";
import { signalAll } from "#tests/support/own-postgres.ts";
import { readHistory } from "#tests/support/reader.ts";
import { type ServerProgram, startProgram } from "#tests/support/server-process.ts";
import { percentile } from "#tests/support/statistics.ts";
import type { FaultLine, FaultOptions } from "./fault-line.ts";
import { openStage, type Stage, until } from "./stage.ts";

/** The library tries again every half second; on a busy machine all else takes longer. */
const liveWithinMs = 20_000;
const longestLifeMs = 1_500;
/** Also takes the database along. */
const everyNth = 5;

interface Round {
  readyMs: number;
  liveMs: number;
  lost: number;
  withDatabase: boolean;
}

const killDatabase = async (dataDirectory: string): Promise<void> => {
  const postmaster = await findPostmaster(join(dataDirectory, "postgres"));
  if (postmaster) await signalAll(postmaster.pid, "SIGKILL");
};

const killOnce = async (
  server: ServerProgram,
  stage: Stage,
  killOthers: (() => Promise<void>) | undefined,
): Promise<Round> => {
  await wait(Math.random() * longestLifeMs);
  const resyncs = stage.readers.map(({ resyncCount }) => resyncCount);
  const killedMs = performance.now();
  await Promise.all([server.kill(), killOthers?.()]);
  await server.start();
  const readyAtMs = performance.now();
  await until("everybody reads again", () =>
    stage.readers.every(({ isLive, resyncCount }, index) => isLive && resyncCount > (resyncs[index] ?? 0)),
  );
  const liveAtMs = Math.max(...stage.readers.map(({ liveSinceMs }) => liveSinceMs));
  const acknowledged = stage.writers.flatMap((writer) => [...writer.acknowledged.keys()]);
  const [user] = stage.users;
  const stored = new Set(
    user && (await readHistory(user.client, stage.channelIds)).map(({ id }) => String(id)),
  );
  return {
    readyMs: readyAtMs - killedMs,
    liveMs: Math.max(0, liveAtMs - readyAtMs),
    lost: acknowledged.filter((id) => !stored.has(id)).length,
    withDatabase: killOthers !== undefined,
  };
};

const linesOf = (rounds: readonly Round[]): FaultLine[] => {
  const readyMs = rounds.map((round) => round.readyMs);
  const liveMs = rounds.map((round) => round.liveMs);
  return [
    { what: "kills", unit: "kills", figure: rounds.length },
    {
      what: "of them with the database",
      unit: "kills",
      figure: rounds.filter(({ withDatabase }) => withDatabase).length,
    },
    {
      what: "acknowledged and not there after a kill, of all rounds",
      unit: "messages",
      figure: rounds.reduce((sum, { lost }) => sum + lost, 0),
      promise: { atMost: 0 },
    },
    { what: "from the kill to ready, p50", unit: "ms", figure: percentile(readyMs, 0.5) },
    { what: "from the kill to ready, longest", unit: "ms", figure: Math.max(...readyMs) },
    { what: "from ready to the last reader's being live, p50", unit: "ms", figure: percentile(liveMs, 0.5) },
    {
      what: "from ready to the last reader's being live, longest",
      unit: "ms",
      figure: Math.max(...liveMs),
      promise: { atMost: liveWithinMs },
    },
  ];
};

export async function* kills({ isQuick }: FaultOptions): AsyncGenerator<FaultLine> {
  // Not made here: as root the cluster belongs to somebody else.
  const dataDirectory = join(tmpdir(), `together-kills-${process.pid}`);
  await using _directory = {
    [Symbol.asyncDispose]: () => rm(dataDirectory, { recursive: true, force: true }),
  };
  await using server = await startProgram({ DATABASE_URL: "", DATA_DIR: dataDirectory });
  await using stage = await openStage(server);
  const rounds: Round[] = [];
  for (let round = 1; round <= (isQuick ? 5 : 50); round += 1) {
    const killOthers = round % everyNth === 0 ? () => killDatabase(dataDirectory) : undefined;
    rounds.push(await killOnce(server, stage, killOthers));
  }
  yield* linesOf(rounds);
  yield* await stage.compare("all kills");
}
