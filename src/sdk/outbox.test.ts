import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { type Message, SendMessage } from "#shared/contract/messages.ts";
import { aSignedIn, createFakeClient, credentials, type FakeClient } from "#tests/support/fake-client.ts";
import { type FakeCall, FakeRefusal } from "#tests/support/fake-http.ts";
import { aMe, aMessage, aReady, aUserRef, channelId, messageId } from "#tests/support/wire-objects.ts";
import { createOutbox, maxUnsentMessages, type Outbox, type OutboxOptions } from "./outbox.ts";
import { createMemoryStorage } from "./outbox-store.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const settle = () => vi.advanceTimersByTimeAsync(20);
const here = channelId(1);
const there = channelId(2);

interface World extends FakeClient {
  outbox: Outbox;
  /** What the server took, in its order. */
  taken: string[];
  /** Decides about each send; taking it when it returns. */
  judge: (content: string) => unknown;
  contents: (channel?: typeof here) => string[];
}

const createWorld = async (
  options: Partial<OutboxOptions> = {},
  answers: Record<string, (call: FakeCall) => unknown> = {},
): Promise<World> => {
  const taken: string[] = [];
  const world: { judge: World["judge"] } = { judge: () => undefined };
  const seen = new Set<string>();
  const send = async ({ input }: FakeCall): Promise<Message> => {
    const { content, nonce, channelId: place } = SendMessage.parse(input);
    await world.judge(content);
    if (nonce && !seen.has(nonce)) taken.push(content);
    if (nonce) seen.add(nonce);
    return aMessage(taken.length, { content, nonce: nonce ?? null, channelId: place, author: aUserRef(2) });
  };
  const fake = createFakeClient({ "messages.send": send, ...answers });
  void fake.client.session.login(credentials);
  await settle();
  const outbox = createOutbox({ client: fake.client, ...options });
  onTestFinished(() => {
    outbox.close();
    fake.client.close();
  });
  const contents = (channel = here) => outbox.pendingOf(channel).map(({ content }) => content);
  return Object.assign(world, fake, { outbox, taken, contents });
};

const goLive = async ({ client, gateway }: FakeClient) => {
  client.events.start();
  await settle();
  gateway.last.open();
  gateway.last.item("e-1", { t: "READY", d: aReady() });
};

test("a message is pending at once and gone when the server has it", async () => {
  const sent: Message[] = [];
  const world = await createWorld({ onSent: (message) => sent.push(message) });
  const message = world.outbox.send({ channelId: here, content: "hello", replyTo: messageId(7) });
  expect(world.outbox.pendingOf(here)).toEqual([message]);
  expect(message).toMatchObject({ content: "hello", replyTo: messageId(7), state: { kind: "pending" } });
  await settle();
  expect(world.outbox.pendingOf(here)).toEqual([]);
  expect(sent.map(({ nonce }) => nonce)).toEqual([message?.nonce]);
  expect(world.http.callsOf("messages.send")[0]?.input).toMatchObject({ replyTo: messageId(7) });
});

test("the messages of one channel go out in their order, one after the other", async () => {
  const world = await createWorld();
  let underWay = 0;
  world.judge = async () => {
    underWay += 1;
    expect(underWay).toBe(1);
    await Promise.resolve();
    underWay -= 1;
  };
  const words = Array.from({ length: 10 }, (_, index) => `message ${index}`);
  for (const content of words) world.outbox.send({ channelId: here, content });
  expect(world.contents()).toEqual(words);
  await vi.advanceTimersByTimeAsync(500);
  expect(world.taken).toEqual(words);
  expect(world.contents()).toEqual([]);
});

test("without a network messages wait, and go out in order as soon as the stream is live again", async () => {
  const world = await createWorld();
  world.http.isDown = true;
  for (const content of ["one", "two", "three"]) world.outbox.send({ channelId: here, content });
  world.outbox.send({ channelId: there, content: "elsewhere" });
  await vi.advanceTimersByTimeAsync(120_000);
  expect(world.contents()).toEqual(["one", "two", "three"]);
  expect(world.outbox.pendingOf(here).every(({ state }) => state.kind === "pending")).toBe(true);
  world.http.isDown = false;
  await goLive(world);
  await vi.advanceTimersByTimeAsync(200);
  expect(world.taken.filter((content) => content !== "elsewhere")).toEqual(["one", "two", "three"]);
  expect(world.taken).toContain("elsewhere");
});

