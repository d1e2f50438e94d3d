/** How joining, and an event to all, grow with those who are there. */
import { setTimeout as wait } from "node:timers/promises";
import type { BenchLine, BenchOptions } from "../bench-line.ts";
import { percentile } from "#tests/support/statistics.ts";
import { nowMs } from "../gateway/asking.ts";
import { Gathering } from "./gathering.ts";

const sizes = {
  full: { members: 500, crowds: [100, 1_000, 5_000], all: 10_000, joins: 100 },
  quick: { members: 100, crowds: [50, 500], all: 1_000, joins: 30 },
};
const events = { events: 20, perTurn: 1, everyMs: 500 };

/** The server's CPU for one further connection of somebody who is there already. */
const measureJoin = async (gathering: Gathering, joins: number): Promise<number> => {
  // What was told of those who came before has left.
  await wait(500);
  const before = await gathering.cpuMs();
  // Of the first members, who are all here.
  await gathering.hold(joins, 0);
  return ((await gathering.cpuMs()) - before) / joins;
};

const measureAll = async (gathering: Gathering, quick: boolean): Promise<number> => {
  const publishing = { ...events, events: quick ? 5 : events.events };
  await gathering.forget();
  const received = gathering.received(publishing.events);
  const atMs = await gathering.publish(publishing);
  const arrivalsMs = await received;
  return percentile(
    atMs.map((published, index) => (arrivalsMs[index] ?? Number.NaN) - published),
    0.5,
  );
};

export async function* benchMany({ isQuick }: BenchOptions): AsyncGenerator<BenchLine> {
  const { members, crowds, all, joins } = sizes[isQuick ? "quick" : "full"];
  await using gathering = await Gathering.open({ side: "together", members, holders: 2 });
  const line = { baseline: undefined, goal: undefined };
  const before = await gathering.memory();
  let held = 0;
  let openingMs = 0;
  const growTo = async (sockets: number): Promise<void> => {
    const startMs = nowMs();
    await gathering.hold(sockets - held, held);
    openingMs += nowMs() - startMs;
    held = sockets;
  };
  const costsMs: number[] = [];
  for (const crowd of crowds) {
    await growTo(crowd);
    // The compiler has its share in the first ones.
    if (costsMs.length === 0) await measureJoin(gathering, Math.min(joins, members));
    costsMs.push(await measureJoin(gathering, Math.min(joins, crowd)));
  }
  const [least = Number.NaN, ...more] = costsMs;
  for (const [index, ours] of more.entries())
    yield {
      what: `the server's CPU for one more connection while ${crowds[index + 1]} are held`,
      unit: "ms",
      ours,
      baseline: { name: `while ${crowds[0]} are held`, figure: least },
      goal: { of: "ratio", atMost: 1.5 },
    };
  await growTo(all);
  const after = await gathering.memory();
  yield { ...line, what: `opening ${all} connections, each with READY`, unit: "s", ours: openingMs / 1_000 };
  yield {
    ...line,
    what: `resident memory that ${all} connections take in all`,
    unit: "MB",
    ours: (after.residentBytes - before.residentBytes) / 1_024 / 1_024,
  };
  yield {
    ...line,
    what: `from an event's append until all of ${all} connections have it, p50`,
    unit: "ms",
    ours: await measureAll(gathering, isQuick),
  };
}
