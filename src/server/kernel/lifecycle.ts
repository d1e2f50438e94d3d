/**
 * Ordered stop: what was started last stops first, each once, and a part that does not come to its end in time does not
 * keep the others from theirs.
 */
import type { Logger } from "./logger.ts";

/** What closing a pool or a lock takes, with room to spare. */
const reservedMs = 1_000;

interface Part {
  name: string;
  stop: () => Promise<void> | void;
}

export class Lifecycle {
  readonly #parts: Part[] = [];
  readonly #logger: Logger;
  #stopping: Promise<void> | undefined;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Registers a started part. Register in the order of starting. */
  add(name: string, stop: Part["stop"]): void {
    this.#parts.push({ name, stop });
    this.#logger.debug({ part: name }, "a part has started");
  }

  /** From the moment on in which it was told to stop. */
  get isStopping(): boolean {
    return this.#stopping !== undefined;
  }

  /**
   * Stops every part, the newest first, within the time, or a second a part where that is more. Later calls wait for the
   * first one.
   */
  stop(timeoutMs: number): Promise<void> {
    this.#stopping ??= this.#stopParts(performance.now() + timeoutMs);
    return this.#stopping;
  }

  async #stopParts(deadlineMs: number): Promise<void> {
    for (const [index, part] of [...this.#parts.entries()].toReversed()) {
      // Those that come after have their time kept for them: the database is last, and must not be cut off.
      const leftMs = Math.max(reservedMs, deadlineMs - performance.now() - index * reservedMs);
      try {
        const partAtMs = Date.now();
        await withDeadline(Promise.resolve(part.stop()), leftMs);
        this.#logger.debug({ part: part.name, durationMs: Date.now() - partAtMs }, "a part has stopped");
      } catch (error) {
        this.#logger.error({ error: String(error), part: part.name }, "a part did not stop cleanly");
      }
    }
  }
}

const withDeadline = async (work: Promise<void>, timeoutMs: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
};