test("an answer that was lost does not double the message", async () => {
  const world = await createWorld();
  let isLost = true;
  world.judge = () => {
    world.http.isDown = isLost;
  };
  world.outbox.send({ channelId: here, content: "once" });
  await settle();
  expect(world.contents()).toEqual(["once"]);
  isLost = false;
  world.http.isDown = false;
  await vi.advanceTimersByTimeAsync(2_000);
  expect(world.taken).toEqual(["once"]);
  expect(world.contents()).toEqual([]);
  expect(world.http.callsOf("messages.send").length).toBe(2);
});

test("the event with the nonce takes the message away; another's event with the same nonce does not", async () => {
  const world = await createWorld();
  await goLive(world);
  world.http.isDown = true;
  const message = world.outbox.send({ channelId: here, content: "hello" });
  await settle();
  const nonce = message?.nonce ?? null;
  world.gateway.last.item("e-2", { t: "MESSAGE_CREATE", d: aMessage(1, { nonce, author: aUserRef(3) }) });
  expect(world.contents()).toEqual(["hello"]);
  world.gateway.last.item("e-3", { t: "MESSAGE_CREATE", d: aMessage(2, { nonce, author: aUserRef(2) }) });
  expect(world.contents()).toEqual([]);
});

test("a refused message stays as failed with its reason, the next ones go out, and it can be retried or discarded", async () => {
  const world = await createWorld();
  let isRefusing = true;
  world.judge = (content) => {
    if (isRefusing && content.startsWith("bad"))
      throw new FakeRefusal({ reason: "MISSING_PERMISSION", params: { permission: "SEND_MESSAGES" } });
  };
  const bad = world.outbox.send({ channelId: here, content: "bad" });
  const worse = world.outbox.send({ channelId: here, content: "bad as well" });
  world.outbox.send({ channelId: here, content: "good" });
  await vi.advanceTimersByTimeAsync(100);
  expect(world.taken).toEqual(["good"]);
  expect(world.outbox.pendingOf(here)).toMatchObject([
    { content: "bad", state: { kind: "failed", failure: { reason: "MISSING_PERMISSION" } } },
    { content: "bad as well", state: { kind: "failed" } },
  ]);
  isRefusing = false;
  if (!bad || !worse) throw new Error("nothing was queued");
  world.outbox.discard(worse.nonce);
  world.outbox.retry(bad.nonce);
  await settle();
  expect(world.taken).toEqual(["good", "bad"]);
  expect(world.contents()).toEqual([]);
});

test("a rate limit is waited out, for as long as it says", async () => {
  const world = await createWorld();
  let isLimited = true;
  world.judge = () => {
    if (isLimited) throw new FakeRefusal({ reason: "RATE_LIMITED", params: { retryAfterMs: 5_000 } });
  };
  world.outbox.send({ channelId: here, content: "patient" });
  await settle();
  isLimited = false;
  world.environment.wake("online");
  await vi.advanceTimersByTimeAsync(4_800);
  expect(world.taken).toEqual([]);
  await vi.advanceTimersByTimeAsync(300);
  expect(world.taken).toEqual(["patient"]);
});

test("what waits for a rate limit says until when, and goes out in order however long that takes", async () => {
  const world = await createWorld();
  let retryAfterMs = 0;
  world.judge = () => {
    const params = { retryAfterMs, isForAllCalls: true } as const;
    if (retryAfterMs > 0) throw new FakeRefusal({ reason: "RATE_LIMITED", params });
  };
  retryAfterMs = 90_000;
  const untilMs = Date.now() + 90_000;
  for (const content of ["one", "two"]) world.outbox.send({ channelId: here, content });
  await settle();
  world.outbox.send({ channelId: there, content: "elsewhere" });
  await settle();
  const [first, second] = world.outbox.pendingOf(here);
  expect(first?.state).toMatchObject({ kind: "pending", wait: { failure: { reason: "RATE_LIMITED" } } });
  expect(second?.state).toEqual({ kind: "pending" });
  const [elsewhere] = world.outbox.pendingOf(there);
  for (const message of [first, elsewhere]) {
    const state = message?.state;
    const wait = state?.kind === "pending" ? state.wait : undefined;
    expect(Math.abs((wait?.untilMs ?? 0) - untilMs)).toBeLessThan(200);
  }
  expect(world.http.callsOf("messages.send")).toHaveLength(1);
  retryAfterMs = 0;
  await vi.advanceTimersByTimeAsync(89_000);
  expect(world.taken).toEqual([]);
  await vi.advanceTimersByTimeAsync(1_500);
  expect(world.taken.filter((content) => content !== "elsewhere")).toEqual(["one", "two"]);
  expect([...world.contents(here), ...world.contents(there)]).toEqual([]);
});

