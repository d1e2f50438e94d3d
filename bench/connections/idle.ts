/** What a connection holds while nothing happens. */
import type { BenchLine, BenchOptions } from "../bench-line.ts";
import { Gathering } from "./gathering.ts";

/** Members with as many sockets each; those of the first ones are there before. */
const sizes = {
  full: { early: 500, members: 500, sockets: 10 },
  quick: { early: 100, members: 100, sockets: 10 },
};

interface Growth {
  residentKb: number;
  heapKb: number;
}

/** For each connection. */
const measureGrowth = async (side: "together" | "bareWs", size: keyof typeof sizes): Promise<Growth> => {
  const { early, members, sockets } = sizes[size];
  await using gathering = await Gathering.open({ side, members: early + members });
  // What comes once, compiled code, statements, everybody's rights, must not count as the connections'; and the memory that
  // the start has left free must be used up.
  for (let round = 0; round < sockets; round += 1) await gathering.hold(early, 0);
  const before = await gathering.memory();
  for (let round = 0; round < sockets; round += 1) await gathering.hold(members, early);
  const after = await gathering.memory();
  const forEach = (bytes: number): number => bytes / (members * sockets) / 1_024;
  return {
    residentKb: forEach(after.residentBytes - before.residentBytes),
    heapKb: forEach(after.heapBytes - before.heapBytes),
  };
};

export async function* benchIdle({ isQuick }: BenchOptions): AsyncGenerator<BenchLine> {
  const size = isQuick ? "quick" : "full";
  const [ours, bare] = await Promise.all([measureGrowth("together", size), measureGrowth("bareWs", size)]);
  const { sockets, members } = sizes[size];
  const what = `for each of ${members * sockets} idle, subscribed connections of ${members} members`;
  const line = (part: string, of: keyof Growth): BenchLine => ({
    what: `${part} ${what}`,
    unit: "KB",
    ours: ours[of],
    baseline: { name: "a bare ws connection", figure: bare[of] },
    goal: { of: "ratio", atMost: 1.3 },
  });
  yield line("resident memory", "residentKb");
  yield line("heap", "heapKb");
}
