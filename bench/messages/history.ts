/** Pages of history, and searches: what each takes, and whether a channel's age is felt. */
import type { Pool } from "pg";
import { createMessagesRepo } from "#server/messages/messages.repo.ts";
import type { ChannelId, UserId } from "#shared/ids.ts";
import { SearchMessages } from "#shared/contract/messages.ts";
import { createTestServices, type TestServices } from "#tests/support/services.ts";
import type { BenchLine, BenchOptions } from "../bench-line.ts";
import { percentile } from "#tests/support/statistics.ts";
import { type FilledChannel, makeChannels } from "./channels.ts";

const pageSize = 50;
const readersAtOnce = 8;
const amounts = {
  full: { sizes: [1_000, 100_000, 1_000_000], rounds: 6, roundMs: 2_000, reads: 1_000, searches: 200 },
  quick: { sizes: [1_000, 40_000], rounds: 2, roundMs: 500, reads: 100, searches: 20 },
};
/** Within 20 %. */
const atMostOlder = 1.2;

type Amounts = (typeof amounts)["full"];

const bareRows =
  "select * from messages where channel_id = $1 and deleted_at is null and id < $2 order by id desc limit $3";
/** Above every id. */
const end = "ffffffff-ffff-7fff-bfff-ffffffffffff";

const readBare = async (pool: Pool, channelId: ChannelId): Promise<void> => {
  await pool.query({ name: "bench_rows", text: bareRows, values: [channelId, end, pageSize] });
};

/** Pages a second, by several readers at once. */
const rateOf = async (read: () => Promise<unknown>, durationMs: number): Promise<number> => {
  const startMs = performance.now();
  let count = 0;
  const run = async (): Promise<void> => {
    while (performance.now() - startMs < durationMs) {
      await read();
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: readersAtOnce }, run));
  return (count * 1_000) / (performance.now() - startMs);
};

const msOf = async (work: () => Promise<unknown>): Promise<number> => {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
};

const comparePages = async (
  { database: { db, pool } }: TestServices,
  { channelId, viewerId }: { channelId: ChannelId; viewerId: UserId },
  { rounds, roundMs }: Amounts,
): Promise<BenchLine> => {
  const repo = createMessagesRepo(db);
  const readOurs = () => repo.listBefore(viewerId, { channelId, before: undefined, limit: pageSize });
  const total = { ours: 0, bare: 0 };
  // The first of them only warms up.
  for (let round = 0; round <= rounds; round += 1) {
    const ours = await rateOf(readOurs, roundMs);
    const bare = await rateOf(() => readBare(pool, channelId), roundMs);
    if (round === 0) continue;
    total.ours += ours / rounds;
    total.bare += bare / rounds;
  }
  return {
    what: `pages of ${pageSize} with all that hangs on them`,
    unit: "a second",
    ours: total.ours,
    baseline: { name: "bare rows", figure: total.bare },
    goal: { of: "ratio", atLeast: 0.5 },
  };
};

/** One read after the other, the channels in turns. */
const compareAges = async (
  { database: { db } }: TestServices,
  { channels, viewerId }: { channels: readonly FilledChannel[]; viewerId: UserId },
  { reads }: Amounts,
): Promise<BenchLine[]> => {
  const repo = createMessagesRepo(db);
  const took = channels.map(({ id, size }) => ({ id, size, ms: [] as number[] }));
  for (let count = 0; count < reads; count += 1) {
    for (const { id, ms } of took)
      ms.push(
        await msOf(() => repo.listBefore(viewerId, { channelId: id, before: undefined, limit: pageSize })),
      );
  }
  const [youngest, ...older] = took;
  if (!youngest) throw new Error("there is no channel");
  return older.map(({ size, ms }) => ({
    what: `a page in a channel of ${size.toLocaleString("en")}, p50`,
    unit: "ms",
    ours: percentile(ms, 0.5),
    baseline: {
      name: `in one of ${youngest.size.toLocaleString("en")}`,
      figure: percentile(youngest.ms, 0.5),
    },
    goal: { of: "ratio", atMost: atMostOlder },
  }));
};

/** Words of every rarity: the first stands in every second message, the last hardly anywhere. */
export const queryOf = (index: number): string => {
  const word = (n: number): string => `word${Math.floor(5_000 * ((n % 97) / 97) ** 3)}`;
  return index % 3 === 0 ? `${word(index)} ${word(index * 31)}` : word(index * 7);
};

const measureSearch = async (
  { messages, ids }: TestServices,
  { channel, viewerId }: { channel: FilledChannel; viewerId: UserId },
  { searches }: Amounts,
): Promise<BenchLine[]> => {
  const actor = { userId: viewerId, sessionId: ids.sessionId() };
  const ms: number[] = [];
  for (let index = 0; index < searches; index += 1) {
    const input = SearchMessages.parse({ channelId: channel.id, query: queryOf(index) });
    ms.push(await msOf(() => messages.search(actor, input)));
  }
  const goals = [
    ["p50", 0.5, 20],
    ["p95", 0.95, 50],
  ] as const;
  return goals.map(([name, share, atMost]) => ({
    what: `a search in a channel of ${channel.size.toLocaleString("en")}, ${name}`,
    unit: "ms",
    ours: percentile(ms, share),
    baseline: undefined,
    goal: { of: "ours", atMost },
  }));
};

export async function* benchHistory({ isQuick }: BenchOptions): AsyncGenerator<BenchLine> {
  const amount = amounts[isQuick ? "quick" : "full"];
  await using world = await createTestServices();
  const { channels, viewerId } = await makeChannels(world, amount.sizes);
  const [first] = channels;
  const biggest = channels.at(-1);
  if (!first || !biggest) throw new Error("there is no channel");
  yield await comparePages(world, { channelId: first.id, viewerId }, amount);
  yield* await compareAges(world, { channels, viewerId }, amount);
  yield* await measureSearch(world, { channel: biggest, viewerId }, amount);
}