test("a slow mode's wait is waited for when it is short, and told of when it is long", async () => {
  const world = await createWorld();
  let retryAfterMs = 20_000;
  world.judge = () => {
    if (retryAfterMs > 0) throw new FakeRefusal({ reason: "SLOW_MODE", params: { retryAfterMs } });
  };
  world.outbox.send({ channelId: here, content: "soon" });
  await settle();
  expect(world.outbox.pendingOf(here)).toMatchObject([{ content: "soon", state: { kind: "pending" } }]);
  retryAfterMs = 600_000;
  await vi.advanceTimersByTimeAsync(20_100);
  expect(world.outbox.pendingOf(here)).toMatchObject([
    { content: "soon", state: { kind: "failed", failure: { reason: "SLOW_MODE" } } },
  ]);
  retryAfterMs = 0;
  const [failed] = world.outbox.pendingOf(here);
  if (failed) world.outbox.retry(failed.nonce);
  await settle();
  expect(world.taken).toEqual(["soon"]);
});

test("unsent messages outlive a reload, in their order", async () => {
  const storage = createMemoryStorage();
  const before = await createWorld({ storage });
  before.http.isDown = true;
  for (const content of ["one", "two"]) before.outbox.send({ channelId: here, content });
  await settle();
  before.outbox.close();
  const after = await createWorld({ storage });
  await settle();
  await vi.advanceTimersByTimeAsync(100);
  expect(after.taken).toEqual(["one", "two"]);
  expect(storage.length).toBe(0);
});

test("what was left unsent a day ago waits for its author's word", async () => {
  const storage = createMemoryStorage();
  const before = await createWorld({ storage });
  before.http.isDown = true;
  before.outbox.send({ channelId: here, content: "old news" });
  before.outbox.close();
  vi.setSystemTime(Date.now() + 25 * 60 * 60 * 1_000);
  const after = await createWorld({ storage });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(after.taken).toEqual([]);
  expect(after.outbox.pendingOf(here)).toMatchObject([{ content: "old news", state: { kind: "failed" } }]);
});

test("nonsense in the storage is left out", async () => {
  const storage = createMemoryStorage();
  storage.setItem(`together.outbox http://together.test ${aMe(2).id} x`, "{");
  storage.setItem(`together.outbox http://together.test ${aMe(2).id} y`, '{"nonce":1}');
  const world = await createWorld({ storage });
  expect(world.contents()).toEqual([]);
});

test("one account's messages are never sent by another", async () => {
  const storage = createMemoryStorage();
  let who = 2;
  const signIn = () => aSignedIn(1, { user: aMe(who) });
  const world = await createWorld({ storage }, { "auth.login": signIn, "auth.refresh": signIn });
  world.judge = () => {
    throw new TypeError("fetch failed");
  };
  world.outbox.send({ channelId: here, content: "from 2" });
  await settle();
  who = 3;
  void world.client.session.login(credentials);
  await settle();
  world.judge = () => undefined;
  expect(world.contents()).toEqual([]);
  world.outbox.send({ channelId: here, content: "from 3" });
  await vi.advanceTimersByTimeAsync(30_000);
  expect(world.taken).toEqual(["from 3"]);
  who = 2;
  void world.client.session.login(credentials);
  await vi.advanceTimersByTimeAsync(100);
  expect(world.taken).toEqual(["from 3", "from 2"]);
});

test("a logout leaves nothing in the storage", async () => {
  const storage = createMemoryStorage();
  const world = await createWorld({ storage });
  world.judge = () => {
    throw new TypeError("fetch failed");
  };
  world.outbox.send({ channelId: here, content: "secret" });
  await settle();
  expect(storage.length).toBe(1);
  void world.client.session.logout();
  await settle();
  expect(storage.length).toBe(0);
  expect(world.contents()).toEqual([]);
});

test("the outbox is bounded, and says so", async () => {
  const world = await createWorld();
  world.http.isDown = true;
  for (let index = 0; index < maxUnsentMessages; index += 1)
    world.outbox.send({ channelId: here, content: `${index}` });
  expect(world.outbox.isFull).toBe(true);
  expect(world.outbox.send({ channelId: here, content: "one too many" })).toBeUndefined();
  expect(world.contents()).toHaveLength(maxUnsentMessages);
});

test("listeners hear of each change, and what did not change stays the same array", async () => {
  const world = await createWorld();
  world.http.isDown = true;
  world.outbox.send({ channelId: there, content: "elsewhere" });
  const elsewhere = world.outbox.pendingOf(there);
  let changes = 0;
  const stop = world.outbox.subscribe(() => (changes += 1));
  world.outbox.send({ channelId: here, content: "here" });
  expect(changes).toBe(1);
  expect(world.outbox.pendingOf(there)).toBe(elsewhere);
  stop();
  world.outbox.send({ channelId: here, content: "unheard" });
  expect(changes).toBe(1);
});
