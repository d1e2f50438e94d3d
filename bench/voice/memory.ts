/** What each participant of a full channel costs: of the worker's memory, and of the server's. */
import { fork } from "node:child_process";
import { on, once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { Mouth } from "#tests/support/wire-media.ts";
import type { BenchLine, BenchOptions } from "../bench-line.ts";
import { openDeafSocket } from "./deaf-ear.ts";
import { type Memory, Report } from "./memory-child.ts";
import type { SideName } from "./sides.ts";

const participants = 50;
/** Streams take their memory when they first carry something. */
const talkMs = 3_000;
const quickTalkMs = 1_000;
const speechDbov = -20;

/** What the talk of all of them has made of it, for each, in KB. */
const measure = async (name: SideName, earPort: number, durationMs: number): Promise<Memory> => {
  const child = fork(
    new URL("memory-child.ts", import.meta.url),
    [name, String(participants), String(earPort)],
    { execArgv: ["--expose-gc"] },
  );
  // From the start on: two of them may come at once.
  const reports = on(child, "message", { close: ["exit"] });
  const next = async (): Promise<Report> => {
    const { value, done } = await reports.next();
    if (done) throw new Error("the measured process has ended");
    return Report.parse(value[0]);
  };
  try {
    const empty = await next();
    const full = await next();
    await talk(full.inlets, durationMs);
    child.send("tell");
    const { memory } = await next();
    const growth = (kind: keyof Memory): number => (memory[kind] - empty.memory[kind]) / participants;
    return {
      workerKb: growth("workerKb"),
      serverHeapKb: growth("serverHeapKb"),
      serverKb: growth("serverKb"),
    };
  } finally {
    const exited = once(child, "exit");
    // A signal would be mediasoup's, which closes its workers and stays.
    child.disconnect();
    await exited;
  }
};

const talk = async (inlets: Report["inlets"], durationMs: number): Promise<void> => {
  using mouth = new Mouth();
  const until = new AbortController();
  const spoken = mouth.speak({ inlets, levelDbov: () => speechDbov }, until.signal);
  await wait(durationMs);
  until.abort();
  await spoken;
};

export const benchMemory = async ({ isQuick }: BenchOptions): Promise<BenchLine[]> => {
  await using deaf = await openDeafSocket();
  const durationMs = isQuick ? quickTalkMs : talkMs;
  const rooms = await measure("rooms", deaf.port, durationMs);
  const bare = await measure("bare", deaf.port, durationMs);
  const lineOf = (kind: keyof Memory, whose: string): BenchLine => ({
    what: `memory for each of ${participants} participants, ${whose}`,
    unit: "KB",
    ours: rooms[kind],
    baseline: { name: "bare mediasoup", figure: bare[kind] },
    goal: undefined,
  });
  return [
    lineOf("workerKb", "the worker's"),
    lineOf("serverHeapKb", "the server's heap"),
    lineOf("serverKb", "the server's in all"),
  ];
};
