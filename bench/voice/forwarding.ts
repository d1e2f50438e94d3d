/** What the rooms cost the worker over bare forwarding: rooms in which all speak, and as many as are ever forwarded. */
import { Ear, Mouth } from "#tests/support/wire-media.ts";
import type { BenchLine, BenchOptions } from "../bench-line.ts";
import { measureInTurns } from "./in-turns.ts";
import { type SideName, startBare, startRooms } from "./sides.ts";

/** Several, so that the worker's work stands out of the grain of its clock. */
const shape = { rooms: 3, peersPerRoom: 8 };
const turns = { rounds: 8, leadInMs: 500, roundMs: 1_500 };
const quickTurns = { rounds: 2, leadInMs: 300, roundMs: 700 };
/** With more lost than that the two sides have not done the same. */
const leastArrived = 0.9;

export const benchForwarding = async ({ isQuick }: BenchOptions): Promise<BenchLine> => {
  await using stack = new AsyncDisposableStack();
  let counting: SideName | undefined;
  const arrived = { rooms: 0, bare: 0 };
  const ear = stack.use(
    await Ear.open(() => {
      if (counting) arrived[counting] += 1;
    }),
  );
  const mouth = stack.use(new Mouth());
  const [rooms, bare] = [stack.use(await startRooms()), stack.use(await startBare())];
  const filled = { ...shape, earPort: ear.port };
  const sides = {
    rooms: { side: rooms, inlets: await rooms.populate(filled) },
    bare: { side: bare, inlets: await bare.populate(filled) },
  };
  const cost = await measureInTurns(sides, mouth, {
    ...(isQuick ? quickTurns : turns),
    onMeasure: (name, isOn) => (counting = isOn ? name : undefined),
  });
  const figureOf = (name: SideName): number => {
    const { rooms: count, peersPerRoom } = shape;
    const expected = (count * peersPerRoom * (peersPerRoom - 1) * cost[name].wallMs) / 20;
    if (arrived[name] < expected * leastArrived) {
      throw new Error(`of ${Math.round(expected)} packets ${arrived[name]} arrived (${name})`);
    }
    return (arrived[name] / cost[name].cpuMs) * 1_000;
  };
  return {
    what: "packets forwarded per second of the worker's CPU",
    unit: "packets",
    ours: figureOf("rooms"),
    baseline: { name: "bare mediasoup", figure: figureOf("bare") },
    goal: { of: "ratio", atLeast: 0.95 },
  };
};
