/** Lets everybody do some things at once, and nobody everything. */
import { AppError } from "./app-error.ts";

interface Options {
  /** Of one key. */
  atOnce: number;
  /** Of one key; beyond that it is refused. */
  waiting: number;
}

export interface Turns {
  /** Runs the work when it is its key's turn, first come, first served. @throws RATE_LIMITED when too much waits; what the work throws */
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
}

interface Queue {
  running: number;
  waiting: (() => void)[];
}

/** About when a place may be free. */
const retryAfterMs = 1_000;

export const createTurns = ({ atOnce, waiting: maxWaiting }: Options): Turns => {
  /** Of those who have something under way: as many as there are requests at most. */
  const queues = new Map<string, Queue>();

  const begin = async (key: string): Promise<Queue> => {
    const queue = queues.get(key) ?? { running: 0, waiting: [] };
    queues.set(key, queue);
    if (queue.running < atOnce) queue.running += 1;
    else if (queue.waiting.length >= maxWaiting) throw new AppError("RATE_LIMITED", { retryAfterMs });
    else
      await new Promise<void>((resolve) => {
        queue.waiting.push(resolve);
      });
    return queue;
  };

  const end = (key: string, queue: Queue): void => {
    // The place is handed on rather than freed, so that a newcomer cannot overtake those who wait.
    const next = queue.waiting.shift();
    if (next) next();
    else if ((queue.running -= 1) === 0) queues.delete(key);
  };

  return {
    async run(key, work) {
      const queue = await begin(key);
      try {
        return await work();
      } finally {
        end(key, queue);
      }
    },
  };
};
