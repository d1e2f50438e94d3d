/** The limits of requests, as a client meets them. */
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createTogetherClient, reasonOf, retryAfterMsOf } from "#sdk/index.ts";
import { aServer, aUser, password } from "#tests/support/builders.ts";
import { callRaw } from "#tests/support/raw-call.ts";
import { type RawResponse, refusalOf, requestRaw } from "#tests/support/raw-request.ts";
import { RawGateway } from "#tests/support/raw-gateway.ts";
import { startTestServer, type TestServer } from "#tests/support/test-server.ts";

const limitsOff = {
  requestsPerMinute: 0,
  authPerMinute: 0,
  socketsPerAddress: 0,
  socketMessagesPerMinute: 0,
};

const get = ({ url }: TestServer, path: string, headers: Record<string, string>): Promise<RawResponse> =>
  requestRaw(`${url}/api/trpc/${path}`, { headers });

/** The statuses of so many requests at once. */
const burst = async (count: number, ask: () => Promise<RawResponse>): Promise<Record<number, number>> => {
  const answers = await Promise.all(Array.from({ length: count }, ask));
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

describe("a user's requests", () => {
  it("may be 100 a minute, all at once; the next one is told when to come again", async () => {
    await using server = await startTestServer({ rateLimits: { ...limitsOff, requestsPerMinute: 100 } });
    await using alice = await aUser(server);
    const headers = { authorization: `Bearer ${await alice.token()}` };
    expect(await burst(100, () => get(server, "users.me", headers))).toEqual({ 200: 100 });

    const answer = await get(server, "users.me", headers);
    expect(answer.status).toBe(429);
    expect(refusalOf(answer)).toMatchObject({ reason: "RATE_LIMITED" });
    const seconds = Number(answer.headers["retry-after"]);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    const { params } = await callRaw(server.url, {
      type: "query",
      path: "users.me",
      input: undefined,
      token: await alice.token(),
    });
    const retryAfterMs: unknown = Reflect.get(Object(params), "retryAfterMs");
    expect(retryAfterMs).toBeGreaterThan(0);
    expect(retryAfterMs).toBeLessThanOrEqual(seconds * 1_000);
  });

  it("count for each user, and for each batch once", async () => {
    await using server = await startTestServer({ rateLimits: { ...limitsOff, requestsPerMinute: 5 } });
    await using alice = await aUser(server);
    await using bob = await aUser(server);
    const headers = { authorization: `Bearer ${await alice.token()}` };
    const batch = `${Array.from({ length: 20 }, () => "users.me").join(",")}?batch=1&input={}`;
    expect(await burst(6, () => get(server, batch, headers))).toEqual({ 200: 5, 429: 1 });
    const refused = await get(server, batch, headers);
    expect(refused.headers["retry-after"]).toMatch(/^[1-9]\d*$/);
    const bobs = { authorization: `Bearer ${await bob.token()}` };
    expect((await get(server, "users.me", bobs)).status).toBe(200);
  });
});

it("tells a client of the library that all calls are refused, which then does not ask", async () => {
  await using server = await startTestServer({ rateLimits: { ...limitsOff, requestsPerMinute: 5 } });
  await using alice = await aUser(server);
  const requests: string[] = [];
  const client = createTogetherClient({
    url: server.url,
    fetch: (url, init) => {
      requests.push(url);
      return fetch(url, init);
    },
  });
  onTestFinished(() => client.close());
  await client.session.login({ username: alice.username, password });
  const ask = () => client.api.users.me.query();
  for (let count = 0; count < 5; count += 1) await ask();
  const failure = reasonOf(await ask().catch((cause: unknown) => cause));
  expect(failure).toMatchObject({ reason: "RATE_LIMITED", params: { isForAllCalls: true } });
  const askedCount = requests.length;
  const others = [
    ask(),
    client.api.servers.list.query(),
    client.api.users.setStatus.mutate({ status: "dnd" }),
  ];
  for (const { status } of await Promise.allSettled(others)) expect(status).toBe("rejected");
  expect(requests).toHaveLength(askedCount);
});

describe("the calls of a batch", () => {
  it("are counted too, twenty for each request that there may be", async () => {
    await using server = await startTestServer({ rateLimits: { ...limitsOff, requestsPerMinute: 3 } });
    await using alice = await aUser(server);
    const headers = { authorization: `Bearer ${await alice.token()}` };
    const batch = `${Array.from({ length: 40 }, () => "users.me").join(",")}?batch=1&input={}`;
    const [first, second] = [await get(server, batch, headers), await get(server, batch, headers)];
    expect(String(first.body).split('"username"')).toHaveLength(41);
    expect(String(second.body).split('"username"')).toHaveLength(21);
    expect(second.headers["retry-after"]).toMatch(/^[1-9]\d*$/);
  });
});

describe("what costs much", () => {
  const rateLimits = { ...limitsOff, requestsPerMinute: 1_000 };

  it("is a search, of which there may be 30 a minute; the next one is told when to come again", async () => {
    await using server = await startTestServer({ rateLimits });
    await using alice = await aUser(server);
    const { channelId } = await aServer(alice);
    const headers = { authorization: `Bearer ${await alice.token()}` };
    const input = encodeURIComponent(JSON.stringify({ channelId, query: "boat" }));
    const search = () => get(server, `messages.search?input=${input}`, headers);
    for (let count = 0; count < 30; count += 1) expect((await search()).status).toBe(200);
    const refused = await search();
    expect(refusalOf(refused)).toMatchObject({ reason: "RATE_LIMITED" });
    expect(refused.headers["retry-after"]).toMatch(/^[1-9]\d*$/);
    expect((await get(server, "users.me", headers)).status).toBe(200);
  });

  it("is told to whoever uses the library at once, and nothing else is held back", async () => {
    await using server = await startTestServer({ rateLimits });
    await using alice = await aUser(server);
    const { serverId, channelId } = await aServer(alice);
    const { api } = alice.client;
    const search = (query: string) => api.messages.search.query({ channelId, query });
    for (let count = 0; count < 30; count += 1) await search("boat");
    const startedAtMs = Date.now();
    const error: unknown = await search("ferry").catch((cause: unknown) => cause);
    const failure = reasonOf(error);
    expect(failure.reason).toBe("RATE_LIMITED");
    expect(failure).not.toHaveProperty("params.isForAllCalls");
    expect(retryAfterMsOf(failure)).toBeGreaterThan(Date.now() - startedAtMs);
    await expect(search("boat")).rejects.toThrow("RATE_LIMITED");
    await expect(api.channels.list.query({ serverId })).resolves.toHaveLength(2);
  });

  it("is a join, of which there may be ten a minute", async () => {
    await using server = await startTestServer({ rateLimits });
    await using owner = await aUser(server);
    await using alice = await aUser(server);
    const { serverId } = await aServer(owner);
    const { code } = await owner.client.api.invites.create.mutate({ serverId });
    for (let count = 0; count < 10; count += 1) {
      await alice.client.api.invites.accept.mutate({ code });
      await alice.client.api.servers.leave.mutate({ serverId });
    }
    await expect(alice.client.api.invites.accept.mutate({ code })).rejects.toThrow("RATE_LIMITED");
    await owner.client.api.invites.accept.mutate({ code });
  });
});

it("lets an address open six sockets a minute for each that it may have", async () => {
  await using server = await startTestServer({ rateLimits: { ...limitsOff, socketsPerAddress: 2 } });
  for (let opened = 0; opened < 12; opened += 1) {
    using socket = await RawGateway.open(server.url);
    socket.socket.close();
    await socket.untilClosed();
  }
  await expect(RawGateway.open(server.url)).rejects.toThrow("429");
});

describe("a user's streams", () => {
  /** The first thing that it is told. */
  const begin = async (server: TestServer, token: string, lastEventId?: string) => {
    using socket = await RawGateway.open(server.url, { token });
    socket.subscribe(lastEventId);
    return await vi.waitFor(() => {
      const [reason, item] = [socket.refusals[0], socket.items[0]];
      if (reason === undefined && !item) throw new Error("nothing was said");
      return { t: reason ?? item?.t, id: item?.id };
    }, 5_000);
  };

  it("may begin 20 times a minute with all that a screen begins with, and resume besides", async () => {
    await using server = await startTestServer({ rateLimits: { ...limitsOff, socketsPerAddress: 1_000 } });
    await using alice = await aUser(server);
    await using bob = await aUser(server);
    const token = await alice.token();
    const { id } = await begin(server, token);
    for (let count = 1; count < 20; count += 1)
      expect(await begin(server, token)).toMatchObject({ t: "READY" });
    expect(await begin(server, token)).toMatchObject({ t: "RATE_LIMITED" });
    for (let count = 21; count < 60; count += 1)
      expect(await begin(server, token, id)).toMatchObject({ t: "RESUMED" });
    expect(await begin(server, token, id)).toMatchObject({ t: "RATE_LIMITED" });
    expect(await begin(server, await bob.token())).toMatchObject({ t: "READY" });
  });
});

describe("requests without a sign-in", () => {
  it("count for their address, whatever they say of themselves", async () => {
    await using server = await startTestServer({ rateLimits: { ...limitsOff, requestsPerMinute: 3 } });
    let host = 0;
    const ask = (): Promise<RawResponse> =>
      get(server, "invites.preview", {
        authorization: `Bearer nonsense${host}`,
        "x-forwarded-for": `198.51.100.${(host += 1)}`,
        "x-real-ip": `198.51.100.${host}`,
      });
    expect(await burst(5, ask)).toEqual({ 400: 3, 429: 2 });
  });

  it("count for the address that a trusted proxy names", async () => {
    await using server = await startTestServer({
      trustProxy: ["127.0.0.0/8"],
      rateLimits: { ...limitsOff, requestsPerMinute: 1 },
    });
    const ask = (forwardedFor: string): Promise<RawResponse> =>
      get(server, "invites.preview", { "x-forwarded-for": forwardedFor });
    expect((await ask("192.0.2.1")).status).toBe(400);
    expect((await ask("192.0.2.2")).status).toBe(400);
    expect((await ask("198.51.100.7, 192.0.2.2")).status).toBe(429);
  });
});

it("limits sign-ins and registrations of one address together, and says when to come again", async () => {
  await using server = await startTestServer({ rateLimits: { ...limitsOff, authPerMinute: 3 } });
  const post = (path: string, input: unknown): Promise<RawResponse> =>
    requestRaw(`${server.url}/api/trpc/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(input),
    });
  await post("auth.register", { username: "alice", password });
  await post("auth.login", { username: "alice", password });
  expect((await post("auth.login", { username: "alice", password })).status).toBe(200);
  const logins = [
    await post("auth.login", { username: "alice", password }),
    await post("auth.register", { username: "bob", password }),
  ];
  for (const login of logins) {
    expect(refusalOf(login)).toMatchObject({ reason: "RATE_LIMITED" });
    expect(login.headers["retry-after"]).toMatch(/^[1-9]\d*$/);
  }
});
