import { readFile } from "node:fs/promises";

/** The process's memory now; NaN where there is no /proc. mediasoup tells a high-water mark, which begins with its parent's. */
export const residentKbOf = async (pid: number): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN);
};
