/** The two sides in turns, so that a machine that gets busier or cooler is unfair to none. */
import { setTimeout as wait } from "node:timers/promises";
import type { Inlet, Mouth } from "#tests/support/wire-media.ts";
import type { Side, SideName } from "./sides.ts";

export interface FilledSide {
  side: Side;
  inlets: readonly Inlet[];
}

export interface Turns {
  rounds: number;
  /** Until all are known to speak, and the loudest are chosen; not measured. */
  leadInMs: number;
  roundMs: number;
}

export interface Cost {
  cpuMs: number;
  wallMs: number;
  receivedBytes: number;
}

const speechDbov = -20;

const totalsOf = async (side: Side): Promise<Cost> => {
  const usage = await side.worker.getResourceUsage();
  return {
    cpuMs: usage.ru_utime + usage.ru_stime,
    wallMs: performance.now(),
    receivedBytes: await side.receivedBytes(),
  };
};

const add = (one: Cost, other: Cost, sign: 1 | -1): Cost => ({
  cpuMs: one.cpuMs + sign * other.cpuMs,
  wallMs: one.wallMs + sign * other.wallMs,
  receivedBytes: one.receivedBytes + sign * other.receivedBytes,
});

const measureRound = async (
  { side, inlets }: FilledSide,
  mouth: Mouth,
  { leadInMs, roundMs, onMeasure }: Turns & { onMeasure: (isOn: boolean) => void },
): Promise<Cost> => {
  const until = new AbortController();
  const spoken = mouth.speak({ inlets, levelDbov: () => speechDbov }, until.signal);
  await wait(leadInMs);
  const before = await totalsOf(side);
  onMeasure(true);
  await wait(roundMs);
  onMeasure(false);
  const cost = add(await totalsOf(side), before, -1);
  until.abort();
  await spoken;
  return cost;
};

/** What each side's worker used, of all rounds together. `onMeasure` tells when what arrives counts. */
export const measureInTurns = async (
  sides: Record<SideName, FilledSide>,
  mouth: Mouth,
  { onMeasure = () => undefined, ...turns }: Turns & { onMeasure?: (name: SideName, isOn: boolean) => void },
): Promise<Record<SideName, Cost>> => {
  const nothing: Cost = { cpuMs: 0, wallMs: 0, receivedBytes: 0 };
  const total = { rooms: nothing, bare: nothing };
  for (let round = 0; round < turns.rounds; round += 1) {
    const order = round % 2 === 0 ? (["rooms", "bare"] as const) : (["bare", "rooms"] as const);
    for (const name of order) {
      const cost = await measureRound(sides[name], mouth, {
        ...turns,
        onMeasure: (isOn) => onMeasure(name, isOn),
      });
      total[name] = add(total[name], cost, 1);
    }
  }
  return total;
};
