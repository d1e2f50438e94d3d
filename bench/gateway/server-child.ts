/** One of the sides as a process of its own, so that its CPU time is of nothing else. */
import { setImmediate, setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { answer, nowMs } from "./asking.ts";
import { aMessageCreate } from "./message.ts";
import { startSide } from "./sides.ts";

const Arguments = z.tuple([z.enum(["together", "bareWs", "stockTrpc"]), z.string()]);

/** So many events, some in each turn of the event loop, with a pause after each turn where one is asked for. */
export const Publishing = z.object({ events: z.number(), perTurn: z.number(), everyMs: z.number() });

if (import.meta.main) {
  const [name, connectionString] = Arguments.parse(process.argv.slice(2));
  const { publish, ...door } = await startSide[name](connectionString);
  answer({
    open: () => door,
    cpu: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1_000;
    },
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
