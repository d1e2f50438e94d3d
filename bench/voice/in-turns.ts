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
  roundMs: number;
}

export interface Cost {
  cpuMs: number;
  wallMs: number;
}

/** Until speakers are known as such, and the loudest are chosen. */
const leadInMs = 500;
const speechDbov = -20;

const cpuMsOf = async ({ worker }: Side): Promise<number> => {
  const usage = await worker.getResourceUsage();
  return usage.ru_utime + usage.ru_stime;
};

const measureRound = async (
  { side, inlets }: FilledSide,
  mouth: Mouth,
  { roundMs, onMeasure }: { roundMs: number; onMeasure: (isOn: boolean) => void },
): Promise<Cost> => {
  const until = new AbortController();
  const spoken = mouth.speak({ inlets, levelDbov: () => speechDbov }, until.signal);
  await wait(leadInMs);
  const cpuBeforeMs = await cpuMsOf(side);
  const startMs = performance.now();
  onMeasure(true);
  await wait(roundMs);
  onMeasure(false);
  const cost = { cpuMs: (await cpuMsOf(side)) - cpuBeforeMs, wallMs: performance.now() - startMs };
  until.abort();
  await spoken;
  return cost;
};

/** What each side's worker used, of all rounds together. `onMeasure` tells when what arrives counts. */
export const measureInTurns = async (
  sides: Record<SideName, FilledSide>,
  mouth: Mouth,
  { rounds, roundMs, onMeasure = () => undefined }: Turns & { onMeasure?: (name: SideName, isOn: boolean) => void },
): Promise<Record<SideName, Cost>> => {
  const total = { rooms: { cpuMs: 0, wallMs: 0 }, bare: { cpuMs: 0, wallMs: 0 } };
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? (["rooms", "bare"] as const) : (["bare", "rooms"] as const);
    for (const name of order) {
      const cost = await measureRound(sides[name], mouth, {
        roundMs,
        onMeasure: (isOn) => onMeasure(name, isOn),
      });
      total[name].cpuMs += cost.cpuMs;
      total[name].wallMs += cost.wallMs;
    }
  }
  return total;
};
