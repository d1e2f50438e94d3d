/** What the choice of the loudest saves: a channel in which fifty talk at once. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { z } from "zod";
import { Mouth } from "#tests/support/wire-media.ts";
import type { BenchLine, BenchOptions } from "../bench-line.ts";
import { type Cost, measureInTurns } from "./in-turns.ts";
import { startBare, startRooms } from "./sides.ts";

const shape = { rooms: 1, peersPerRoom: 50 };
const turns = { rounds: 3, roundMs: 2_000 };
const quickTurns = { rounds: 1, roundMs: 1_500 };

/** 120,000 packets a second are more than this process could read. */
export const openDeafSocket = async (): Promise<{ port: number } & AsyncDisposable> => {
  const thread = new Worker(new URL("deaf-socket.ts", import.meta.url));
  const [port]: unknown[] = await once(thread, "message");
  return {
    port: z.number().parse(port),
    async [Symbol.asyncDispose]() {
      await thread.terminate();
    },
  };
};

const perSecond = ({ cpuMs, wallMs }: Cost): number => (cpuMs / wallMs) * 1_000;

export const benchLoudest = async ({ isQuick }: BenchOptions): Promise<BenchLine> => {
  await using stack = new AsyncDisposableStack();
  const { port: earPort } = stack.use(await openDeafSocket());
  const mouth = stack.use(new Mouth());
  const [rooms, bare] = [stack.use(await startRooms()), stack.use(await startBare())];
  const sides = {
    rooms: { side: rooms, inlets: await rooms.fill({ ...shape, earPort }) },
    bare: { side: bare, inlets: await bare.fill({ ...shape, earPort }) },
  };
  const cost = await measureInTurns(sides, mouth, isQuick ? quickTurns : turns);
  return {
    what: "50 talk at once: the worker's CPU in a second",
    unit: "ms",
    ours: perSecond(cost.rooms),
    baseline: { name: "bare mediasoup, which forwards all 50", figure: perSecond(cost.bare) },
    goal: { of: "ratio", atMost: 0.3 },
  };
};
