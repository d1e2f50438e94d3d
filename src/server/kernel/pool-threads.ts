/**
 * Node's pool of threads hashes passwords, for a quarter of a second each, and reads files in between. To the system they are
 * as urgent as the event loop: on two cores a flood of sign-ins took one of them, and who talks waited for the other.
 */
import { readdir, readFile } from "node:fs/promises";
import { setPriority } from "node:os";

/** libuv's name for them. */
const poolThread = "libuv-worker";
/** A tenth of what others get where all want to run, and all where nobody else does. */
const niceness = 10;

/** The threads of the pool, which has none before its first work. Empty where the system does not tell (it is Linux's /proc). */
const findPoolThreads = async (): Promise<number[]> => {
  const threads = await readdir("/proc/self/task").catch(() => []);
  const named = await Promise.all(
    threads.map(async (id) => ({
      id,
      name: await readFile(`/proc/self/task/${id}/comm`, "utf8").catch(() => ""),
    })),
  );
  return named.filter(({ name }) => name.trim() === poolThread).map(({ id }) => Number(id));
};

/** Lets everything else go first, as far as the system can. Returns the threads' ids. */
export const slowPoolThreads = async (): Promise<number[]> => {
  const threads = await findPoolThreads();
  for (const id of threads) setPriority(id, niceness);
  return threads;
};
