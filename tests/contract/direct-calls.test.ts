/**
 * The short way of requests to their procedures, against tRPC's adapter. One server does both: `trpc-accept` with a value
 * that asks for nothing sends a request through the adapter, which answers in chunks, where the short way tells the length.
 */
import { once } from "node:events";
import { connect } from "node:net";
import { TRPCError } from "@trpc/server";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { z } from "zod";
import { MemoryEventLog } from "#server/events/memory-event-log.ts";
import { createHttpApp } from "#server/http/http-app.ts";
import { registerTrpc } from "#server/http/trpc-route.ts";
import { AppError } from "#server/kernel/app-error.ts";
import { silentLogger } from "#server/kernel/logger.ts";
import { router, toTrpcError } from "#server/trpc/init.ts";
import { publicProcedure, signedIn } from "#server/trpc/procedures.ts";
import { anyRequest, type Asked } from "#tests/support/any-request.ts";
import { FakeClock } from "#tests/support/fake-clock.ts";
import { createTestDatabase } from "#tests/support/postgres.ts";
import { composeQuietServices, registerQuietly } from "#tests/support/quiet-services.ts";

/** What has happened on the server. */
const calls: unknown[] = [];
let isLimited = false;
let gate = Promise.withResolvers<void>();

const anything = publicProcedure.input(z.unknown()).use(({ path, type, input, batchIndex, next }) => {
  calls.push({ path, type, input, batchIndex });
  return next();
});
const fields = z.object({ id: z.uuidv7(), names: z.array(z.string().max(3)) });

const answers = {
  echo: ({ input }: { input: unknown }) => ({ input }),
  nothing: () => undefined,
  none: () => null,
  text: () => "\u2028 \ud83c\udf0a \u0000 </script> ä",
  refuse: () => {
    throw new AppError("NOT_FOUND");
  },
  slow: () => {
    throw new AppError("SLOW_MODE", { retryAfterMs: 61_234 });
  },
  slower: () => {
    throw toTrpcError(new AppError("SLOW_MODE", { retryAfterMs: 99_001 }));
  },
  fail: () => {
    throw new Error("a fault of ours");
  },
  other: () => {
    throw new TRPCError({ code: "PAYLOAD_TOO_LARGE" });
  },
};

const testRouter = router({
  ask: router({
    echo: anything.query(answers.echo),
    nothing: anything.query(answers.nothing),
    none: anything.query(answers.none),
    text: anything.query(answers.text),
    refuse: anything.query(answers.refuse),
    slow: anything.query(answers.slow),
    slower: anything.query(answers.slower),
    fail: anything.query(answers.fail),
    other: anything.query(answers.other),
    strict: publicProcedure.input(fields).query(answers.echo),
    me: signedIn.query(({ ctx }) => ctx.actor),
    cookie: publicProcedure.query(({ ctx }) => ctx.refreshCookie.read()),
  }),
  tell: router({
    echo: anything.mutation(answers.echo),
    nothing: anything.mutation(answers.nothing),
    none: anything.mutation(answers.none),
    text: anything.mutation(answers.text),
    refuse: anything.mutation(answers.refuse),
    slow: anything.mutation(answers.slow),
    slower: anything.mutation(answers.slower),
    fail: anything.mutation(answers.fail),
    other: anything.mutation(answers.other),
    strict: publicProcedure.input(fields).mutation(answers.echo),
    me: signedIn.mutation(({ ctx }) => ctx.caller),
    cookie: publicProcedure.mutation(({ ctx }) => ctx.refreshCookie.write("a token", new Date(0))),
    forget: publicProcedure.mutation(({ ctx }) => ctx.refreshCookie.clear()),
    wait: anything.mutation(() => gate.promise),
  }),
  watch: publicProcedure.subscription(async function* () {
    yield await Promise.resolve(1);
  }),
});

