/** The senders, as a process of their own: what they cost is not the server's. Each order is answered once. */
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { Lane } from "./lane.ts";

const Order = z.discriminatedUnion("kind", [
  /** Each connection sends as soon as the last answer is there. */
  z.object({ kind: z.literal("flood"), durationMs: z.number() }),
  z.object({ kind: z.literal("paced"), durationMs: z.number(), perSecond: z.number() }),
]);
export type Order = z.infer<typeof Order>;

/** How many were answered in how long, and, paced, how long each took. */
export const Answer = z.object({ count: z.number(), wallMs: z.number(), latenciesMs: z.array(z.number()) });
export type Answer = z.infer<typeof Answer>;

const Arguments = z.tuple([z.coerce.number(), z.coerce.number(), z.string()]).rest(z.string());

const flood = async (lanes: readonly Lane[], durationMs: number): Promise<Answer> => {
  const startMs = performance.now();
  let count = 0;
  const run = async (lane: Lane): Promise<void> => {
    while (performance.now() - startMs < durationMs) {
      await lane.send();
      count += 1;
    }
  };
  await Promise.all(lanes.map(run));
  return { count, wallMs: performance.now() - startMs, latenciesMs: [] };
};

const paced = async (
  lanes: readonly Lane[],
  { durationMs, perSecond }: Extract<Order, { kind: "paced" }>,
): Promise<Answer> => {
  const startMs = performance.now();
  const total = Math.round((durationMs / 1_000) * perSecond);
  const latenciesMs: number[] = [];
  const sendOne = async (lane: Lane): Promise<void> => {
    const sentMs = performance.now();
    await lane.send();
    latenciesMs.push(performance.now() - sentMs);
  };
  const under: Promise<void>[] = [];
  for (let index = 0; index < total; index += 1) {
    await wait(Math.max(0, startMs + (index * 1_000) / perSecond - performance.now()));
    const lane = lanes[index % lanes.length];
    if (lane) under.push(sendOne(lane));
  }
  await Promise.all(under);
  return { count: total, wallMs: performance.now() - startMs, latenciesMs };
};

const run = async (): Promise<void> => {
  const [port, laneCount, channelId, ...tokens] = Arguments.parse(process.argv.slice(2));
  const lanes = await Promise.all(
    Array.from({ length: laneCount }, (_, index) =>
      Lane.open({ port, channelId, token: tokens[index % tokens.length] ?? "" }),
    ),
  );
  process.once("disconnect", () => process.exit(0));
  const obey = async (order: Order): Promise<void> => {
    const answer = await (order.kind === "flood" ? flood(lanes, order.durationMs) : paced(lanes, order));
    process.send?.(answer);
  };
  process.on("message", (message) => void obey(Order.parse(message)));
};

if (import.meta.main) await run();
