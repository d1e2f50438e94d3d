/** What open connections cost while nothing happens, while something does, and when they all come back at once. */
import postgres from "#tests/support/postgres.global.ts";
import type { BenchLine, BenchOptions } from "./bench-line.ts";
import { benchIdle } from "./connections/idle.ts";
import { benchMany } from "./connections/many.ts";
import { benchStorm } from "./connections/storm.ts";

export async function* benchConnections(options: BenchOptions): AsyncGenerator<BenchLine> {
  const stop = await postgres();
  try {
    yield* benchIdle(options);
    yield* benchMany(options);
    yield* benchStorm(options);
  } finally {
    await stop();
  }
}
