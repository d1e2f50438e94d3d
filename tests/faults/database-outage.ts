/** The database is gone for half a minute under load, and comes back: once ended, once standing still without a word. */
import { setTimeout as wait } from "node:timers/promises";
import { startOwnPostgres } from "#tests/support/own-postgres.ts";
import { startProgram } from "#tests/support/server-process.ts";
import type { FaultLine, FaultOptions } from "./fault-line.ts";
import { HealthWatch } from "./health-watch.ts";
import { latencyLines, openStage, type Stage, until } from "./stage.ts";

const calmMs = 3_000;
/** Four beats of the instance lock, and what a busy machine adds. */
const answeredWithinMs = 7_000;
/** The lock's longest wait between two tries, and its connection. */
const backWithinMs = 5_000;

interface Outage {
  name: string;
  lengthMs: number;
  begin: () => Promise<void>;
  end: () => Promise<void>;
}

const suffer = async (stage: Stage, url: string, outage: Outage): Promise<FaultLine[]> => {
  const { name, lengthMs } = outage;
  const lossesBefore = stage.readers.reduce((sum, { lossCount }) => sum + lossCount, 0);
  using health = new HealthWatch(url);
  await outage.begin();
  const beganMs = performance.now();
  await wait(lengthMs);
  const endedMs = performance.now();
  await outage.end();
  const backMs = performance.now();
  const isFirst = ({ startedMs, outcome }: { startedMs: number; outcome: string }): boolean =>
    startedMs >= endedMs && outcome === "sent";
  await until("a message is acknowledged again", () => stage.answers().some(isFirst));
  const againMs = Math.min(
    ...stage
      .answers()
      .filter(isFirst)
      .map(({ startedMs, tookMs }) => startedMs + tookMs),
  );
  await wait(calmMs);
  const refused = stage
    .answers()
    .filter(({ startedMs, outcome }) => startedMs >= beganMs && startedMs < endedMs && outcome !== "sent");
  const losses = stage.readers.reduce((sum, { lossCount }) => sum + lossCount, 0) - lossesBefore;
  return [
    { what: `${name}: gone for`, unit: "s", figure: (backMs - beganMs) / 1_000 },
    ...latencyLines(`${name}: from a send to UNAVAILABLE`, refused, { atMost: answeredWithinMs }),
    {
      what: `${name}: sends that were refused otherwise`,
      unit: "sends",
      figure: refused.filter(({ outcome }) => outcome !== "UNAVAILABLE").length,
      promise: { atMost: 0 },
    },
    { what: `${name}: sockets closed`, unit: "sockets", figure: losses, promise: { atMost: 0 } },
    {
      what: `${name}: from its return to the first acknowledged send`,
      unit: "ms",
      figure: Math.max(0, againMs - backMs),
      promise: { atMost: backWithinMs },
    },
    ...health.lines(name),
  ];
};

export async function* databaseOutage({ isQuick }: FaultOptions): AsyncGenerator<FaultLine> {
  await using postgres = await startOwnPostgres("outage");
  await using server = await startProgram({ DATABASE_URL: postgres.connectionString });
  await using stage = await openStage(server);
  const { pid } = server;
  await wait(calmMs);
  const lengthMs = isQuick ? 6_000 : 30_000;
  yield* await suffer(stage, server.url, {
    ...{ name: "stopped", lengthMs },
    begin: () => postgres.crash(),
    end: () => postgres.start(),
  });
  yield* await suffer(stage, server.url, {
    ...{ name: "frozen", lengthMs },
    begin: () => postgres.freeze(),
    end: () => postgres.thaw(),
  });
  yield* await stage.compare("both");
  const hasEnded = server.pid !== pid || !server.isRunning;
  yield {
    what: "server restarts",
    unit: "restarts",
    figure: hasEnded ? 1 : 0,
    promise: { atMost: 0 },
  };
}
