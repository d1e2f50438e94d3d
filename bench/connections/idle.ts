/** What a connection holds while nothing happens. */
import type { BenchLine, BenchOptions } from "../bench-line.ts";
import { Gathering } from "./gathering.ts";

/** Members with as many sockets each; those of the first ones are there before. */
const sizes = {
  full: { early: 500, members: 500, sockets: 10 },
  quick: { early: 40, members: 60, sockets: 10 },
};

/** Some of the early ones, who come and go before anything is measured. */
const firstMembers = 40;

interface Growth {
  residentKb: number;
  heapKb: number;
}

/** For each connection. */
const measureGrowth = async (side: "together" | "bareWs", size: keyof typeof sizes): Promise<Growth> => {
  const { early, members, sockets } = sizes[size];
  await using gathering = await Gathering.open({ side, members: early + members });
  const holdEach = async (people: number, first: number): Promise<void> => {
    for (let round = 0; round < sockets; round += 1) await gathering.hold(people, first);
  };
  // What comes once, compiled code, statements, the libraries' buffers, must not count as the connections': of a thousand
  // it would be half.
  await holdEach(firstMembers, 0);
  await gathering.leave();
  const empty = await gathering.memory();
  // Of everybody's rights and of the tables that grow in steps the first ones pay more.
  await holdEach(early, 0);
  const before = await gathering.memory();
  await holdEach(members, early);
  const after = await gathering.memory();
  const kbForEach = (bytes: number, people: number): number => bytes / (people * sockets) / 1_024;
  return {
    // Of all of them: what the first ones leave free the later ones use, and a growth in between says little.
    residentKb: kbForEach(after.residentBytes - empty.residentBytes, early + members),
    heapKb: kbForEach(after.heapBytes - before.heapBytes, members),
  };
};

export async function* benchIdle({ isQuick }: BenchOptions): AsyncGenerator<BenchLine> {
  const size = isQuick ? "quick" : "full";
  const [ours, bare] = await Promise.all([measureGrowth("together", size), measureGrowth("bareWs", size)]);
  const { sockets, early, members } = sizes[size];
  const line = (part: string, of: keyof Growth, people: number): BenchLine => ({
    what: `${part} for each of ${people * sockets} idle, subscribed connections of ${people} members`,
    unit: "KB",
    ours: ours[of],
    baseline: { name: "a bare ws connection", figure: bare[of] },
    goal: { of: "ratio", atMost: 1.3 },
  });
  yield line("resident memory", "residentKb", early + members);
  yield line("heap", "heapKb", members);
}
