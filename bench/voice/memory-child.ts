/** One of the two sides as a process of its own, so that what the system says of its memory is of nothing else. */
import { z } from "zod";
import { residentKbOf } from "./resident.ts";
import { startSide } from "./sides.ts";

export const Memory = z.object({ workerKb: z.number(), serverHeapKb: z.number(), serverKb: z.number() });
export type Memory = z.infer<typeof Memory>;

/** What the child says, in this order: before anybody is there, when all are, and after they have talked. */
export const Report = z.object({
  memory: Memory,
  inlets: z.array(z.object({ port: z.number(), ssrc: z.number() })),
});
export type Report = z.infer<typeof Report>;

const Arguments = z.tuple([z.enum(["rooms", "bare"]), z.coerce.number(), z.coerce.number()]);

const run = async (): Promise<void> => {
  const [name, peersPerRoom, earPort] = Arguments.parse(process.argv.slice(2));
  const side = await startSide[name]();
  const tell = async (inlets: Report["inlets"]): Promise<void> => {
    globalThis.gc?.();
    const memory: Memory = {
      workerKb: await residentKbOf(side.worker.pid),
      serverHeapKb: process.memoryUsage().heapUsed / 1_024,
      serverKb: await residentKbOf(process.pid),
    };
    process.send?.({ memory, inlets } satisfies Report);
  };
  await tell([]);
  const inlets = await side.populate({ rooms: 1, peersPerRoom, earPort });
  process.once("disconnect", () => process.exit(0));
  process.on("message", () => void tell([]));
  await tell(inlets.map(({ port, ssrc }) => ({ port, ssrc })));
};

if (import.meta.main) await run();
