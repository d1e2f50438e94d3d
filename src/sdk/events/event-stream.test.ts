import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { CloseCode } from "#shared/close-codes.ts";
import type { GatewayEvent } from "#shared/events.ts";
import { aSignedIn, createFakeClient, credentials, type FakeClient } from "#tests/support/fake-client.ts";
import { FakeRefusal } from "#tests/support/fake-http.ts";
import { aMessage, aReady } from "#tests/support/wire-objects.ts";
import type { ConnectionState } from "./event-stream.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const settle = () => vi.advanceTimersByTimeAsync(20);
const ready: GatewayEvent = { t: "READY", d: aReady() };

/** Signed in and live, with one item received. */
const startLive = async (...answers: Parameters<typeof createFakeClient>): Promise<FakeClient> => {
  const fake = createFakeClient(...answers);
  onTestFinished(() => fake.client.close());
  void fake.client.session.login(credentials);
  await settle();
  fake.client.events.start();
  await settle();
  fake.gateway.last.open();
  fake.gateway.last.item("e-1", ready);
  return fake;
};

const kindOf = ({ client }: FakeClient): ConnectionState["kind"] => client.events.connection.get().kind;

test("a start before the sign-in connects with the sign-in", async () => {
  const fake = createFakeClient({}, { session: "body" });
  onTestFinished(() => fake.client.close());
  fake.client.events.start();
  await settle();
  expect(kindOf(fake)).toBe("idle");
  void fake.client.session.login(credentials);
  await settle();
  expect(kindOf(fake)).toBe("connecting");
  fake.gateway.last.open();
  expect(fake.gateway.last.url).toBe("ws://together.test/gateway?connectionParams=1");
  expect(fake.gateway.last.token).toBe("access-1");
  expect(fake.gateway.last.resumedFrom).toBeNull();
});

test("typed handlers hear their events, in order, until they stop", async () => {
  const fake = await startLive();
  const heard: string[] = [];
  const stop = fake.client.events.on(
    "MESSAGE_CREATE",
    ({ content }, id) => void heard.push(`${id} ${content}`),
  );
  const { last } = fake.gateway;
  last.item("e-2", { t: "MESSAGE_CREATE", d: aMessage(1) });
  last.item("e-3", { t: "MESSAGE_UPDATE", d: aMessage(1) });
  last.item("e-4", { t: "MESSAGE_CREATE", d: aMessage(2) });
  stop();
  last.item("e-5", { t: "MESSAGE_CREATE", d: aMessage(3) });
  expect(heard).toEqual(["e-2 message 1", "e-4 message 2"]);
});

test("GW6 a lost connection is followed by one that resumes from the last id", async () => {
  const fake = await startLive();
  fake.gateway.last.item("e-7", { t: "MESSAGE_CREATE", d: aMessage(1) });
  fake.gateway.last.drop();
  expect(kindOf(fake)).toBe("waiting");
  await vi.advanceTimersByTimeAsync(600);
  expect(fake.gateway.sockets).toHaveLength(2);
  fake.gateway.last.open();
  expect(fake.gateway.last.resumedFrom).toBe("e-7");
});

test("an event that this version does not know counts for the resume", async () => {
  const fake = await startLive();
  fake.gateway.last.say({
    id: 1,
    result: { type: "data", id: "e-9", data: { id: "e-9", data: { t: "LATER", d: {} } } },
  });
  expect(fake.client.events.lastEventId).toBe("e-9");
});

test("what cannot be read is left out", async () => {
  const fake = await startLive();
  for (const nonsense of ["{", "null", "[]", '{"result":{}}', '{"result":{"type":"data","data":{"id":5}}}']) {
    fake.gateway.last.say(nonsense);
  }
  expect(kindOf(fake)).toBe("live");
  expect(fake.client.events.lastEventId).toBe("e-1");
});

