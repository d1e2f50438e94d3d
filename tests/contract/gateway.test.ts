/** The gateway's rules over real sockets, with the stock tRPC client and by hand. */
import { createTRPCClient, createWSClient, wsLink } from "@trpc/client";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { TogetherRouter } from "#sdk/router-types.ts";
import { createAccessTokens } from "#server/auth/access-tokens.ts";
import { CloseCode } from "#shared/close-codes.ts";
import { createTogetherClient } from "#sdk/index.ts";
import { createIdSource } from "#server/kernel/id-source.ts";
import { systemClock } from "#server/kernel/clock.ts";
import {
  aMember,
  aServer,
  aUser,
  type MadeServer,
  password,
  type TestUser,
} from "#tests/support/builders.ts";
import { RawGateway } from "#tests/support/raw-gateway.ts";
import { startTestServer, type TestServer } from "#tests/support/test-server.ts";

let server: TestServer;
let alice: TestUser;
let bob: TestUser;
let harbour: MadeServer;

beforeAll(async () => {
  server = await startTestServer();
  alice = await aUser(server);
  harbour = await aServer(alice);
  bob = await aMember(server, harbour);
});
afterAll(() => server[Symbol.asyncDispose]());

const say = (content: string, by = alice) =>
  by.client.api.messages.send.mutate({ channelId: harbour.channelId, content });

const openFor = async (user: TestUser): Promise<RawGateway> => {
  const gateway = await RawGateway.open(server.url, { token: await user.token() });
  gateway.subscribe();
  await gateway.untilItem("READY");
  return gateway;
};

/** The stock client, and what its subscription brought. */
const stockClient = async (user: TestUser) => {
  const token = await user.token();
  const wsClient = createWSClient({
    url: `${server.url.replace(/^http/, "ws")}/gateway`,
    connectionParams: () => ({ token }),
    retryDelayMs: () => 20 + Math.random() * 20,
  });
  const trpc = createTRPCClient<TogetherRouter>({ links: [wsLink({ client: wsClient })] });
  const subscribe = () => {
    const items: { id: string; t: string }[] = [];
    const onData = ({ id, data }: { id: string; data: { t: string } }) => void items.push({ id, t: data.t });
    return { items, subscription: trpc.gateway.events.subscribe({}, { onData }) };
  };
  const { items, subscription } = subscribe();
  return {
    items,
    /** Under another id on the same socket. Returns what it brings. */
    subscribeAgain: () => subscribe().items,
    names: () => items.map(({ t }) => t),
    until: (t: string, count = 1) =>
      vi.waitFor(() => expect(items.filter((item) => item.t === t)).toHaveLength(count), 5_000),
    cut: () => wsClient.connection?.ws.close(),
    async [Symbol.asyncDispose]() {
      subscription.unsubscribe();
      await wsClient.close();
    },
  };
};

describe("connecting", () => {
  test("GW1 the stock client gets READY, then what happens, and resumes by itself when it is cut off", async () => {
    await using client = await stockClient(bob);
    await client.until("READY");
    await say("one");
    await client.until("MESSAGE_CREATE");
    client.cut();
    await say("two");
    await say("three");
    await client.until("MESSAGE_CREATE", 3);
    expect(client.names().filter((t) => t !== "PRESENCE_UPDATE")).toEqual([
      "READY",
      "MESSAGE_CREATE",
      "RESUMED",
      "MESSAGE_CREATE",
      "MESSAGE_CREATE",
    ]);
  });

  test.each([
    ["a foreign page", () => "https://elsewhere.example", false],
    ["a page without an origin of its own", () => "null", false],
    ["our own page", () => server.url, true],
  ])("GW1 %s: the origin decides at the upgrade", async (_name, originOf, isAllowed) => {
    const outcome = await RawGateway.open(server.url, { origin: originOf() }).then(
      (gateway) => {
        gateway[Symbol.dispose]();
        return "open";
      },
      (error: unknown) => String(error),
    );
    expect(outcome).toMatch(isAllowed ? /^open$/ : /403/);
  });

  test("GW1 queries and mutations are not answered on the socket", async () => {
    using gateway = await RawGateway.open(server.url, { token: await alice.token() });
    gateway.send({ id: 1, method: "query", params: { path: "users.me" } });
    const input = { channelId: harbour.channelId, content: "by socket" };
    gateway.send({ id: 2, method: "mutation", params: { path: "messages.send", input } });
    await vi.waitFor(() => expect(gateway.refusals).toEqual(["NOT_FOUND", "NOT_FOUND"]), { timeout: 15_000 });
  });

  test.each([
    ["without a token", () => Promise.resolve(null), "UNAUTHENTICATED"],
    ["with nonsense", () => Promise.resolve("nonsense"), "UNAUTHENTICATED"],
    ["with an expired token", () => expiredToken(), "TOKEN_EXPIRED"],
  ])("GW2 %s the subscription ends with its reason, and the socket stays", async (_name, tokenOf, reason) => {
    using gateway = await RawGateway.open(server.url, { token: await tokenOf() });
    gateway.subscribe();
    expect(await gateway.untilRefused()).toBe(reason);
    expect(gateway.closed).toBeUndefined();
  });

  test("GW2 connection params that nobody can read make no noise", async () => {
    using gateway = await RawGateway.open(server.url, { token: "x".repeat(10_000) });
    gateway.subscribe();
    expect(await gateway.untilRefused()).toBe("UNAUTHENTICATED");
  });

  test("GW11 a message over 64 KiB closes the socket", async () => {
    using gateway = await RawGateway.open(server.url, { token: await alice.token() });
    gateway.send("x".repeat(64 * 1024 + 1));
    expect(await gateway.untilClosed()).toMatchObject({ code: 1009 });
  });
});

