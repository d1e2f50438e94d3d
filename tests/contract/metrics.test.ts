/** What is measured, and who may read it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type MadeServer, aServer, aUser, type TestUser } from "#tests/support/builders.ts";
import { RawGateway } from "#tests/support/raw-gateway.ts";
import { refusalOf, requestRaw } from "#tests/support/raw-request.ts";
import { startTestServer, type TestServer } from "#tests/support/test-server.ts";

const metricsToken = "a-token-of-forty-letters-for-the-scraper";

let server: TestServer;
let alice: TestUser;
let made: MadeServer;

beforeAll(async () => {
  server = await startTestServer({ metricsToken, trustProxy: ["192.0.2.0/24"] });
  alice = await aUser(server);
  made = await aServer(alice);
});
afterAll(async () => {
  await alice[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const scrape = async ({ url }: TestServer = server): Promise<string> =>
  (await requestRaw(`${url}/metrics`)).text;

/** A sample's value; 0 where there is none yet. */
const valueIn = (text: string, sample: string): number => {
  const line = text.split("\n").find((one) => one.startsWith(`${sample} `));
  return Number(line?.slice(sample.length + 1) ?? 0);
};

const valueOf = async (sample: string): Promise<number> => valueIn(await scrape(), sample);

/** By how much a sample grows through the work. */
const growthOf = async (sample: string, work: () => Promise<unknown>): Promise<number> => {
  const before = await valueOf(sample);
  await work();
  return (await valueOf(sample)) - before;
};

const requestsOf = (endpoint: string, status: number, method = "GET"): string =>
  `together_http_requests_total{method="${method}",endpoint="${endpoint}",status="${status}"}`;

it("has the names that dashboards know", async () => {
  const text = await scrape();
  const types = Object.fromEntries(
    [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = "", type]) => [name, type]),
  );
  expect(types).toMatchObject({
    together_websocket_connections_total: "gauge",
    together_websocket_messages_sent_total: "counter",
    together_websocket_messages_received_total: "counter",
    together_http_requests_total: "counter",
    together_http_request_duration_seconds: "histogram",
    together_voice_participants_total: "gauge",
    together_voice_bitrate_bps: "gauge",
    together_db_query_duration_seconds: "histogram",
    together_db_connections_active: "gauge",
    process_cpu_seconds_total: "counter",
    nodejs_eventloop_lag_seconds: "gauge",
    nodejs_heap_size_used_bytes: "gauge",
  });
  expect(text).toContain("# HELP together_websocket_connections_total WebSockets that are open now");
});

describe("requests", () => {
  it("are counted by procedure and status, and timed", async () => {
    const work = () => alice.client.api.servers.list.query();
    expect(await growthOf(requestsOf("servers.list", 200), work)).toBe(1);
    const timed = 'together_http_request_duration_seconds_count{method="GET",endpoint="servers.list"}';
    expect(await growthOf(timed, work)).toBe(1);
  });

  it("of a batch are counted once for each procedure, and timed as a batch", async () => {
    const batch = () =>
      requestRaw(`${server.url}/api/trpc/users.me,servers.list,servers.list?batch=1&input=%7B%7D`);
    expect(await growthOf(requestsOf("users.me", 401), batch)).toBe(1);
    expect(await growthOf(requestsOf("servers.list", 401), batch)).toBe(1);
    const timed = 'together_http_request_duration_seconds_count{method="GET",endpoint="batch"}';
    expect(await growthOf(timed, batch)).toBe(1);
  });

  it("for what a stranger makes up have no labels of their own", async () => {
    const ask = async (word: string) => {
      await requestRaw(`${server.url}/api/trpc/${word}`);
      await requestRaw(`${server.url}/api/trpc/${word}.a,${word}.b?batch=1&input=%7B%7D`);
      await requestRaw(`${server.url}/api/${word}?${word}`);
      for (const method of ["PROPFIND", "SEARCH"]) await requestRaw(`${server.url}/${word}`, { method });
    };
    const seriesOf = (text: string) =>
      text.split("\n").flatMap((line) => /^together_http\w+\{.*\}/.exec(line)?.[0] ?? []);
    await ask("madeup0");
    await scrape();
    const before = seriesOf(await scrape());
    expect(before.length).toBeGreaterThan(50);
    for (let word = 1; word < 10; word += 1) await ask(`madeup${word}`);
    expect(seriesOf(await scrape())).toEqual(before);
    expect(before.join()).not.toMatch(/madeup|PROPFIND|SEARCH/);
  });
});