const startServer = async () => {
  const database = await createTestDatabase();
  const clock = new FakeClock();
  const events = new MemoryEventLog({ epoch: "test", clock, logger: silentLogger });
  const services = composeQuietServices({ db: database.db, events, clock, scheduler: clock });
  const app = await createHttpApp({
    logger: silentLogger,
    trustProxy: false,
    isSecure: true,
    corsOrigins: ["https://other.example.org"],
    isAllowedOrigin: () => true,
  });
  const takeRequest = async (key: string): Promise<void> => {
    calls.push({ takes: key });
    if (isLimited) throw new AppError("RATE_LIMITED", { retryAfterMs: 7_100 });
  };
  const rateLimits = { takeRequest };
  await registerTrpc(app, { router: testRouter, services, rateLimits, isSecure: true });
  await app.ready();
  const { accessToken: token } = await registerQuietly(services, "alice");
  return {
    app,
    token,
    async [Symbol.asyncDispose]() {
      await app.close();
      await database[Symbol.asyncDispose]();
    },
  };
};

let server: Awaited<ReturnType<typeof startServer>>;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(() => {
  isLimited = false;
});

/** Of how it was sent, when, and under which name. */
const ofTheWay = new Set(["content-length", "transfer-encoding", "date", "x-request-id", "connection"]);

const send = async ({ method, path, headers: { authorization, ...headers } = {}, body }: Asked) => {
  calls.length = 0;
  const response = await server.app.inject({
    method,
    url: `/api/trpc/${path}`,
    headers: {
      ...headers,
      ...(authorization && { authorization: authorization.replace("good", server.token) }),
    },
    ...(body !== undefined && { payload: body }),
  });
  const requestId = String(response.headers["x-request-id"]);
  return {
    isShort: response.headers["content-length"] !== undefined,
    seen: {
      status: response.statusCode,
      headers: Object.fromEntries(Object.entries(response.headers).filter(([name]) => !ofTheWay.has(name))),
      body: response.body.replaceAll(requestId, "the request's id"),
      calls: [...calls],
    },
  };
};

const sendToAdapter = (asked: Asked) =>
  send({ ...asked, headers: { ...asked.headers, "trpc-accept": "application/json" } });

const json = { "content-type": "application/json" };

const expectTheSame = async (asked: Asked): Promise<boolean> => {
  const [answer, adapters] = [await send(asked), await sendToAdapter(asked)];
  expect(answer.seen).toEqual(adapters.seen);
  return answer.isShort;
};

const queries = Object.keys(testRouter.ask).map((name) => `ask.${name}`);
const mutations = Object.keys(testRouter.tell)
  .filter((name) => name !== "wait")
  .map((name) => `tell.${name}`);
const asking = anyRequest({ queries, mutations });

it("says what the adapter says, whatever it is asked", { timeout: 60_000 }, async () => {
  let short = 0;
  await fc.assert(
    fc.asyncProperty(asking, async (one) => {
      isLimited = one.isLimited;
      if (await expectTheSame(one)) short += 1;
    }),
    { numRuns: 500 },
  );
  expect(short).toBeGreaterThan(150);
});

const id = "01890a5d-ac96-774b-bcce-b302099a8057";
const post = (path: string, body?: string): Asked => ({ method: "POST", path, headers: json, body });
const get = (path: string, input?: string): Asked => ({
  method: "GET",
  path:
    input === undefined ? path : `${path}${path.includes("?") ? "&" : "?"}input=${encodeURIComponent(input)}`,
});

it.each<[string, Asked]>([
  ["a query", get("ask.echo", '{"a":[1]}')],
  ["a query without input", get("ask.echo")],
  ["a query with an empty input", get("ask.echo", "")],
  ["a query that has a type", { ...get("ask.text"), headers: json }],
  ["a change", post("tell.echo", '{"a":"\\ud83d"}')],
  ["a change without a body", post("tell.echo")],
  ["no result", post("tell.nothing")],
  ["an unknown fault", post("tell.fail")],
  ["a wrong input", post("tell.strict", `{"id":"${id}","names":["long"]}`)],
  ["a right one", get("ask.strict", `{"id":"${id}","names":["a"]}`)],
  ["somebody", { ...get("ask.me"), headers: { authorization: "Bearer nonsense" } }],
  ["a cookie that is set", post("tell.cookie")],
  ["a cookie that is taken away", post("tell.forget")],
  ["a cookie that is read", { ...get("ask.cookie"), headers: { cookie: "together_refresh=abc" } }],
  ["waiting", post("tell.slow")],
  ["a batch", get("ask.echo,ask.text?batch=1", '{"0":1,"1":2}')],
  ["a batch of one", post("tell.echo?batch=1", '{"0":{}}')],
  ["a batch with gaps", post("tell.echo,tell.echo?batch=1", '{"1":{}}')],
  ["a batch of which a part fails", post("tell.echo,tell.refuse?batch=1")],
  ["a batch that fails in one way", post("tell.refuse,tell.refuse?batch=1")],
  ["a batch of which two must wait", post("tell.slow,tell.slower,tell.echo?batch=1")],
  ["a full batch", post(`${"tell.echo,".repeat(49)}tell.none?batch=1`)],
])("answers %s the short way", async (_what, asked) => {
  expect(await expectTheSame(asked)).toBe(true);
});

