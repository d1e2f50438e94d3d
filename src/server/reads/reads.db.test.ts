import { eq } from "drizzle-orm";
import { afterAll, expect, test } from "vitest";
import { withTransaction } from "#server/database/client.ts";
import { messages } from "#server/database/schema/messages.ts";
import { MessageId } from "#shared/ids.ts";
import { createTestServices, refusal } from "#tests/support/services.ts";

const world = await createTestServices();
afterAll(() => world[Symbol.asyncDispose]());
const { reads } = world;

const aConversation = async (count: number) => {
  const server = await world.aServer();
  const reader = await world.aMember(server.id);
  const ids: MessageId[] = [];
  for (let index = 0; index < count; index++)
    ids.push(await world.aMessage(server.text, server.owner.userId));
  const mention = (times = 1) =>
    withTransaction(world.db, async (tx) => {
      for (let index = 0; index < times; index++) await reads.addMentions(tx, server.text, [reader.userId]);
    });
  const ack = (messageId: MessageId) => reads.ack(reader, { channelId: server.text, messageId });
  return { ...server, reader, ids, mention, ack };
};

const at = (ids: readonly MessageId[], index: number): MessageId => MessageId.parse(ids.at(index));

test("a mark moves forward and never back, and each move is told to its owner alone", async () => {
  const { text, reader, ids, ack } = await aConversation(3);
  await expect(ack(at(ids, 1))).resolves.toEqual({
    channelId: text,
    lastReadMessageId: ids[1],
    mentionCount: 0,
  });
  await expect(ack(at(ids, 0))).resolves.toMatchObject({ lastReadMessageId: ids[1] });

  const events = await world.eventsOf(async () => {
    await ack(at(ids, 0));
    await ack(at(ids, 1));
    await ack(at(ids, 2));
    await ack(at(ids, 2));
  });
  expect(events).toEqual([
    {
      audience: { kind: "user", userId: reader.userId },
      event: { t: "READ_UPDATE", d: { channelId: text, lastReadMessageId: ids[2], mentionCount: 0 } },
    },
  ]);
});

test("a mark ends at the newest message, whatever its owner claims", async () => {
  const { text, owner, reader, ids, ack } = await aConversation(2);
  const fromTheFuture = MessageId.parse("ffffffff-ffff-7fff-bfff-ffffffffffff");
  await expect(ack(fromTheFuture)).resolves.toMatchObject({ lastReadMessageId: ids[1] });
  await world.aMessage(text, owner.userId);
  await expect(reads.list(reader)).resolves.toMatchObject([{ lastReadMessageId: ids[1] }]);
});

test("an id between two messages is a mark too, and an empty channel has none", async () => {
  const { text, owner, ack } = await aConversation(0);
  const between = world.ids.messageId();
  await expect(ack(between)).resolves.toMatchObject({ lastReadMessageId: null });
  await world.aMessage(text, owner.userId);
  await expect(ack(between)).resolves.toMatchObject({ lastReadMessageId: between });
});

test("a deleted message is not the newest", async () => {
  const { ids, ack } = await aConversation(2);
  await world.db
    .update(messages)
    .set({ deletedAt: new Date() })
    .where(eq(messages.id, at(ids, 1)));
  await expect(ack(at(ids, 1))).resolves.toMatchObject({ lastReadMessageId: ids[0] });
});

test("mentions are counted, and forgotten when the newest message is read", async () => {
  const { ids, mention, ack, text, reader } = await aConversation(3);
  await mention(2);
  await expect(ack(at(ids, 1))).resolves.toMatchObject({ lastReadMessageId: ids[1], mentionCount: 2 });
  await expect(reads.list(reader)).resolves.toEqual([
    { channelId: text, lastReadMessageId: ids[1], mentionCount: 2 },
  ]);
  await expect(ack(at(ids, 2))).resolves.toMatchObject({ lastReadMessageId: ids[2], mentionCount: 0 });
});

test("a mention forgotten without a move of the mark is told too", async () => {
  const { ids, mention, ack } = await aConversation(1);
  await ack(at(ids, 0));
  await mention();
  const events = await world.eventsOf(() => ack(at(ids, 0)));
  expect(events.map(({ event }) => event)).toMatchObject([{ t: "READ_UPDATE", d: { mentionCount: 0 } }]);
});

test("a mention that is being stored while its reader acknowledges is not lost", async () => {
  const { text, owner, reader, ids, ack, mention } = await aConversation(1);
  await mention();
  const [acked] = await withTransaction(world.db, async (tx) => {
    const id = world.ids.messageId();
    await tx.insert(messages).values({ id, channelId: text, authorId: owner.userId, content: "you?" });
    await reads.addMentions(tx, text, [reader.userId]);
    // It waits for this transaction, which therefore must not wait for it.
    const waiting = ack(at(ids, 0));
    await untilWaiting();
    return [waiting];
  });
  await expect(acked).resolves.toMatchObject({ mentionCount: 2 });
});

/** Until a statement of this database waits for a lock. */
const untilWaiting = async (): Promise<void> => {
  await expect
    .poll(async () => {
      const { rows } = await world.database.pool.query(
        "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      return rows.length;
    })
    .toBeGreaterThan(0);
};

test("many acknowledgements and mentions at once end in a mark that is right", async () => {
  const { ids, ack, mention, reader, text } = await aConversation(10);
  await Promise.all([...ids.toReversed().map(ack), ...ids.map(() => mention())]);
  await mention();
  await expect(ack(at(ids, 0))).resolves.toMatchObject({ lastReadMessageId: ids[9] });
  await expect(ack(at(ids, 9))).resolves.toEqual({
    channelId: text,
    lastReadMessageId: ids[9],
    mentionCount: 0,
  });
  await expect(reads.list(reader)).resolves.toHaveLength(1);
});

test("marks in channels that exist no more for their owner are not listed", async () => {
  const { id, owner, reader, ids, ack, text } = await aConversation(1);
  await ack(at(ids, 0));
  const { state } = await world.serverAccess(owner, id);
  await world.channels.setOverride(owner, await world.channelAccess(owner, text), {
    channelId: text,
    target: { type: "role", id: state.everyoneRoleId },
    allow: 0n,
    deny: 1n,
  });
  await expect(reads.list(reader)).resolves.toEqual([]);
});

test("a channel that is deleted meanwhile does not exist", async () => {
  const { text, owner, reader } = await aConversation(0);
  await world.channels.delete(owner, await world.channelAccess(owner, text));
  const messageId = world.ids.messageId();
  await expect(reads.ack(reader, { channelId: text, messageId })).rejects.toMatchObject(refusal("NOT_FOUND"));
});