test("GW4 waits grow up to the bound, are never 0, and begin small again after a stable connection", async () => {
  const fake = await startLive();
  await vi.advanceTimersByTimeAsync(9_000);
  const waits: number[] = [];
  for (let attempt = 0; attempt < 8; attempt += 1) {
    fake.gateway.last.drop();
    const state = fake.client.events.connection.get();
    if (state.kind !== "waiting") throw new Error(`expected to wait, not ${state.kind}`);
    waits.push(state.retryAtMs - Date.now());
    await vi.advanceTimersByTimeAsync(state.retryAtMs - Date.now());
  }
  expect(waits[0]).toBeGreaterThan(0);
  expect(waits[0]).toBeLessThanOrEqual(500);
  expect(waits.at(-1)).toBeGreaterThanOrEqual(7_500);
  expect(Math.max(...waits)).toBeLessThanOrEqual(15_000);

  fake.gateway.last.open();
  fake.gateway.last.item("e-2", { t: "RESUMED", d: {} });
  for (let second = 0; second < 11; second += 1) {
    await vi.advanceTimersByTimeAsync(1_000);
    fake.gateway.last.say("PONG");
  }
  fake.gateway.last.drop();
  expect(fake.client.events.connection.get()).toMatchObject({ kind: "waiting", attempt: 1 });
});

test("GW4 a network that dies without a word is noticed well within 35 s", async () => {
  const fake = await startLive();
  const { last } = fake.gateway;
  await vi.advanceTimersByTimeAsync(10_100);
  expect(last.sent.at(-1)).toBe("PING");
  last.say("PONG");
  await vi.advanceTimersByTimeAsync(15_000);
  expect(kindOf(fake)).toBe("live");
  await vi.advanceTimersByTimeAsync(4_000);
  expect(kindOf(fake)).not.toBe("live");
  expect(last.closedWith).toBe(1000);
});

test("a connection that never answers is given up", async () => {
  const fake = await startLive();
  fake.gateway.last.drop();
  await vi.advanceTimersByTimeAsync(600);
  expect(kindOf(fake)).toBe("connecting");
  await vi.advanceTimersByTimeAsync(15_100);
  expect(kindOf(fake)).toBe("waiting");
});

test("the server's PING is answered", async () => {
  const fake = await startLive();
  fake.gateway.last.say("PING");
  expect(fake.gateway.last.sent.at(-1)).toBe("PONG");
});

test("a network that comes back is tried at once, and a live connection is asked whether it still is", async () => {
  const fake = await startLive();
  for (let attempt = 0; attempt < 7; attempt += 1) {
    fake.gateway.last.drop();
    await vi.runOnlyPendingTimersAsync();
  }
  fake.gateway.last.drop();
  const before = fake.gateway.sockets.length;
  fake.environment.wake("online");
  await vi.advanceTimersByTimeAsync(300);
  expect(fake.gateway.sockets).toHaveLength(before + 1);
  fake.gateway.last.open();
  fake.gateway.last.item("e-2", { t: "RESUMED", d: {} });
  fake.environment.wake("visible");
  expect(fake.gateway.last.sent.at(-1)).toBe("PING");
});

test("GW14 a connection closed with the session's end asks for a new token, and ends where that is refused", async () => {
  let isRevoked = false;
  const fake = await startLive({
    "auth.refresh": () => {
      if (isRevoked) throw new FakeRefusal({ reason: "UNAUTHENTICATED", params: {} });
      throw new TypeError("fetch failed");
    },
  });
  isRevoked = true;
  fake.gateway.last.drop(CloseCode.sessionEnded);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(fake.client.session.state.get()).toEqual({ kind: "signed-out", cause: "ended" });
  expect(kindOf(fake)).toBe("idle");
  expect(fake.gateway.sockets).toHaveLength(1);
});

test("a subscription refused for an expired token is made again with a new one, after a wait", async () => {
  const fake = await startLive();
  fake.gateway.last.say({
    id: 1,
    error: { message: "TOKEN_EXPIRED", code: -32_001, data: { reason: "TOKEN_EXPIRED", params: {} } },
  });
  await settle();
  expect(kindOf(fake)).toBe("waiting");
  await vi.advanceTimersByTimeAsync(600);
  fake.gateway.last.open();
  expect(fake.gateway.last.token).toBe("access-2");
  expect(fake.gateway.last.resumedFrom).toBe("e-1");
});

test("a refresh that finds no network leaves the stream trying", async () => {
  let isDown = true;
  const fake = await startLive({
    "auth.refresh": () => {
      if (isDown) throw new TypeError("fetch failed");
      return aSignedIn(9);
    },
  });
  fake.gateway.last.drop(CloseCode.sessionEnded);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(fake.client.session.state.get().kind).toBe("signed-in");
  isDown = false;
  fake.gateway.last.drop(CloseCode.sessionEnded);
  await vi.advanceTimersByTimeAsync(30_000);
  fake.gateway.last.open();
  expect(fake.gateway.last.token).toBe("access-9");
});