describe("the gateway", () => {
  it("counts open sockets, their messages both ways, and their ends", async () => {
    const { api } = alice.client;
    const open = "together_websocket_connections_total";
    const received = "together_websocket_messages_received_total";
    const sent = "together_websocket_messages_sent_total";
    const before = await scrape();
    {
      using gateway = await RawGateway.open(server.url, { token: await alice.token() });
      gateway.subscribe();
      await gateway.untilItem("READY");
      const during = await scrape();
      expect(valueIn(during, open)).toBe(1);
      // The token, and the subscription.
      expect(valueIn(during, received) - valueIn(before, received)).toBe(2);
      const { channelId } = made;
      for (const content of ["one", "two", "three"]) await api.messages.send.mutate({ channelId, content });
      await expect.poll(() => gateway.texts.filter((text) => text.includes("MESSAGE_CREATE")).length).toBe(3);
      expect((await valueOf(sent)) - valueIn(during, sent)).toBeGreaterThanOrEqual(3);
    }
    await expect.poll(() => valueOf(open)).toBe(0);
    const closes = await scrape();
    expect(closes).toMatch(/^together_websocket_closes_total\{code="100[0-6]"\} [1-9]/m);
  });
});

describe("the database", () => {
  it("has its queries timed by kind", async () => {
    const { channelId } = made;
    const inserts = 'together_db_query_duration_seconds_count{query_type="insert"}';
    const send = () => alice.client.api.messages.send.mutate({ channelId, content: "hello" });
    expect(await growthOf(inserts, send)).toBeGreaterThanOrEqual(1);
    const reads = 'together_db_query_duration_seconds_count{query_type="select"}';
    expect(
      await growthOf(reads, () => alice.client.api.messages.list.query({ channelId })),
    ).toBeGreaterThanOrEqual(1);
    expect(await valueOf("together_db_connections_active")).toBe(0);
  });
});

describe("who may read it", () => {
  const ask = (headers: Record<string, string>, url = server.url) =>
    requestRaw(`${url}/metrics`, { headers });

  it("is the machine itself, and whoever carries the token", async () => {
    const fromHere = await ask({});
    expect(fromHere.status).toBe(200);
    expect(fromHere.headers).toMatchObject({ "cache-control": "no-store" });
    expect(fromHere.headers["content-type"]).toMatch(/^text\/plain; version=0\.0\.4/);
    const forwarded = { "x-forwarded-for": "203.0.113.7" };
    expect((await ask({ ...forwarded, authorization: `Bearer ${metricsToken}` })).status).toBe(200);
  });

  it.each([
    ["came through a proxy that nobody trusts", { "x-forwarded-for": "203.0.113.7" }],
    ["says that it came from here through a proxy", { "x-forwarded-for": "127.0.0.1" }],
    ["came through a proxy that says so otherwise", { forwarded: "for=203.0.113.7" }],
    ["carries another token", { "x-real-ip": "203.0.113.7", authorization: "Bearer no-such-token-at-all" }],
    [
      "carries the token's beginning",
      { via: "1.1 proxy", authorization: `Bearer ${metricsToken.slice(0, -1)}` },
    ],
    ["carries the token as a password", { via: "1.1 proxy", authorization: `Basic ${metricsToken}` }],
  ])("is nobody who %s", async (_, headers) => {
    const answer = await ask(headers);
    expect([answer.status, refusalOf(answer)]).toMatchObject([
      403,
      { reason: "MISSING_PERMISSION", params: { permission: "METRICS" } },
    ]);
    expect(answer.text).not.toContain("together_");
  });

  it.each([{ trustProxy: 1 }, { trustProxy: ["127.0.0.1"] }])(
    "behind a trusted proxy (%o) is not the proxy's client",
    async (trusting) => {
      await using proxied = await startTestServer(trusting);
      expect((await ask({ "x-forwarded-for": "203.0.113.7" }, proxied.url)).status).toBe(403);
      expect((await ask({}, proxied.url)).status).toBe(200);
      // Without a METRICS_TOKEN there is none to guess.
      const empty = { "x-forwarded-for": "203.0.113.7", authorization: "Bearer " };
      expect((await ask(empty, proxied.url)).status).toBe(403);
    },
  );
});
