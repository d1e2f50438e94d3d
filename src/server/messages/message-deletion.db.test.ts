import { afterAll, describe, expect, test } from "vitest";
import type { Actor } from "#server/trpc/context.ts";
import { formatMention } from "#shared/contract/messages.ts";
import type { ChannelId, MessageId } from "#shared/ids.ts";
import { createTestServices, refusal } from "#tests/support/services.ts";

const world = await createTestServices();
afterAll(() => world[Symbol.asyncDispose]());
const { messages } = world;

const notFound = refusal("NOT_FOUND");

const deleteMany = async (actor: Actor, channelId: ChannelId, messageIds: MessageId[]) =>
  messages.bulkDelete(actor, await world.channelAccess(actor, channelId), { messageIds });

const say = async (actor: Actor, channelId: ChannelId, content: string) => {
  world.clock.advance(1);
  return messages.send(actor, await world.channelAccess(actor, channelId), { channelId, content });
};

const left = async (actor: Actor, channelId: ChannelId) =>
  (await messages.list(actor, { channelId, limit: 100 })).messages.map(({ id }) => id);

const aChat = async () => {
  const server = await world.aServer();
  const bob = await world.aMember(server.id);
  const ids: MessageId[] = [];
  for (const author of [server.owner, bob, bob, server.owner])
    ids.push(await world.aMessage(server.text, author.userId));
  return { ...server, bob, ids };
};

describe("deleting several messages", () => {
  test("is told in one event, and kept in one entry", async () => {
    const { id, owner, text, bob, ids } = await aChat();
    const events = await world.eventsOf(() => deleteMany(owner, text, ids.slice(1)));
    expect(events).toEqual([
      {
        audience: { kind: "channel", serverId: id, channelId: text },
        event: { t: "MESSAGE_BULK_DELETE", d: { channelId: text, ids: ids.slice(1) } },
      },
    ]);
    expect(await left(owner, text)).toEqual(ids.slice(0, 1));
    const [entry, ...others] = await world.listAudit(id);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      actorId: owner.userId,
      action: "messages.bulkDelete",
      targetType: "channel",
      targetId: text,
      targetName: "general",
      changes: { before: { count: 3 }, after: null },
    });
    expect(entry?.changes?.before?.["authors"]).toEqual(expect.arrayContaining([owner.userId, bob.userId]));
  });

  test("passes over what is elsewhere or gone, and tells of the others alone", async () => {
    const { id, owner, text, ids } = await aChat();
    const elsewhere = await world.aChannel(id);
    const foreign = await world.aMessage(elsewhere, owner.userId);
    const gone = await world.aMessage(text, owner.userId, new Date());
    const [first, ...rest] = ids;
    if (!first) throw new Error("there are four");
    const events = await world.eventsOf(() =>
      deleteMany(owner, text, [foreign, gone, world.ids.messageId(), first, first]),
    );
    expect(events.map(({ event }) => event)).toEqual([
      { t: "MESSAGE_BULK_DELETE", d: { channelId: text, ids: [first] } },
    ]);
    expect(await left(owner, text)).toEqual(rest);
    expect(await left(owner, elsewhere)).toEqual([foreign]);
  });

  test("of which none is there is refused without a trace", async () => {
    const { id, owner, text, ids } = await aChat();
    const elsewhere = await world.aChannel(id);
    const events = await world.eventsOf(() =>
      expect(deleteMany(owner, elsewhere, ids)).rejects.toMatchObject(notFound),
    );
    expect(events).toEqual([]);
    expect(await left(owner, text)).toEqual(ids);
    expect(await world.listAudit(id)).toEqual([]);
  });

  test("twice at once, in whichever order, deletes each once", async () => {
    const { id, owner, text, ids } = await aChat();
    const events = await world.eventsOf(() =>
      Promise.allSettled([deleteMany(owner, text, ids), deleteMany(owner, text, ids.toReversed())]),
    );
    expect(events.map(({ event }) => event)).toEqual([
      { t: "MESSAGE_BULK_DELETE", d: { channelId: text, ids } },
    ]);
    expect(await world.listAudit(id)).toHaveLength(1);
  });

  test("leaves marks and mentions as a single deletion does", async () => {
    const { id, owner, text } = await world.aServer();
    const bob = await world.aMember(id);
    const one = await say(owner, text, "one");
    const two = await say(owner, text, formatMention(bob.userId));
    const three = await say(owner, text, "three");
    const unread = async () => ({
      last: (await world.channels.list(bob, await world.serverAccess(bob, id))).find(
        (channel) => channel.id === text,
      )?.lastMessageId,
      reads: await world.reads.list(bob),
    });
    await messages.delete(owner, await world.access.requireMessage(owner.userId, three.id));
    const afterSingle = await unread();
    expect(afterSingle.last).toBe(two.id);

    await deleteMany(owner, text, [two.id, three.id]);
    expect(await unread()).toEqual({ ...afterSingle, last: one.id });
    // The newest that is left is read, and with it everything, though what mentioned them is gone.
    await expect(world.reads.ack(bob, { channelId: text, messageId: two.id })).resolves.toEqual({
      channelId: text,
      lastReadMessageId: one.id,
      mentionCount: 0,
    });
  });
});