test("GW15 a restarting server is left and come back to, spread over 2 s", async () => {
  const delaysMs: number[] = [];
  for (let client = 0; client < 20; client += 1) {
    const fake = await startLive();
    fake.gateway.last.say({ id: null, method: "reconnect" });
    await settle();
    const state = fake.client.events.connection.get();
    delaysMs.push(state.kind === "waiting" ? state.retryAtMs - Date.now() : Number.NaN);
  }
  expect(Math.min(...delaysMs)).toBeGreaterThan(0);
  expect(Math.max(...delaysMs)).toBeLessThanOrEqual(2_500);
  expect(Math.max(...delaysMs) - Math.min(...delaysMs)).toBeGreaterThan(500);
});

test("a client that the server found too busy stays away for a while", async () => {
  const fake = await startLive();
  fake.gateway.last.drop(CloseCode.rateLimited);
  await vi.advanceTimersByTimeAsync(9_900);
  expect(fake.gateway.sockets).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(fake.gateway.sockets).toHaveLength(2);
});

test("a stream that was begun too often waits for as long as the server says", async () => {
  const fake = await startLive();
  fake.gateway.last.drop();
  await vi.advanceTimersByTimeAsync(2_000);
  const data = { reason: "RATE_LIMITED", params: { retryAfterMs: 40_000 } };
  fake.gateway.last.open();
  fake.gateway.last.say({ id: 1, error: { message: "RATE_LIMITED", code: -32_029, data } });
  await vi.advanceTimersByTimeAsync(39_900);
  expect(fake.gateway.sockets).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(fake.gateway.sockets).toHaveLength(3);
});

test("after a stop nothing comes, and a start resumes", async () => {
  const fake = await startLive();
  const heard: string[] = [];
  fake.client.events.onAny(({ t }) => void heard.push(t));
  const old = fake.gateway.last;
  fake.client.events.stop();
  expect(old.closedWith).toBe(1000);
  old.item("e-2", { t: "MESSAGE_CREATE", d: aMessage(1) });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(heard).toEqual([]);
  expect(fake.gateway.sockets).toHaveLength(1);
  fake.client.events.start();
  await settle();
  fake.gateway.last.open();
  expect(fake.gateway.last.resumedFrom).toBe("e-1");
});

test("another account neither resumes the stream of the one before nor hears the rest of it", async () => {
  const fake = await startLive();
  const old = fake.gateway.last;
  void fake.client.session.logout();
  await settle();
  expect(old.closedWith).toBe(1000);
  expect(fake.client.events.lastEventId).toBeNull();
  void fake.client.session.login(credentials);
  await settle();
  fake.gateway.last.open();
  expect(fake.gateway.last.resumedFrom).toBeNull();
});

test("a handler that throws keeps nothing from the others", async () => {
  const faults: unknown[] = [];
  const fake = await startLive({}, { onHandlerError: (error) => faults.push(error) });
  const heard: string[] = [];
  fake.client.events.onAny(() => {
    throw new Error("a handler's own fault");
  });
  fake.client.events.on("RESUMED", () => Promise.reject(new Error("a later fault")));
  fake.client.events.onAny(({ t }) => void heard.push(t));
  fake.gateway.last.item("e-2", { t: "RESUMED", d: {} });
  fake.gateway.last.item("e-3", { t: "MESSAGE_CREATE", d: aMessage(1) });
  expect(heard).toEqual(["RESUMED", "MESSAGE_CREATE"]);
  await settle();
  expect(faults.map(String)).toEqual([
    "Error: a handler's own fault",
    "Error: a handler's own fault",
    "Error: a later fault",
  ]);
});

test("whoever cannot wait bounds the waits, and what the server asked for is waited all the same", async () => {
  const fake = await startLive();
  const release = fake.client.events.boundWaits(3_000);
  const longestWaitMs = () => {
    const state = fake.client.events.connection.get();
    return state.kind === "waiting" ? state.retryAtMs - Date.now() : 0;
  };
  for (let failures = 0; failures < 8; failures += 1) {
    fake.gateway.last.drop();
    expect(longestWaitMs()).toBeLessThanOrEqual(3_000);
    await vi.advanceTimersByTimeAsync(3_100);
    fake.gateway.last.open();
  }
  fake.gateway.last.drop(CloseCode.rateLimited);
  expect(longestWaitMs()).toBeGreaterThan(10_000);
  await vi.advanceTimersByTimeAsync(14_000);
  release();
  fake.gateway.last.drop();
  expect(longestWaitMs()).toBeGreaterThan(7_000);
});