const expiredToken = async (): Promise<string> => {
  const secret = "a secret that is long enough for a test and nothing else";
  const tokens = createAccessTokens({ secret, clock: { nowMs: () => Date.now() - 3_600_000 } });
  const { token } = await tokens.issue({
    userId: alice.id,
    sessionId: createIdSource(systemClock).sessionId(),
  });
  return token;
};

describe("limits", () => {
  let limited: TestServer;
  beforeAll(async () => {
    const rateLimits = {
      requestsPerMinute: 0,
      authPerMinute: 0,
      socketsPerAddress: 3,
      socketMessagesPerMinute: 20,
    };
    limited = await startTestServer({ rateLimits });
  });
  afterAll(() => limited[Symbol.asyncDispose]());

  test("GW3 over the cap of sockets for an address the next one is closed, and one that ends makes room", async () => {
    using _first = await RawGateway.open(limited.url);
    using _second = await RawGateway.open(limited.url);
    const third = await RawGateway.open(limited.url);
    using fourth = await RawGateway.open(limited.url);
    expect(await fourth.untilClosed()).toEqual({
      code: CloseCode.rateLimited,
      reason: "too many messages or connections",
    });
    third.socket.close();
    await third.untilClosed();
    const room = await vi.waitFor(
      async () => {
        const fifth = await RawGateway.open(limited.url);
        fifth.send("PING");
        await vi.waitFor(() => expect(fifth.closed ?? fifth.socket.readyState).toBe(1), { timeout: 15_000 });
        return fifth;
      },
      { timeout: 15_000 },
    );
    using _fifth = room;
    expect(room.closed).toBeUndefined();
  });

  test.each([
    ["pings", (gateway: RawGateway) => void Array.from({ length: 61 }, () => gateway.socket.ping())],
    [
      "one after the other",
      (gateway: RawGateway) => void Array.from({ length: 21 }, () => gateway.send("PING")),
    ],
    [
      "eleven of them subscriptions",
      (gateway: RawGateway) => void Array.from({ length: 11 }, () => gateway.subscribe()),
    ],
    ["in one batch", (gateway: RawGateway) => gateway.send(Array.from({ length: 21 }, (_, id) => aStop(id)))],
  ])("GW3 too many messages in a minute, %s, close the connection", async (_name, flood) => {
    using gateway = await RawGateway.open(limited.url);
    flood(gateway);
    expect(await gateway.untilClosed()).toMatchObject({ code: CloseCode.rateLimited });
  });

  test("GW3 what comes behind too many messages is not read", async () => {
    using gateway = await RawGateway.open(limited.url);
    const received = async (): Promise<number> => {
      const text = await (await fetch(`${limited.url}/metrics`)).text();
      return Number(/^together_websocket_messages_received_total (\d+)/m.exec(text)?.[1]);
    };
    const before = await received();
    for (let count = 0; count < 50_000; count += 1) gateway.send("PING");
    expect(await gateway.untilClosed()).toMatchObject({ code: CloseCode.rateLimited });
    // Of what had been read in one go by then all has been looked at.
    expect((await received()) - before).toBeLessThan(25_000);
  });
});

const aStop = (id: number) => ({ id, method: "subscription.stop" });

