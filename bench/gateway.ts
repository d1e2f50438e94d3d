/** One event to many sockets, against a loop over bare WebSockets and against a stock tRPC subscription in the same run. */
import postgres from "#tests/support/postgres.global.ts";
import { createTestDatabase } from "#tests/support/postgres.ts";
import type { BenchLine, BenchOptions } from "./bench-line.ts";
import { FanOut, receivers } from "./gateway/fan-out.ts";
import type { SideName } from "./gateway/sides.ts";
import { percentile } from "#tests/support/statistics.ts";

const names = ["together", "bareWs", "stockTrpc"] as const satisfies readonly SideName[];
type Sides = Record<SideName, FanOut>;

const throughput = { full: { rounds: 10, batches: 3 }, quick: { rounds: 3, batches: 1 } };
/** Few enough to lie in the sockets' buffers when the readers are slow, so that nobody is closed for it. */
const eventsInBatch = 20;
/** Few enough again: most of the sockets are not read meanwhile. */
const latency = { full: { rounds: 15, events: 20 }, quick: { rounds: 2, events: 20 } };
const everyMs = 50;

/** Deliveries per second of CPU, the sides in turns, so that a machine that gets busier or cooler is unfair to none. */
const measureThroughput = async (
  sides: Sides,
  { rounds, batches }: { rounds: number; batches: number },
  perTurn: number,
): Promise<Record<SideName, number>> => {
  const cpuMs = { together: 0, bareWs: 0, stockTrpc: 0 };
  const publishing = { events: eventsInBatch, perTurn, everyMs: 0 };
  // The first round is for the compiler.
  for (let round = -1; round < rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const side = sides[name];
      const before = await side.cpuMs();
      for (let batch = 0; batch < batches; batch += 1) await side.publish(publishing);
      if (round >= 0) cpuMs[name] += (await side.cpuMs()) - before;
    }
  }
  const deliveries = rounds * batches * eventsInBatch * receivers;
  const perSecond = (name: SideName): number => deliveries / (cpuMs[name] / 1_000);
  return {
    together: perSecond("together"),
    bareWs: perSecond("bareWs"),
    stockTrpc: perSecond("stockTrpc"),
  };
};

const throughputLines = (
  how: string,
  perSecond: Record<SideName, number>,
  hasGoals: boolean,
): BenchLine[] => {
  const what = `deliveries per second of the server's CPU, ${how}`;
  const line = (name: string, figure: number, atLeast: number): BenchLine => ({
    what,
    unit: "deliveries",
    ours: perSecond.together,
    baseline: { name, figure },
    goal: hasGoals ? { of: "ratio", atLeast } : undefined,
  });
  return [
    line("a loop over bare ws", perSecond.bareWs, 1.2),
    line("a stock tRPC subscription", perSecond.stockTrpc, 3),
  ];
};

/** From the append to each receiver's socket. */
const measureLatency = async (
  sides: Sides,
  { rounds, events }: { rounds: number; events: number },
): Promise<BenchLine[]> => {
  const delaysMs: Record<SideName, number[]> = { together: [], bareWs: [], stockTrpc: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const waits = await sides[name].time({ events, perTurn: 1, everyMs });
      delaysMs[name].push(...waits.flat());
    }
  }
  const lines = [
    { name: "p50", share: 0.5, goal: { of: "ours", atMost: 3 } },
    { name: "p99", share: 0.99, goal: { of: "ours", atMost: 10 } },
  ] as const;
  return lines.flatMap(({ name, share, goal }) =>
    (
      [
        ["a loop over bare ws", "bareWs", goal],
        ["a stock tRPC subscription", "stockTrpc", undefined],
      ] as const
    ).map(([baseline, side, wanted]) => ({
      what: `from the append to each of ${receivers} sockets, 20 messages a second, ${name}`,
      unit: "ms",
      ours: percentile(delaysMs.together, share),
      baseline: { name: baseline, figure: percentile(delaysMs[side], share) },
      goal: wanted,
    })),
  );
};

export async function* benchGateway({ isQuick }: BenchOptions): AsyncGenerator<BenchLine> {
  const size = isQuick ? "quick" : "full";
  const stop = await postgres();
  try {
    await using database = await createTestDatabase();
    using stack = new DisposableStack();
    const open = async (name: SideName): Promise<FanOut> =>
      stack.use(await FanOut.open(name, database.connectionString));
    const sides: Sides = {
      together: await open("together"),
      bareWs: await open("bareWs"),
      stockTrpc: await open("stockTrpc"),
    };
    yield* throughputLines("one event at a time", await measureThroughput(sides, throughput[size], 1), true);
    yield* throughputLines("ten in a turn", await measureThroughput(sides, throughput[size], 10), false);
    yield* await measureLatency(sides, latency[size]);
  } finally {
    await stop();
  }
}
