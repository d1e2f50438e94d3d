/** What a message's way costs: sending it, reading a page of them, everything that a screen begins with, searching. */
import type { BenchLine, BenchOptions } from "./bench-line.ts";
import { startDurablePostgres } from "./messages/durable-postgres.ts";
import { benchHistory } from "./messages/history.ts";
import { benchReady } from "./messages/ready.ts";
import { benchSending } from "./messages/sending.ts";

export async function* benchMessages(options: BenchOptions): AsyncGenerator<BenchLine> {
  await using _postgres = await startDurablePostgres();
  yield* benchSending(options);
  yield* benchHistory(options);
  yield* benchReady(options);
}