describe("the stream", () => {
  test.each([["nonsense"], [""], ["0-0"], ["e-1"], [`${"0".repeat(32)}-1`], ["x".repeat(300)], [42], [{}]])(
    "GW7 an id that is not ours, %j, gets RESYNC and READY",
    async (lastEventId) => {
      using gateway = await RawGateway.open(server.url, { token: await bob.token() });
      gateway.subscribe(lastEventId);
      await gateway.untilItem("READY");
      expect(gateway.items.slice(0, 2).map(({ t }) => t)).toEqual(["RESYNC", "READY"]);
      expect(gateway.refusals).toEqual([]);
    },
  );

  test("GW7 after a restart an id of the earlier run gets RESYNC and READY", async () => {
    await using own = await startTestServer();
    await using carol = await aUser(own);
    const before = await RawGateway.open(own.url, { token: await carol.token() });
    before.subscribe();
    const { id } = await before.untilItem("READY");
    await own.restart();
    expect(await before.untilClosed()).toMatchObject({ code: CloseCode.goingAway });
    using after = await RawGateway.open(own.url, { token: await carol.token() });
    after.subscribe(id);
    await after.untilItem("READY");
    expect(after.items.map(({ t }) => t)).toEqual(["RESYNC", "READY"]);
  });

  test("GW5 every item has an id of this run, and they grow", async () => {
    using gateway = await openFor(bob);
    for (const text of ["a", "b", "c"]) await say(text);
    await vi.waitFor(() => expect(gateway.items.filter(({ t }) => t === "MESSAGE_CREATE")).toHaveLength(3), {
      timeout: 15_000,
    });
    const ids = gateway.items.map(({ id }) => /^([0-9a-z]+)-(\d+)$/.exec(id));
    expect(new Set(ids.map((match) => match?.[1])).size).toBe(1);
    const sequences = ids.map((match) => Number(match?.[2]));
    expect(sequences).toEqual([...new Set(sequences)].toSorted((a, b) => a - b));
  });

  test("GW5 a second subscription on the socket takes the place of the first", async () => {
    using gateway = await openFor(bob);
    const second = gateway.subscribe();
    await vi.waitFor(() => expect(gateway.items.filter(({ t }) => t === "READY")).toHaveLength(2), {
      timeout: 15_000,
    });
    await say("once");
    await gateway.untilItem("MESSAGE_CREATE");
    const brought = gateway.frames.filter(({ result }) => result?.data?.data.t === "MESSAGE_CREATE");
    expect(brought.map(({ id }) => id)).toEqual([second]);
  });

  test.each([
    ["a number", { id: 7 }],
    ["a text that wants care", { id: '"ü\\', jsonrpc: "2.0" }],
  ])(
    "GW10 a live event's message is the one that tRPC sends when it is replayed, id %s",
    async (_name, head) => {
      const token = await bob.token();
      const params = { path: "gateway.events" };
      using live = await RawGateway.open(server.url, { token });
      live.send({ ...head, method: "subscription", params });
      const { id } = await live.untilItem("READY");
      await say("Grüße 👋");
      await live.untilItem("MESSAGE_CREATE");
      using replayed = await RawGateway.open(server.url, { token });
      replayed.send({ ...head, method: "subscription", params: { ...params, lastEventId: id } });
      await replayed.untilItem("MESSAGE_CREATE");
      const textOf = ({ texts }: RawGateway) => texts.find((text) => text.includes("MESSAGE_CREATE"));
      expect(textOf(live)).toBe(textOf(replayed));
    },
  );

  test("GW10 two requests in one message are told apart", async () => {
    using gateway = await RawGateway.open(server.url, { token: await bob.token() });
    const params = { path: "gateway.events", input: {} };
    gateway.send(["one", "two"].map((id) => ({ id, method: "subscription", params })));
    await gateway.untilItem("READY");
    await say("once");
    await gateway.untilItem("MESSAGE_CREATE");
    const idsOf = (t: string) =>
      gateway.frames.filter(({ result }) => result?.data?.data.t === t).map(({ id }) => id);
    expect(idsOf("MESSAGE_CREATE")).toEqual(["two"]);
    expect(idsOf("READY").at(-1)).toBe("two");
  });

  test("GW12 GW13 others see who is here and who types, live", async () => {
    await using dora = await aMember(server, harbour);
    using gateway = await openFor(bob);
    using _here = await openFor(dora);
    await vi.waitFor(
      () => {
        const presences = gateway.items.filter(({ t }) => t === "PRESENCE_UPDATE").map(({ d }) => d);
        expect(presences).toContainEqual({ userId: dora.id, status: "online" });
      },
      { timeout: 15_000 },
    );
    await dora.client.api.typing.start.mutate({ channelId: harbour.channelId });
    const { d } = await gateway.untilItem("TYPING_START");
    expect(d).toMatchObject({ channelId: harbour.channelId, user: { id: dora.id } });
  });
});

describe("rights that end", () => {
  test("GW14 a session that ends takes its connections with it at once, and no other's", async () => {
    await using erin = await aUser(server);
    using first = await openFor(erin);
    const otherDevice = createTogetherClient({ url: server.url });
    await otherDevice.session.login({ username: erin.username, password });
    using second = await RawGateway.open(server.url, { token: await otherDevice.session.findAccessToken() });
    otherDevice.close();
    second.subscribe();
    await second.untilItem("READY");
    const startedMs = Date.now();
    await erin.client.api.auth.logout.mutate();
    expect(await first.untilClosed()).toMatchObject({ code: CloseCode.sessionEnded });
    expect(Date.now() - startedMs).toBeLessThan(1_000);
    expect(second.closed).toBeUndefined();
  });

  test("GW14 one who is kicked loses the server at once and keeps the connection", async () => {
    await using frank = await aMember(server, harbour);
    using gateway = await openFor(frank);
    await alice.client.api.members.kick.mutate({ serverId: harbour.serverId, userId: frank.id });
    await gateway.untilItem("SERVER_DELETE");
    const seen = gateway.items.length;
    await say("not for Frank");
    using witness = await openFor(bob);
    await say("nor this");
    await witness.untilItem("MESSAGE_CREATE");
    expect(gateway.items).toHaveLength(seen);
    expect(gateway.closed).toBeUndefined();
  });
});
