import { eq } from "drizzle-orm";
import { uuidv7 } from "uuidv7";
import { afterAll, expect, test } from "vitest";
import { channels } from "#server/database/schema/channels.ts";
import type { Actor } from "#server/trpc/context.ts";
import { type ChannelId, Nonce } from "#shared/ids.ts";
import { createTestServices, refusal } from "#tests/support/services.ts";
import { createMessagesRepo } from "./messages.repo.ts";
import { createMessagesService } from "./messages.service.ts";

const world = await createTestServices();
afterAll(() => world[Symbol.asyncDispose]());
const { clock } = world;
const repo = createMessagesRepo(world.db);

const slow = refusal("SLOW_MODE", { retryAfterMs: 30_000 });

/** A server whose text channel takes a message in 30 s, with a member. */
const aSlowServer = async () => {
  const server = await world.aServer();
  await world.db.update(channels).set({ slowModeSeconds: 30 }).where(eq(channels.id, server.text));
  await world.access.serverChanged(server.id);
  return { ...server, bob: await world.aMember(server.id) };
};

const send = async (
  actor: Actor,
  channelId: ChannelId,
  {
    nonce,
    content = "hello",
    messages = world.messages,
  }: {
    nonce?: Nonce;
    content?: string;
    messages?: Pick<typeof world.messages, "send">;
  } = {},
) =>
  messages.send(actor, await world.channelAccess(actor, channelId), {
    channelId,
    content,
    ...(nonce && { nonce }),
  });

const contentsOf = async (actor: Actor, channelId: ChannelId) =>
  (await world.messages.list(actor, { channelId, limit: 100 })).messages.map(({ content }) => content);

/** As after a restart: nothing is in memory. */
const restarted = () => createMessagesService({ ...world, repo });

test("a member sends one message in that time, and those whom it does not bind as many as they like", async () => {
  const { id, text, owner, bob } = await aSlowServer();
  const free = await world.aMember(id, { permissions: ["BYPASS_SLOW_MODE"] });
  await send(bob, text);
  for (const actor of [owner, free]) {
    await send(actor, text);
    await send(actor, text);
  }
  await expect(send(bob, text)).rejects.toMatchObject(slow);
  clock.advance(30_000);
  await expect(send(bob, text)).resolves.toBeDefined();
});

test("of two sends at once one is refused", async () => {
  const { text, bob } = await aSlowServer();
  const outcomes = await Promise.allSettled([send(bob, text), send(bob, text)]);
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  expect(await contentsOf(bob, text)).toEqual(["hello"]);
});

test("a restart, and deleting one's message, give no new turn", async () => {
  const { text, bob } = await aSlowServer();
  const { id } = await send(bob, text);
  await world.messages.delete(bob, await world.access.requireMessage(bob.userId, id));
  const messages = restarted();
  await expect(send(bob, text, { messages })).rejects.toMatchObject(slow);
  clock.advance(30_000);
  await expect(send(bob, text, { messages })).resolves.toBeDefined();
  await expect(send(bob, text, { messages: restarted() })).rejects.toMatchObject(slow);
});

test("a repeated nonce is given its message, during the wait and after a restart, and takes no turn", async () => {
  const { text, bob } = await aSlowServer();
  const nonce = Nonce.parse(uuidv7());
  const first = await send(bob, text, { nonce });
  await expect(send(bob, text, { nonce })).resolves.toEqual(first);
  await expect(send(bob, text, { nonce, messages: restarted() })).resolves.toEqual(first);
  await expect(send(bob, text, { nonce: Nonce.parse(uuidv7()) })).rejects.toMatchObject(slow);
  clock.advance(30_000);
  await expect(send(bob, text, { nonce })).resolves.toEqual(first);
  await expect(send(bob, text, { content: "next" })).resolves.toBeDefined();
  expect(await contentsOf(bob, text)).toEqual(["hello", "next"]);
});

test("a send that fails gives its turn back", async () => {
  const { text, bob } = await aSlowServer();
  let fails = true;
  const messages = createMessagesService({
    ...world,
    repo: {
      ...repo,
      insert: (drafts) =>
        fails ? Promise.reject(new Error("Connection terminated unexpectedly")) : repo.insert(drafts),
    },
  });
  await expect(send(bob, text, { messages })).rejects.toThrow("Connection terminated");
  fails = false;
  await expect(send(bob, text, { messages })).resolves.toBeDefined();
  await expect(send(bob, text, { messages })).rejects.toMatchObject(slow);
});

test("a message that was stored though its answer was lost has taken the turn, and is announced by its retry", async () => {
  const { text, bob } = await aSlowServer();
  let isLost = true;
  const messages = createMessagesService({
    ...world,
    repo: {
      ...repo,
      insert: async (drafts) => {
        const rows = await repo.insert(drafts);
        if (isLost) throw new Error("Connection terminated unexpectedly");
        return rows;
      },
    },
  });
  const nonce = Nonce.parse(uuidv7());
  await expect(send(bob, text, { nonce, messages })).rejects.toThrow("Connection terminated");
  isLost = false;
  await expect(send(bob, text, { messages })).rejects.toMatchObject(slow);
  const events = await world.eventsOf(() => send(bob, text, { nonce, messages }));
  expect(events.map(({ event }) => event)).toMatchObject([{ t: "MESSAGE_CREATE", d: { nonce } }]);
});
