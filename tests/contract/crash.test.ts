/** GW16: what was acknowledged outlives a killed server, and those who were connected learn of it by themselves. */
import { expect, it, vi } from "vitest";
import { createOutbox, createRetryPolicy, type Outbox, type TogetherClient } from "#sdk/index.ts";
import { messages } from "#server/database/schema/messages.ts";
import type { Message } from "#shared/contract/messages.ts";
import type { ChannelId, MessageId, ServerId } from "#shared/ids.ts";
import { aMember, aServer, aUser } from "#tests/support/builders.ts";
import { Reader } from "#tests/support/reader.ts";
import { startServerProcess } from "#tests/support/server-process.ts";

const killCount = 5;
const channelCount = 3;
/** Impatient, so that the test is not about waiting. */
const retryPolicy = createRetryPolicy({ baseMs: 50, maxMs: 300 });

/** Writes into all channels at once, always the next message as soon as one is acknowledged. */
class Writer implements Disposable {
  readonly acknowledged = new Map<MessageId, string>();
  readonly #outbox: Outbox;
  #isWriting = true;
  #count = 0;

  constructor(client: TogetherClient, channelIds: ChannelId[]) {
    this.#outbox = createOutbox({ client, onSent: (message) => this.#acknowledge(message) });
    for (const channelId of channelIds) this.#write(channelId);
  }

  async until(acknowledgedCount: number): Promise<void> {
    await vi.waitUntil(() => this.acknowledged.size >= acknowledgedCount, { timeout: 20_000, interval: 5 });
  }

  /** Resolves when nothing is on its way any more. */
  async finish(channelIds: ChannelId[]): Promise<void> {
    this.#isWriting = false;
    await vi.waitUntil(() => channelIds.every((id) => this.#outbox.pendingOf(id).length === 0), {
      timeout: 20_000,
    });
  }

  #write(channelId: ChannelId): void {
    this.#outbox.send({ channelId, content: `message ${(this.#count += 1)}` });
  }

  #acknowledge({ id, content, channelId }: Message): void {
    this.acknowledged.set(id, content);
    if (this.#isWriting) this.#write(channelId);
  }

  [Symbol.dispose](): void {
    this.#outbox.close();
  }
}

const makeChannels = (client: TogetherClient, serverId: ServerId): Promise<ChannelId[]> =>
  Promise.all(
    Array.from({ length: channelCount }, async (_, index) => {
      const { id } = await client.api.channels.create.mutate({
        serverId,
        name: `channel ${index}`,
        type: "text",
      });
      return id;
    }),
  );

const sortedEntries = (map: ReadonlyMap<string, string>): [string, string][] =>
  [...map].toSorted(([one], [other]) => (one < other ? -1 : 1));

it("GW16 keeps every acknowledged message through kills, once, and whoever was connected knows them all", async () => {
  await using server = await startServerProcess();
  await using alice = await aUser(server, { retryPolicy });
  const made = await aServer(alice);
  await using bob = await aMember(server, made, { retryPolicy });
  const channelIds = await makeChannels(alice.client, made.serverId);
  const reader = new Reader(bob.client, channelIds);
  alice.client.events.start();
  await vi.waitUntil(() => reader.isLive);

  using writer = new Writer(alice.client, channelIds);
  for (let kill = 0; kill < killCount; kill += 1) {
    await writer.until(writer.acknowledged.size + 1 + Math.floor(Math.random() * 60));
    await server.kill();
    await server.start();
    await vi.waitUntil(() => reader.resyncCount > kill, { timeout: 20_000 });
  }
  await writer.until(writer.acknowledged.size + 10);
  await writer.finish(channelIds);

  const rows = await server.database.db.select({ id: messages.id, content: messages.content }).from(messages);
  const stored = new Map(rows.map(({ id, content }) => [id, content]));
  expect(stored.size).toBe(rows.length);
  expect(new Set(stored.values()).size, "a message was stored twice").toBe(stored.size);
  expect(sortedEntries(stored)).toEqual(expect.arrayContaining(sortedEntries(writer.acknowledged)));

  await vi.waitUntil(() => reader.known.size >= stored.size, { timeout: 10_000 });
  expect(sortedEntries(reader.known)).toEqual(sortedEntries(stored));
  expect(new Set(reader.heard).size, "an event came twice").toBe(reader.heard.length);
  expect(new Set(reader.eventIds).size, "an id came twice").toBe(reader.eventIds.length);
  expect(reader.resyncCount).toBe(killCount);
}, 60_000);
