/**
 * What the rooms cost over bare mediasoup: packets forwarded for a second of the worker's CPU, memory for a participant,
 * and the delay of a packet, both sides in turns in the same run on the same machine.
 */
import { setTimeout as wait } from "node:timers/promises";
import { Sink, Talk } from "./forwarding-load.ts";
import { type Side, startBare, startOurs } from "./forwarding-sides.ts";

/** Ten who all hear each other, thrice, so that the worker's work stands out of the clock's grain. */
const shape = { rooms: 3, peersPerRoom: 10 };
const rounds = 8;
const roundMs = 2_500;
const warmUpMs = 1_000;
/** For packets on their way when the talk ends. */
const drainMs = 200;
/** A side that loses more does not do the same work as the other. */
const leastForwarded = 0.95;
const goalRatio = 0.95;

interface Round {
  packetsPerCpuSecond: number;
  delaysMs: number[];
}

const cpuMsOf = async ({ worker }: Side): Promise<number> => {
  const usage = await worker.getResourceUsage();
  return usage.ru_utime + usage.ru_stime;
};

const measure = async (side: Side, sink: Sink, talk: Talk): Promise<Round> => {
  const [cpuMsBefore, bytesBefore] = [await cpuMsOf(side), await side.countSentBytes()];
  await talk.run(side.inlets, roundMs);
  await wait(drainMs);
  const cpuMs = (await cpuMsOf(side)) - cpuMsBefore;
  const packets = ((await side.countSentBytes()) - bytesBefore) / sink.packetBytes;
  const expected = side.inlets.length * (shape.peersPerRoom - 1) * (roundMs / 20);
  if (packets < expected * leastForwarded)
    throw new Error(`${packets} of ${expected} packets were forwarded`);
  return { packetsPerCpuSecond: packets / (cpuMs / 1_000), delaysMs: sink.take() };
};

const percentile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
};
const median = (values: readonly number[]): number => percentile(values, 0.5);

const warmUp = async (side: Side, sink: Sink, talk: Talk): Promise<void> => {
  await talk.run(side.inlets, warmUpMs);
  await wait(drainMs);
  sink.take();
};

/** In turns, each first as often as second as can be: a machine that gets busier is unfair to none. */
const measureInTurns = async (sides: { ours: Side; bare: Side }, sink: Sink, talk: Talk) => {
  const measured: Record<keyof typeof sides, Round[]> = { ours: [], bare: [] };
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? (["ours", "bare"] as const) : (["bare", "ours"] as const);
    for (const name of order) measured[name].push(await measure(sides[name], sink, talk));
  }
  return measured;
};

const report = (measured: { ours: Round[]; bare: Round[] }, sides: { ours: Side; bare: Side }) => {
  const participants = shape.rooms * shape.peersPerRoom;
  const ratios = measured.ours.map(
    ({ packetsPerCpuSecond }, round) =>
      packetsPerCpuSecond / (measured.bare[round]?.packetsPerCpuSecond ?? NaN),
  );
  const figuresOf = (name: "ours" | "bare") => ({
    packetsPerCpuSecond: Math.round(median(measured[name].map((round) => round.packetsPerCpuSecond))),
    kilobytesPerParticipant: Math.round(sides[name].memoryKb / participants),
    // Of the round that the machine disturbed least: it delays more than any SFU.
    delayP99Ms: Number(
      Math.min(...measured[name].map(({ delaysMs }) => percentile(delaysMs, 0.99))).toFixed(2),
    ),
  });
  return { ours: figuresOf("ours"), bare: figuresOf("bare"), ratio: Number(median(ratios).toFixed(3)) };
};

/** Prints a line for people and one of JSON; takes about 50 s. @throws when packets were lost, which makes it worthless */
export const benchForwarding = async (): Promise<void> => {
  const workerBin = process.env["MEDIASOUP_WORKER_BIN"];
  if (workerBin === undefined) throw new Error("MEDIASOUP_WORKER_BIN must name a mediasoup-worker program");
  const sink = await Sink.open();
  const talk = new Talk();
  const sides = {
    ours: await startOurs({ ...shape, workerBin, sinkPort: sink.port }),
    bare: await startBare({ ...shape, workerBin, sinkPort: sink.port }),
  };
  try {
    for (const side of [sides.ours, sides.bare]) await warmUp(side, sink, talk);
    const { ours, bare, ratio } = report(await measureInTurns(sides, sink, talk), sides);
    console.log(
      `voice forwarding, packets per worker CPU second | ${ours.packetsPerCpuSecond} | bare mediasoup ${bare.packetsPerCpuSecond} | ${ratio} | goal ${goalRatio}`,
    );
    const addedDelayP99Ms = Number((ours.delayP99Ms - bare.delayP99Ms).toFixed(2));
    console.log(JSON.stringify({ bench: "voice-forwarding", ours, bare, ratio, goalRatio, addedDelayP99Ms }));
  } finally {
    await Promise.all([sides.ours.close(), sides.bare.close()]);
    talk.close();
    sink.close();
  }
};
