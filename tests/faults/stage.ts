/** A community that talks while something fails: who writes, who reads, and whether both know the same in the end. */
import { setTimeout as wait } from "node:timers/promises";
import { createRetryPolicy } from "#sdk/index.ts";
import type { ChannelId } from "#shared/ids.ts";
import { aMember, aServer, aUser, type TestUser } from "#tests/support/builders.ts";
import { Reader, readHistory } from "#tests/support/reader.ts";
import { percentile } from "#tests/support/statistics.ts";
import type { FaultLine } from "./fault-line.ts";
import { type Answer, Writer } from "./writer.ts";

export interface Stage extends AsyncDisposable {
  users: readonly TestUser[];
  channelIds: readonly ChannelId[];
  writers: readonly Writer[];
  readers: readonly Reader[];
  answers(): Answer[];
  /** Stops the writers, waits for the readers, and compares; the figures' names begin with what is said here. */
  compare(prefix: string): Promise<FaultLine[]>;
}

const writerCount = 8;
const channelCount = 3;
const readerCount = 4;
const perSecond = 50;
/** Impatient, so that a figure is the server's and not the library's wait. */
const retryPolicy = createRetryPolicy({ baseMs: 50, maxMs: 500 });

export const until = async (
  what: string,
  holds: () => boolean | Promise<boolean>,
  timeoutMs = 60_000,
): Promise<void> => {
  const endMs = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await wait(10);
  }
};

export const openStage = async (
  server: { url: string },
  { textLength = 0 }: { textLength?: number } = {},
): Promise<Stage> => {
  const alice = await aUser(server, { username: "alice", retryPolicy });
  const made = await aServer(alice);
  const members: TestUser[] = [];
  for (let index = 1; index < readerCount; index += 1)
    members.push(await aMember(server, made, { username: `member-${index}`, retryPolicy }));
  const users = [alice, ...members];
  const channelIds: ChannelId[] = [];
  for (let index = 0; index < channelCount; index += 1) {
    const input = { serverId: made.serverId, name: `channel ${index}`, type: "text" } as const;
    channelIds.push((await alice.client.api.channels.create.mutate(input)).id);
  }
  const readers = users.map(({ client }) => new Reader(client, channelIds));
  await until("everybody listens", () => readers.every(({ isLive }) => isLive));
  const writers = Array.from(
    { length: writerCount },
    (_, index) =>
      new Writer({
        url: server.url,
        name: `writer ${index}`,
        user: users[index % users.length] ?? alice,
        channelId: channelIds[index % channelIds.length] ?? made.channelId,
        textLength,
        everyMs: (1_000 * writerCount) / perSecond,
      }),
  );
  return {
    ...{ users, channelIds, writers, readers },
    answers: () => writers.flatMap(({ answers }) => answers),
    async compare(prefix) {
      await Promise.all(writers.map((writer) => writer.stop()));
      const history = await readHistory(alice.client, channelIds);
      return compareAll({ prefix, history, writers, readers });
    },
    async [Symbol.asyncDispose]() {
      for (const { client } of users) client.close();
      await Promise.all(writers.map((writer) => Promise.race([writer.stop(), wait(5_000)])));
    },
  };
};

interface Known {
  prefix: string;
  history: Awaited<ReturnType<typeof readHistory>>;
  writers: readonly Writer[];
  readers: readonly Reader[];
}

const compareAll = async ({ prefix, history, writers, readers }: Known): Promise<FaultLine[]> => {
  const stored = new Map(history.map(({ id, content }) => [id, content]));
  const acknowledged = writers.flatMap((writer) => [...writer.acknowledged]);
  const unknownTo = ({ known }: Reader): number => [...stored.keys()].filter((id) => !known.has(id)).length;
  // What is still on its way to them; what does not come is the figure.
  await until("everybody knows all", () => readers.every((reader) => unknownTo(reader) === 0), 20_000).catch(
    () => undefined,
  );
  const sum = (of: (reader: Reader) => number): number =>
    readers.reduce((total, reader) => total + of(reader), 0);
  const zero = { unit: "messages", promise: { atMost: 0 } };
  return [
    { what: `${prefix}: acknowledged`, unit: "messages", figure: acknowledged.length },
    {
      ...zero,
      what: `${prefix}: acknowledged and lost`,
      figure: acknowledged.filter(([id, content]) => stored.get(id) !== content).length,
    },
    {
      ...zero,
      what: `${prefix}: stored twice`,
      figure: history.length - new Set(history.map(({ content }) => content)).size,
    },
    { ...zero, what: `${prefix}: unknown to a reader`, figure: sum(unknownTo) },
    {
      ...zero,
      what: `${prefix}: heard twice`,
      figure: sum(({ heard }) => heard.length - new Set(heard).size),
    },
    { ...zero, what: `${prefix}: heard out of order`, figure: sum(({ eventIds }) => outOfOrder(eventIds)) },
  ];
};

/** An id is "<epoch>-<sequence>"; another epoch begins anew. */
const outOfOrder = (ids: readonly string[]): number => {
  const places = ids.map((id) => id.split("-"));
  return places.filter(([epoch, sequence], index) => {
    const [earlierEpoch, earlier] = places[index - 1] ?? [];
    return epoch === earlierEpoch && Number(sequence) <= Number(earlier);
  }).length;
};

/** How long the answers took, as three figures; the promise is of the longest. */
export const latencyLines = (
  what: string,
  answers: readonly Answer[],
  promise?: FaultLine["promise"],
): FaultLine[] => {
  const took = answers.map(({ tookMs }) => tookMs);
  return [
    { what: `${what}, p50`, unit: "ms", figure: percentile(took, 0.5) },
    { what: `${what}, p99`, unit: "ms", figure: percentile(took, 0.99) },
    { what: `${what}, longest`, unit: "ms", figure: Math.max(0, ...took), ...(promise && { promise }) },
  ];
};
