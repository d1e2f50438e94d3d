/** What people who just talk notice of somebody who floods the server, one way after the other. */
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { type ServerProcess, startServerProcess } from "#tests/support/server-process.ts";
import type { BenchLine, BenchOptions } from "./bench-line.ts";
import { Child } from "./gateway/asking.ts";
import { floodKinds } from "./load/flood-child.ts";
import { type FloodOrder, Outcome } from "./load/flood.ts";
import { Heard, type Opening } from "./load/members-child.ts";
import { type Account, makeWorld, type World } from "./load/world.ts";
import { type Costs, costsOf, watched } from "./load/server-costs.ts";
import { cpuMsOf } from "./messages/cpu.ts";
import { startDurablePostgres } from "./messages/durable-postgres.ts";
import { asStarted } from "./messages/sending.ts";
import { percentile } from "#tests/support/statistics.ts";

const members = 50;
const perSecond = 50;
/** The flooders are those of one flood. */
const sizes = {
  full: {
    flooders: 10,
    rounds: 3,
    calmMs: 5_000,
    floodMs: 9_000,
    warmUpMs: 5_000,
    settleMs: 20_000,
    messages: 50_000,
  },
  quick: {
    flooders: 1,
    rounds: 1,
    calmMs: 300,
    floodMs: 700,
    warmUpMs: 500,
    settleMs: 250,
    messages: 5_000,
  },
};
/** Nothing is set: limits are what they are for everybody. */
const defaultLimits = {
  RATE_LIMIT_REQUESTS_PER_MINUTE: "",
  RATE_LIMIT_AUTH_PER_MINUTE: "",
  RATE_LIMIT_SOCKETS_PER_ADDRESS: "",
  RATE_LIMIT_SOCKET_MESSAGES_PER_MINUTE: "",
};

const settleStepMs = 250;
/** Of a core; what the server does with nothing to do is far less. */
const busyShare = 0.1;

/** Until what a flood has left behind is done, or so long. */
const settle = async ({ pid = 0 }: ServerProcess, longestMs: number): Promise<void> => {
  const endMs = performance.now() + longestMs;
  let isBusy = true;
  while (isBusy && performance.now() < endMs) {
    const before = await cpuMsOf(pid);
    await wait(settleStepMs);
    isBusy = (await cpuMsOf(pid)) - before > settleStepMs * busyShare;
  }
};

const describeCosts = ({ serverShare, postgresShare, loop }: Costs): string =>
  `CPU of the server ${serverShare.toFixed(2)}, of PostgreSQL ${postgresShare.toFixed(2)}; its loop held up p50 ${loop.p50.toFixed(1)}, p99 ${loop.p99.toFixed(1)}, at most ${loop.max.toFixed(0)} ms (a collection ${loop.longestCollectionMs.toFixed(0)})`;

const describe = ({ answersMs, receiptsMs }: Heard): string =>
  [answersMs, receiptsMs]
    .map((figures) => [0.5, 0.99].map((share) => percentile(figures, share).toFixed(1)).join("/"))
    .join(" and ");

/** The middle one of all stretches: a disk or a neighbour that holds everything up for a moment spoils one of them. */
const middleP99 = (stretches: readonly Heard[], figures: "answersMs" | "receiptsMs"): number =>
  percentile(
    stretches.map((heard) => percentile(heard[figures], 0.99)),
    0.5,
  );

interface Stage {
  server: ServerProcess;
  world: World;
  talk: (durationMs: number) => Promise<Heard>;
  /** What came of it. */
  flood: (kind: string, accounts: Account[]) => Promise<Record<string, number>>;
}

const toLines = (name: string, flooded: readonly Heard[], calm: readonly Heard[]): BenchLine[] =>
  (
    [
      ["from send to its answer", "answersMs"],
      ["from send to each socket", "receiptsMs"],
    ] as const
  ).map(([what, figures]) => ({
    what: `others' p99 ${what} with ${name}`,
    unit: "ms",
    ours: middleP99(flooded, figures),
    baseline: { name: "calm", figure: middleP99(calm, figures) },
    goal: { of: "ratio", atMost: 1.5 },
  }));

async function* measure(
  stage: Stage,
  { rounds, calmMs, floodMs, settleMs }: (typeof sizes)["full"],
): AsyncGenerator<BenchLine> {
  const { server, world, talk, flood } = stage;
  const wanted = process.env["BENCH_FLOODS"]?.split(",") ?? floodKinds;
  const calm: Heard[] = [];
  const flooded = new Map(wanted.map((kind): [string, Heard[]] => [kind, []]));
  const unused = [...world.flooders];
  for (let round = 0; round < rounds; round += 1) {
    for (const [kind, heard] of flooded) {
      await settle(server, settleMs);
      const [before, calmCosts] = await costsOf(server, () => talk(calmMs));
      calm.push(before);
      console.error(`calm: p50/p99 ${describe(before)} ms; ${describeCosts(calmCosts)}`);
      const [[during, outcome], costs] = await costsOf(server, () =>
        Promise.all([talk(floodMs), flood(kind, unused.pop() ?? [])]),
      );
      heard.push(during);
      console.error(
        `${kind}: ${JSON.stringify(outcome)}\n  p50/p99 ${describe(during)} ms; ${describeCosts(costs)}`,
      );
    }
  }
  for (const [kind, heard] of flooded) yield* toLines(kind, heard, calm);
  const all = [calm, ...flooded.values()].flat();
  yield {
    what: "others' messages that were refused or did not arrive",
    unit: "messages",
    ours: all.reduce((sum, { refused, lost }) => sum + refused + lost, 0),
    baseline: undefined,
    goal: { of: "ours", atMost: 0 },
  };
}

export async function* benchLoad({ isQuick }: BenchOptions): AsyncGenerator<BenchLine> {
  const size = sizes[isQuick ? "quick" : "full"];
  await using _postgres = await startDurablePostgres();
  await using server = await startServerProcess({
    ...defaultLimits,
    ...asStarted,
    ...watched(asStarted.NODE_OPTIONS),
  });
  const { flooders } = size;
  const floods = floodKinds.length * size.rounds;
  const world = await makeWorld(server.database.db, { members, floods, flooders, messages: size.messages });
  using crowd = new Child(new URL("load/members-child.ts", import.meta.url), []);
  using flooder = new Child(new URL("load/flood-child.ts", import.meta.url), []);
  const { port } = server;
  const { serverId, channelId, inviteCode, joinedServerId } = world;
  const opening: z.infer<typeof Opening> = { port, channelId, members: world.members };
  await crowd.ask("open", opening, z.unknown());
  const talk = (durationMs: number): Promise<Heard> => crowd.ask("talk", { durationMs, perSecond }, Heard);
  const flood = (kind: string, accounts: Account[]): Promise<Record<string, number>> => {
    const order: FloodOrder = {
      ...{ kind, port, accounts, serverId, channelId, inviteCode, joinedServerId },
      durationMs: size.floodMs,
    };
    return flooder.ask("run", order, Outcome);
  };
  await talk(size.warmUpMs);
  yield* measure({ server, world, talk, flood }, size);
}
