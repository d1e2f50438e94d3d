/** The server is stopped in order (SIGTERM) under load and started again: GW15. */
import { setTimeout as wait } from "node:timers/promises";
import { startOwnPostgres } from "#tests/support/own-postgres.ts";
import { type ServerProgram, startProgram } from "#tests/support/server-process.ts";
import type { FaultLine, FaultOptions } from "./fault-line.ts";
import { openStage, type Stage, until } from "./stage.ts";

const stoppedWithinMs = 10_000;
/** Two seconds, and what a busy machine adds. */
const spreadWithinMs = 3_500;
/** The library tries again every half second; on a busy machine all else takes longer. */
const liveWithinMs = 20_000;
const longestLifeMs = 1_500;

interface Round {
  stopMs: number;
  exitCode: number | null;
  /** From the first socket that was sent away to the last. */
  spreadMs: number;
  liveMs: number;
}

const restartOnce = async (server: ServerProgram, { readers }: Stage): Promise<Round> => {
  await wait(Math.random() * longestLifeMs);
  const stoppingMs = performance.now();
  const exitCode = await server.stop();
  const stoppedMs = performance.now();
  await until("everybody was sent away", () => readers.every(({ lostAtMs }) => lostAtMs > stoppingMs));
  const lostMs = readers.map(({ lostAtMs }) => lostAtMs);
  await server.start();
  const readyMs = performance.now();
  await until("everybody reads again", () =>
    readers.every(({ isLive, liveSinceMs, lostAtMs }) => isLive && liveSinceMs > lostAtMs),
  );
  const liveMs = Math.max(...readers.map(({ liveSinceMs }) => liveSinceMs)) - readyMs;
  return {
    stopMs: stoppedMs - stoppingMs,
    exitCode,
    spreadMs: Math.max(...lostMs) - Math.min(...lostMs),
    liveMs: Math.max(0, liveMs),
  };
};

export async function* restart({ isQuick }: FaultOptions): AsyncGenerator<FaultLine> {
  await using postgres = await startOwnPostgres("restart");
  await using server = await startProgram({ DATABASE_URL: postgres.connectionString });
  await using stage = await openStage(server);
  const rounds: Round[] = [];
  for (let round = 1; round <= (isQuick ? 2 : 10); round += 1) rounds.push(await restartOnce(server, stage));
  yield { what: "restarts", unit: "restarts", figure: rounds.length };
  yield {
    what: "stops that ended with an error",
    unit: "stops",
    figure: rounds.filter(({ exitCode }) => exitCode !== 0).length,
    promise: { atMost: 0 },
  };
  yield {
    what: "longest stop",
    unit: "ms",
    figure: Math.max(...rounds.map(({ stopMs }) => stopMs)),
    promise: { atMost: stoppedWithinMs },
  };
  yield {
    what: "from the first socket sent away to the last, longest",
    unit: "ms",
    figure: Math.max(...rounds.map(({ spreadMs }) => spreadMs)),
    promise: { atMost: spreadWithinMs },
  };
  yield {
    what: "from ready to the last reader's being live, longest",
    unit: "ms",
    figure: Math.max(...rounds.map(({ liveMs }) => liveMs)),
    promise: { atMost: liveWithinMs },
  };
  yield* await stage.compare("all restarts");
}
