/** How long packets are on their way through a room, and through a bare router. */
import { setTimeout as wait } from "node:timers/promises";
import { Ear, Mouth, sentAtMs } from "#tests/support/wire-media.ts";
import type { BenchLine, BenchOptions } from "../bench-line.ts";
import { percentile } from "#tests/support/statistics.ts";
import { type SideName, startSide } from "./sides.ts";

const shape = { rooms: 1, peersPerRoom: 8 };
const durationMs = 10_000;
const quickDurationMs = 1_500;
const speechDbov = -20;
/** Until all are known to speak; not measured. */
const leadInMs = 500;

/**
 * Both sides at the same moments: whatever else the machine does it does to both, and what is left is the room's own. Few
 * packets, so that none waits for this process to read those before it.
 */
export const benchLatency = async ({ isQuick }: BenchOptions): Promise<BenchLine[]> => {
  await using stack = new AsyncDisposableStack();
  const mouth = stack.use(new Mouth());
  const until = new AbortController();
  const start = async (name: SideName) => {
    const delaysMs: number[] = [];
    const ear = stack.use(await Ear.open((arrival) => void delaysMs.push(arrival.atMs - sentAtMs(arrival))));
    const side = stack.use(await startSide[name]());
    return { delaysMs, inlets: await side.populate({ ...shape, earPort: ear.port }) };
  };
  const [rooms, bare] = [await start("rooms"), await start("bare")];
  const inlets = rooms.inlets.flatMap((inlet, index) => [inlet, bare.inlets[index] ?? inlet]);
  const spoken = mouth.speak({ inlets, levelDbov: () => speechDbov }, until.signal);
  await wait(leadInMs);
  for (const { delaysMs } of [rooms, bare]) delaysMs.length = 0;
  await wait(isQuick ? quickDurationMs : durationMs);
  until.abort();
  await spoken;
  const lineOf = (share: number, name: string): BenchLine => ({
    what: `one-way time of a packet, ${name}`,
    unit: "ms",
    ours: percentile(rooms.delaysMs, share),
    baseline: { name: "bare mediasoup", figure: percentile(bare.delaysMs, share) },
    goal: { of: "difference", atMost: 1 },
  });
  return [lineOf(0.5, "p50"), lineOf(0.99, "p99")];
};
