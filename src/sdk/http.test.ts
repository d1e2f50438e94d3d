/** What the library does about the server's limits. */
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { createFakeClient, credentials, type FakeClient } from "#tests/support/fake-client.ts";
import { type FakeCall, FakeRefusal } from "#tests/support/fake-http.ts";
import { aMe, channelId } from "#tests/support/wire-objects.ts";
import { reasonOf } from "./failure.ts";
import type { Fetch } from "./http.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const settle = () => vi.advanceTimersByTimeAsync(20);
/** As far as queries of one account are spread. */
const spreadMs = 500;

interface World extends FakeClient {
  /** Until when the server refuses, for each path or for all. */
  limits: Map<string, number>;
  /** The paths of each request, in their order. */
  requests: string[];
}

const createWorld = async (): Promise<World> => {
  const limits = new Map<string, number>();
  const refuse = (untilMs: number, isForAllCalls: boolean): void => {
    const retryAfterMs = untilMs - Date.now();
    if (retryAfterMs <= 0) return;
    const params = { retryAfterMs, ...(isForAllCalls && { isForAllCalls }) };
    throw new FakeRefusal({ reason: "RATE_LIMITED", params });
  };
  const answer =
    (value: unknown) =>
    ({ path }: FakeCall): unknown => {
      refuse(limits.get("all") ?? 0, true);
      refuse(limits.get(path) ?? 0, false);
      return value;
    };
  const requests: string[] = [];
  const fetch: Fetch = (url, init) => {
    requests.push(new URL(url).pathname.replace("/api/trpc/", ""));
    return fake.http.fetch(url, init);
  };
  const answers = {
    "messages.search": answer({ messages: [], nextCursor: null }),
    "servers.list": answer([]),
    "users.me": answer(aMe(2)),
    "reads.ack": answer(null),
    "invites.accept": answer(null),
  };
  const fake = createFakeClient(answers, { fetch });
  onTestFinished(() => fake.client.close());
  void fake.client.session.login(credentials);
  await settle();
  return { ...fake, limits, requests };
};

const limitFor = ({ limits }: World, path: string, ms: number): void =>
  void limits.set(path, Date.now() + ms);
const search = ({ client }: World, query = "boat") =>
  client.api.messages.search.query({ channelId: channelId(1), query });

/** The failure, or undefined while there is none. */
const watch = (call: Promise<unknown>) => {
  const seen: { failure?: ReturnType<typeof reasonOf>; isDone: boolean } = { isDone: false };
  call.then(
    () => Object.assign(seen, { isDone: true }),
    (error: unknown) => Object.assign(seen, { isDone: true, failure: reasonOf(error) }),
  );
  return seen;
};
const limited = (retryAfterMs: number) => ({ reason: "RATE_LIMITED", params: { retryAfterMs } });

test("a query waits for a short limit without a word", async () => {
  const world = await createWorld();
  limitFor(world, "messages.search", 2_000);
  const seen = watch(search(world));
  await vi.advanceTimersByTimeAsync(1_900);
  expect(seen.isDone).toBe(false);
  await vi.advanceTimersByTimeAsync(100 + spreadMs);
  expect(seen).toEqual({ isDone: true });
});

test("a longer limit is handed to the caller at once, with when to come again", async () => {
  const world = await createWorld();
  limitFor(world, "messages.search", 42_000);
  const seen = watch(search(world));
  await settle();
  expect(seen).toMatchObject({ isDone: true, failure: limited(42_000) });
});

test("a query does not wait twice for longer than it may wait in all", async () => {
  const world = await createWorld();
  limitFor(world, "messages.search", 2_000);
  const first = watch(search(world));
  await vi.advanceTimersByTimeAsync(100);
  const second = watch(search(world));
  // Somebody else of the account takes what the next minute allows.
  limitFor(world, "messages.search", 4_000);
  await vi.advanceTimersByTimeAsync(2_000 + spreadMs);
  for (const { failure } of [first, second]) expect(failure).toMatchObject({ reason: "RATE_LIMITED" });
});

test("while a limit lasts nobody asks, and what waits goes on in one request", async () => {
  const world = await createWorld();
  limitFor(world, "messages.search", 42_000);
  watch(search(world));
  await settle();
  const asked = world.http.callsOf("messages.search").length;
  await vi.advanceTimersByTimeAsync(10_000);
  const refused = watch(search(world, "ferry"));
  const other = watch(world.client.api.servers.list.query());
  await settle();
  expect(refused.failure).toMatchObject({ reason: "RATE_LIMITED" });
  expect(other).toEqual({ isDone: true });
  expect(world.http.callsOf("messages.search")).toHaveLength(asked);

  await vi.advanceTimersByTimeAsync(30_000);
  world.requests.length = 0;
  const waiting = ["a", "b", "c"].map((query) => watch(search(world, query)));
  await vi.advanceTimersByTimeAsync(2_000 + spreadMs);
  expect(waiting).toEqual([{ isDone: true }, { isDone: true }, { isDone: true }]);
  expect(world.requests).toEqual(["messages.search,messages.search,messages.search"]);
});

test("a limit for all calls holds back changes too, and only as long as it lasts", async () => {
  const world = await createWorld();
  limitFor(world, "all", 42_000);
  watch(world.client.api.users.me.query());
  await settle();
  const asked = world.http.calls.length;
  const calls = [
    watch(search(world)),
    watch(world.client.api.servers.list.query()),
    watch(world.client.api.invites.accept.mutate({ code: "abcdefgh" })),
  ];
  await settle();
  for (const { failure } of calls)
    expect(failure).toMatchObject({ reason: "RATE_LIMITED", params: { isForAllCalls: true } });
  expect(world.http.calls).toHaveLength(asked);

  await vi.advanceTimersByTimeAsync(42_000);
  const accepted = watch(world.client.api.invites.accept.mutate({ code: "abcdefgh" }));
  await settle();
  expect(accepted).toEqual({ isDone: true });
});

test("a change that has a limit of its own is asked for all the same", async () => {
  const world = await createWorld();
  limitFor(world, "invites.accept", 42_000);
  const accept = () => watch(world.client.api.invites.accept.mutate({ code: "abcdefgh" }));
  accept();
  await settle();
  const second = accept();
  await settle();
  expect(second.failure).toMatchObject({ reason: "RATE_LIMITED" });
  expect(world.http.callsOf("invites.accept")).toHaveLength(2);
});

test("tokens are renewed while the account's calls are limited", async () => {
  const world = await createWorld();
  limitFor(world, "all", 42_000);
  watch(world.client.api.users.me.query());
  await settle();
  await expect(world.client.session.renew("access-1")).resolves.toBe("access-2");
});

test("the next account does not wait for what the last one was refused", async () => {
  const world = await createWorld();
  limitFor(world, "all", 42_000);
  watch(world.client.api.users.me.query());
  await settle();
  world.limits.clear();
  await world.client.session.logout();
  const seen = watch(world.client.api.users.me.query());
  await settle();
  expect(seen).toEqual({ isDone: true });
});

test("a clock that is set back holds nobody back for longer than the server asked", async () => {
  const world = await createWorld();
  limitFor(world, "messages.search", 42_000);
  watch(search(world));
  await settle();
  world.limits.clear();
  vi.setSystemTime(Date.now() - 86_400_000);
  const seen = watch(search(world));
  await settle();
  expect(seen).toEqual({ isDone: true });
});
