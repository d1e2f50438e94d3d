/** What a server uses while something happens: its process, its PostgreSQL, and how long its event loop was held up. */
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { ServerProcess } from "#tests/support/server-process.ts";
import { cpuMsOf, cpuMsWithEnded } from "../messages/cpu.ts";

const loopSocket = join(tmpdir(), `together-bench-loop-${process.pid}`);

/** For the server's environment, with the options that it is given besides. */
export const watched = (nodeOptions: string): NodeJS.ProcessEnv => ({
  BENCH_LOOP_SOCKET: loopSocket,
  NODE_OPTIONS: `${nodeOptions} --import ${new URL("loop-watch.ts", import.meta.url).href}`,
});

const LoopDelays = z.object({
  p50: z.number(),
  p99: z.number(),
  max: z.number(),
  longestCollectionMs: z.number(),
});
type LoopDelays = z.infer<typeof LoopDelays>;

/** Since it was asked for last. */
const takeLoopDelays = async (): Promise<LoopDelays> =>
  LoopDelays.parse(JSON.parse(await text(connect(loopSocket))));

const BackendPid = z.tuple([z.object({ pid: z.number() })]);

/** The process that PostgreSQL's others are children of. */
const findPostmaster = async ({ database }: ServerProcess): Promise<number> => {
  const { rows } = await database.db.execute(sql`select pg_backend_pid() as pid`);
  const [{ pid }] = BackendPid.parse(rows);
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]);
};

const postgresCpuMs = async (postmaster: number): Promise<number> => {
  const children = await readFile(`/proc/${postmaster}/task/${postmaster}/children`, "utf8").catch(() => "");
  const pids = children.trim().split(" ").map(Number);
  const each = await Promise.all([cpuMsWithEnded(postmaster), ...pids.map(cpuMsOf)]);
  return each.reduce((sum, ms) => sum + ms, 0);
};

export interface Costs {
  /** Of a core. */
  serverShare: number;
  /** Of a core. */
  postgresShare: number;
  loop: LoopDelays;
}

/** Does the work, and tells what the server used meanwhile; shares are NaN where there is no /proc. */
export const costsOf = async <T>(server: ServerProcess, work: () => Promise<T>): Promise<[T, Costs]> => {
  const postmaster = await findPostmaster(server);
  const { pid = 0 } = server;
  const read = () => Promise.all([cpuMsOf(pid), postgresCpuMs(postmaster)]);
  await takeLoopDelays();
  const startMs = performance.now();
  const [serverBefore, postgresBefore] = await read();
  const result = await work();
  const [serverAfter, postgresAfter] = await read();
  const elapsedMs = performance.now() - startMs;
  const loop = await takeLoopDelays();
  return [
    result,
    {
      serverShare: (serverAfter - serverBefore) / elapsedMs,
      postgresShare: (postgresAfter - postgresBefore) / elapsedMs,
      loop,
    },
  ];
};
