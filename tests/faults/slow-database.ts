/** Each answer of the database takes 200 ms longer, then 2 s, and then as long as before. */
import { readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { startOwnPostgres } from "#tests/support/own-postgres.ts";
import { startProgram } from "#tests/support/server-process.ts";
import { createSlowNetwork } from "#tests/support/slow-network.ts";
import { percentile } from "#tests/support/statistics.ts";
import type { FaultLine, FaultOptions } from "./fault-line.ts";
import { latencyLines, openStage, type Stage, until } from "./stage.ts";

const calmMs = 3_000;
/** Waiting for a connection, a token's session, the message: what is not answered in that is refused. */
const answeredWithinMs = 20_000;
const recoveredWithinMs = 3_000;
const quickAgainMs = 500;
const maxGrowthMb = 100;

/** Asks for what needs no database, all the time: what it takes longer is the server's own standing still. */
const watchLag = (url: string) => {
  const tookMs: number[] = [];
  const ask = async (): Promise<void> => {
    const startedMs = performance.now();
    await (await fetch(`${url}/api/trpc/nothing.here`)).text();
    tookMs.push(performance.now() - startedMs);
  };
  const timer = setInterval(() => void ask().catch(() => tookMs.push(Number.NaN)), 100);
  return { tookMs, [Symbol.dispose]: () => clearInterval(timer) };
};

const residentMbOf = async (pid: number): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024;
};

const suffer = async (
  stage: Stage,
  { url, name, lengthMs }: { url: string; name: string; lengthMs: number },
): Promise<FaultLine[]> => {
  using lag = watchLag(url);
  const beganMs = performance.now();
  await wait(lengthMs);
  const during = stage.answers().filter(({ startedMs }) => startedMs >= beganMs);
  const refused = during.filter(({ outcome }) => outcome !== "sent");
  return [
    ...latencyLines(`${name}: from a send to its answer`, during, { atMost: answeredWithinMs }),
    { what: `${name}: sends answered`, unit: "sends", figure: during.length, promise: { atLeast: 1 } },
    { what: `${name}: of them refused with UNAVAILABLE`, unit: "sends", figure: refused.length },
    {
      what: `${name}: refused otherwise`,
      unit: "sends",
      figure: refused.filter(({ outcome }) => outcome !== "UNAVAILABLE").length,
      promise: { atMost: 0 },
    },
    {
      what: `${name}: answers that need no database, p99`,
      unit: "ms",
      figure: percentile(lag.tookMs, 0.99),
      promise: { atMost: 500 },
    },
  ];
};

const recover = async (stage: Stage): Promise<FaultLine[]> => {
  const endedMs = performance.now();
  const quick = () =>
    stage
      .answers()
      .filter(({ startedMs, outcome }) => startedMs >= endedMs && outcome === "sent")
      .filter(({ tookMs }) => tookMs < quickAgainMs);
  // Each writer has sent one as it did before.
  await until("sends are quick again", () => quick().length >= stage.writers.length);
  return [
    {
      what: "from the delay's end to each writer's quick send",
      unit: "ms",
      figure: performance.now() - endedMs,
      promise: { atMost: recoveredWithinMs },
    },
  ];
};

export async function* slowDatabase({ isQuick }: FaultOptions): AsyncGenerator<FaultLine> {
  await using postgres = await startOwnPostgres("slow");
  await using network = await createSlowNetwork(postgres.port);
  const address = new URL(postgres.connectionString);
  address.port = String(network.port);
  await using server = await startProgram({ DATABASE_URL: address.href });
  await using stage = await openStage(server);
  const { url, pid = 0 } = server;
  await wait(calmMs);
  const beforeMb = await residentMbOf(pid);
  const lengthMs = isQuick ? 4_000 : 20_000;
  network.delayMs = 200;
  yield* await suffer(stage, { url, name: "200 ms", lengthMs });
  network.delayMs = 2_000;
  yield* await suffer(stage, { url, name: "2 s", lengthMs });
  const growth = (await residentMbOf(pid)) - beforeMb;
  yield { what: "memory that it took", unit: "MB", figure: growth, promise: { atMost: maxGrowthMb } };
  network.delayMs = 0;
  yield* await recover(stage);
  const losses = stage.readers.reduce((sum, { lossCount }) => sum + lossCount, 0);
  yield { what: "sockets closed", unit: "sockets", figure: losses, promise: { atMost: 0 } };
  yield* await stage.compare("both");
}
