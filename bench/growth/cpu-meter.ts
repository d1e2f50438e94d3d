/** What work costs of the CPU, here and in PostgreSQL: on a machine that is busy with other things its duration says little. */
import { readFile } from "node:fs/promises";
import type { Pool } from "pg";
import { z } from "zod";

const Backends = z.array(z.object({ pid: z.number() }));

/** The pool's, which the work must have opened before. */
const findBackends = async (pool: Pool): Promise<number[]> => {
  const { rows } = await pool.query(
    "select pid from pg_stat_activity where datname = current_database() and backend_type = 'client backend'",
  );
  return Backends.parse(rows).map(({ pid }) => pid);
};

/** Nanoseconds, where the clock ticks of /proc/…/stat would be too coarse; NaN where there is no /proc. */
const backendMs = async (pid: number): Promise<number> => {
  const [ns] = (await readFile(`/proc/${pid}/schedstat`, "utf8").catch(() => "")).split(" ");
  return ns ? Number(ns) / 1e6 : Number.NaN;
};

const ownMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

export interface Budget {
  pool: Pool;
  /** Acts are repeated for so long, and done at least once. */
  batchMs: number;
}

/** CPU for each act, in ms, of this process and of the database. */
export const cpuMsOfEach = async (
  { pool, batchMs }: Budget,
  act: (index: number) => Promise<unknown>,
): Promise<number> => {
  const backends = await findBackends(pool);
  const total = async (): Promise<number> => {
    const each = await Promise.all(backends.map(backendMs));
    return each.reduce((sum, ms) => sum + ms, 0);
  };
  const before = await total();
  const ownBefore = ownMs();
  const startMs = performance.now();
  let count = 0;
  do {
    await act(count);
    count += 1;
  } while (performance.now() - startMs < batchMs);
  const own = ownMs() - ownBefore;
  return (own + (await total()) - before) / count;
};
