import { readFile } from "node:fs/promises";

/** The clock ticks that Linux counts in are of a hundredth of a second. */
const msPerTick = 10;

/** What the process has used of the CPU so far; NaN where there is no /proc. Other work on the machine is no part of it. */
export const cpuMsOf = async (pid: number): Promise<number> => {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // After the name, which may hold blanks itself, the 12th and 13th are user and system time.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * msPerTick;
};
