/** One of the sides as a process of its own, so that its CPU time is of nothing else. */
import { setImmediate, setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { answer, nowMs } from "./asking.ts";
import { aMessageCreate } from "./message.ts";
import { startSide } from "./sides.ts";

/** The side, its database, and how many members it has. */
const Arguments = z.tuple([z.enum(["together", "bareWs", "stockTrpc"]), z.string(), z.coerce.number()]);

/** So many events, some in each turn of the event loop, with a pause after each turn where one is asked for. */
export const Publishing = z.object({ events: z.number(), perTurn: z.number(), everyMs: z.number() });

export const Memory = z.object({ residentBytes: z.number(), heapBytes: z.number() });

/** What lives, and what the system gave for it, when everything that can be let go is; for a process with `--expose-gc`. */
const measureMemory = async (): Promise<z.infer<typeof Memory>> => {
  // What is closed and finished with takes some turns to be let go of.
  for (let round = 0; round < 5; round += 1) {
    // What is free is given back, or the first connections would find it there.
    globalThis.gc?.({ type: "major", flavor: "last-resort", execution: "sync" });
    await wait(200);
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { residentBytes: rss, heapBytes: heapUsed + external };
};

if (import.meta.main) {
  const [name, connectionString, members] = Arguments.parse(process.argv.slice(2));
  const { publish, ...door } = await startSide[name](connectionString, members);
  answer({
    open: () => door,
    cpu: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1_000;
    },
    memory: () => measureMemory(),
    /** When each event was published. */
    publish: async (argument) => {
      const { events, perTurn, everyMs } = Publishing.parse(argument);
      const atMs: number[] = [];
      for (let count = 0; count < events; count += perTurn) {
        for (let event = 0; event < perTurn; event += 1) {
          const message = aMessageCreate();
          atMs.push(nowMs());
          publish(message);
        }
        await (everyMs > 0 ? wait(everyMs) : setImmediate());
      }
      return atMs;
    },
  });
}
