/** What the choice of the loudest saves: a channel in which fifty talk at once. */
import { Mouth, spokenPacketBytes } from "#tests/support/wire-media.ts";
import type { BenchLine, BenchOptions } from "../bench-line.ts";
import { openDeafSocket } from "./deaf-ear.ts";
import { type Cost, measureInTurns } from "./in-turns.ts";
import { startBare, startRooms } from "./sides.ts";

const shape = { rooms: 1, peersPerRoom: 50 };
const turns = { rounds: 2, leadInMs: 1_500, roundMs: 2_000 };
const quickTurns = { rounds: 1, leadInMs: 1_500, roundMs: 1_500 };

/** In which each of them sends 50 packets. */
const talkSecondBytes = shape.peersPerRoom * 50 * spokenPacketBytes;

/** By what has reached it: bare, the worker has more to do than it can, and the system drops the rest. */
const perTalkSecond = ({ cpuMs, receivedBytes }: Cost): number => (cpuMs / receivedBytes) * talkSecondBytes;

export const benchLoudest = async ({ isQuick }: BenchOptions): Promise<BenchLine> => {
  await using stack = new AsyncDisposableStack();
  const { port: earPort } = stack.use(await openDeafSocket());
  const mouth = stack.use(new Mouth());
  const [rooms, bare] = [stack.use(await startRooms()), stack.use(await startBare())];
  const sides = {
    rooms: { side: rooms, inlets: await rooms.populate({ ...shape, earPort }) },
    bare: { side: bare, inlets: await bare.populate({ ...shape, earPort }) },
  };
  const cost = await measureInTurns(sides, mouth, isQuick ? quickTurns : turns);
  return {
    what: "50 talk at once: the worker's CPU for a second of it",
    unit: "ms",
    ours: perTalkSecond(cost.rooms),
    baseline: { name: "bare mediasoup, which forwards all 50", figure: perTalkSecond(cost.bare) },
    goal: undefined,
  };
};