it("refuses who asks too often the short way, once for a batch", async () => {
  isLimited = true;
  expect(await expectTheSame(post("tell.echo,tell.text?batch=1"))).toBe(true);
  const { seen } = await send(post("tell.echo,tell.text?batch=1"));
  expect(seen).toMatchObject({
    status: 429,
    headers: { "retry-after": "8" },
    calls: [{ takes: "127.0.0.1" }],
  });
});

it.each<[string, Asked]>([
  ["an unknown procedure", post("tell.unknown")],
  ["a name of every object", post("constructor")],
  ["a query as a change", post("ask.echo")],
  ["a change as a query", get("tell.echo")],
  ["a mixed batch", get("ask.echo,tell.echo?batch=1")],
  ["broken JSON", post("tell.echo", "{")],
  ["a broken input", get("ask.echo", "{")],
  ["a batch that is no object", post("tell.echo?batch=1", "[]")],
  ["too long a batch", post(`${"tell.echo,".repeat(50)}tell.none?batch=1`)],
  ["a form", { ...post("tell.echo"), headers: { "content-type": "multipart/form-data; boundary=x" } }],
  ["a query that is a form", { ...get("ask.echo"), headers: { "content-type": "multipart/form-data" } }],
  ["another method", { ...post("tell.echo"), method: "PUT" }],
  ["the head alone", { method: "HEAD", path: "ask.echo" }],
  ["an escaped name", get("%2561sk.echo")],
  ["parameters of a connection", get("ask.echo?connectionParams={")],
])("leaves %s to the adapter", async (_what, asked) => {
  const { seen } = await send(asked);
  expect(seen).toEqual((await sendToAdapter(asked)).seen);
  expect(seen.calls.filter((call) => !JSON.stringify(call).includes("takes"))).toEqual(
    asked.path === "%2561sk.echo" ? [expect.anything()] : [],
  );
});

it.each([
  { accept: "application/jsonl" },
  { accept: "text/html, application/jsonl" },
  { "trpc-accept": "application/jsonl" },
])("leaves a batch that comes piece by piece to the adapter: %o", async (headers) => {
  const { isShort, seen } = await send({ ...get("ask.echo,ask.text?batch=1", "{}"), headers });
  expect(isShort).toBe(false);
  expect(seen.headers).toMatchObject({ "content-type": "application/json" });
  expect(seen.body.trim().split("\n").length).toBeGreaterThan(1);
});

it("goes on when the caller has gone before the answer", async () => {
  gate = Promise.withResolvers();
  calls.length = 0;
  await server.app.listen({ port: 0, host: "127.0.0.1" });
  const gone = Promise.withResolvers<void>();
  server.app.server.once("connection", (accepted) => accepted.once("close", () => gone.resolve()));
  const address = server.app.server.address();
  const socket = connect(typeof address === "object" && address ? address.port : 0, "127.0.0.1");
  await once(socket, "connect");
  socket.write(
    "POST /api/trpc/tell.wait HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}",
  );
  await vi.waitFor(() => expect(calls).toContainEqual(expect.objectContaining({ path: "tell.wait" })));
  socket.destroy();
  await gone.promise;
  gate.resolve();
  expect((await send(post("tell.echo", "1"))).seen).toMatchObject({ status: 200 });
});
