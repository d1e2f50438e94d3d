import { readFile } from "node:fs/promises";

/** The clock ticks that Linux counts in are of a hundredth of a second. */
const msPerTick = 10;

const readTicks = async (pid: number, from: number, to: number): Promise<number> => {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // After the name, which may hold blanks itself, the 12th and 13th are user and system time, then that of ended children.
  return from < fields.length
    ? fields.slice(from, to).reduce((sum, ticks) => sum + Number(ticks), 0)
    : Number.NaN;
};

/** What the process has used of the CPU so far; NaN where there is no /proc. Other work on the machine is no part of it. */
export const cpuMsOf = async (pid: number): Promise<number> => (await readTicks(pid, 11, 13)) * msPerTick;

/** The same with its children that have ended. */
export const cpuMsWithEnded = async (pid: number): Promise<number> =>
  (await readTicks(pid, 11, 15)) * msPerTick;
