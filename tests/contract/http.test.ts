/** What every answer has, who may ask, and how whatever cannot be answered is refused. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aServer, aUser, type MadeServer, type TestUser } from "#tests/support/builders.ts";
import { type RawResponse, refusalOf, requestRaw } from "#tests/support/raw-request.ts";
import { startTestServer, type TestServer } from "#tests/support/test-server.ts";

const otherOrigin = "https://other.example.org";

let server: TestServer;
let alice: TestUser;
let made: MadeServer;

beforeAll(async () => {
  server = await startTestServer({
    corsOrigins: [otherOrigin],
    publicUrl: "https://chat.example.org",
    trustProxy: ["192.0.2.0/24"],
  });
  alice = await aUser(server, { username: "alice" });
  made = await aServer(alice);
});
afterAll(async () => {
  await alice[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const json = { "content-type": "application/json" };

const post = (
  path: string,
  headers: Record<string, string> = {},
  body: string = "{}",
): Promise<RawResponse> =>
  requestRaw(`${server.url}${path}`, { method: "POST", headers: { ...json, ...headers }, body });

describe("every answer", () => {
  it.each(["/", "/health", "/api/trpc/users.me", "/api/unknown", "/no.file"])(
    "%s has the security headers",
    async (path) => {
      const { headers } = await requestRaw(`${server.url}${path}`);
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "x-frame-options": "SAMEORIGIN",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
      });
      expect(headers["strict-transport-security"]).toMatch(/max-age=\d{7,}/);
      expect(headers).not.toHaveProperty("x-powered-by");
      expect(headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  it("allows scripts from here alone: no inline ones, no eval, and no other site's frame around them", async () => {
    const { headers } = await requestRaw(`${server.url}/`);
    const policy = String(headers["content-security-policy"]);
    const directives = Object.fromEntries(
      policy.split(";").map((directive) => {
        const [name = "", ...values] = directive.trim().split(" ");
        return [name, values];
      }),
    );
    expect(directives["default-src"]).toEqual(["'self'"]);
    expect(directives["script-src"]).toEqual(["'self'", "'wasm-unsafe-eval'"]);
    expect(directives["object-src"]).toEqual(["'none'"]);
    expect(directives["base-uri"]).toEqual(["'self'"]);
    expect(directives["frame-ancestors"]).toEqual(["'none'"]);
    expect(directives["connect-src"]).toEqual(["'self'"]);
  });

  it("does not ask for https where the site is reached without", async () => {
    await using plain = await startTestServer({ publicUrl: "http://192.168.1.5:8080" });
    const { headers } = await requestRaw(`${plain.url}/health`);
    expect(headers).not.toHaveProperty("strict-transport-security");
    expect(headers["content-security-policy"]).not.toContain("upgrade-insecure-requests");
  });
});

describe("a browser's page", () => {
  const signIn = (headers: Record<string, string>) =>
    post("/api/trpc/auth.refresh", headers, JSON.stringify({ refreshToken: "no such token" }));

  it.each([
    ["of PUBLIC_URL", { origin: "https://chat.example.org" }],
    ["of CORS_ORIGINS", { origin: otherOrigin }],
    ["loaded from the address it calls", { origin: "http://192.168.1.5:8080", host: "192.168.1.5:8080" }],
  ])("%s may call", async (_, headers) => {
    expect(refusalOf(await signIn(headers))).toMatchObject({ reason: "UNAUTHENTICATED" });
  });

  it.each([
    ["of another site", { origin: "https://evil.example" }],
    ["without an origin of its own", { origin: "null" }],
    [
      "of another site that names ours as the forwarded host",
      { origin: "https://evil.example", "x-forwarded-host": "evil.example" },
    ],
  ])("%s may not", async (_, headers) => {
    const answer = await signIn(headers);
    expect(answer.status).toBe(403);
    expect(answer.headers).toHaveProperty("x-content-type-options", "nosniff");
    expect(refusalOf(answer)).toMatchObject({
      reason: "MISSING_PERMISSION",
      params: { permission: "ORIGIN" },
    });
  });

  it("of another site stores nothing, whatever it sends along", async () => {
    const authorization = `Bearer ${await alice.token()}`;
    const headers = { authorization, origin: "https://evil.example" };
    await post("/api/trpc/servers.create", headers, JSON.stringify({ name: "Not hers" }));
    const servers = await alice.client.api.servers.list.query();
    expect(servers.map(({ name }) => name)).not.toContain("Not hers");
  });

  it("of CORS_ORIGINS may read the answers, with its credentials", async () => {
    const answer = await signIn({ origin: otherOrigin });
    expect(answer.headers).toMatchObject({
      "access-control-allow-origin": otherOrigin,
      "access-control-allow-credentials": "true",
    });
    expect(answer.headers.vary).toContain("origin");
    const preflight = await requestRaw(`${server.url}/api/trpc/auth.login`, {
      method: "OPTIONS",
      headers: {
        origin: otherOrigin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      "access-control-allow-origin": otherOrigin,
      "access-control-allow-headers": "authorization,content-type",
    });
    expect(preflight.headers["access-control-allow-methods"]).toContain("POST");
  });

  it("of another site may read nothing", async () => {
    const origin = "https://evil.example";
    const preflight = await requestRaw(`${server.url}/api/trpc/auth.login`, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST" },
    });
    const answer = await requestRaw(`${server.url}/api/trpc/users.me`, { headers: { origin } });
    for (const { headers } of [preflight, answer])
      expect(headers).not.toHaveProperty("access-control-allow-origin");
  });
});

const refusals: [name: string, ask: () => Promise<RawResponse>, status: number, reason: string][] = [
  ["a body that is too large", () => post("/api/trpc/auth.login", {}, "x".repeat(300_000)), 413, "TOO_LARGE"],
  ["a body that is not JSON", () => post("/api/trpc/auth.login", {}, "{nonsense"), 400, "INVALID_INPUT"],
  ["a batch that is no object", () => post("/api/trpc/auth.login?batch=1", {}, "[]"), 400, "INVALID_INPUT"],
  ["an unknown procedure", () => post("/api/trpc/auth.unknown"), 404, "NOT_FOUND"],
  ["a name of every object", () => post("/api/trpc/constructor"), 404, "NOT_FOUND"],
  ["a path below", () => post("/api/trpc/auth/login"), 404, "NOT_FOUND"],
  ["no procedure", () => post("/api/trpc"), 404, "NOT_FOUND"],
  ["an address of nothing", () => post("/api/unknown"), 404, "NOT_FOUND"],
  ["a query as a mutation", () => post("/api/trpc/users.me"), 400, "INVALID_INPUT"],
  ["a mutation as a query", () => requestRaw(`${server.url}/api/trpc/auth.logout`), 400, "INVALID_INPUT"],
  [
    "a query whose input is not JSON",
    () => requestRaw(`${server.url}/api/trpc/invites.preview?input={`),
    400,
    "INVALID_INPUT",
  ],
  [
    "a form",
    () => post("/api/trpc/auth.login", { "content-type": "multipart/form-data; boundary=x" }, "--x--"),
    415,
    "UNSUPPORTED_MEDIA",
  ],
  [
    "a page's simple form",
    () => post("/api/trpc/auth.logout", { "content-type": "text/plain" }),
    415,
    "UNSUPPORTED_MEDIA",
  ],
  [
    "bytes",
    () => post("/api/trpc/auth.login", { "content-type": "application/octet-stream" }),
    415,
    "UNSUPPORTED_MEDIA",
  ],
  ["a path that cannot be decoded", () => post("/api/trpc/%E0%A4%A"), 400, "INVALID_INPUT"],
  [
    "a batch beyond all measure",
    () => post(`/api/trpc/${Array.from({ length: 51 }, () => "auth.refresh").join(",")}?batch=1`),
    400,
    "INVALID_INPUT",
  ],
  ["a path beyond all measure", () => post(`/api/trpc/${"x".repeat(5_000)}`), 413, "TOO_LARGE"],
  [
    "headers beyond all measure",
    () => post("/api/trpc/auth.login", { "x-filler": "x".repeat(20_000) }),
    413,
    "TOO_LARGE",
  ],
  [
    "an unknown method",
    () => requestRaw(`${server.url}/api/trpc/users.me`, { method: "DELETE", headers: json }),
    400,
    "INVALID_INPUT",
  ],
  [
    "the events, which come over the gateway alone",
    () => requestRaw(`${server.url}/api/trpc/gateway.events`),
    404,
    "NOT_FOUND",
  ],
];

describe("what cannot be answered", () => {
  it.each(refusals)(
    "%s is refused with a reason, and without a stack",
    async (...[, ask, status, reason]) => {
      const answer = await ask();
      expect({ status: answer.status, data: refusalOf(answer) }).toMatchObject({
        status,
        data: { reason, httpStatus: status },
      });
      expect(answer.headers["content-type"]).toMatch(/^application\/json/);
      expect(answer.text).not.toMatch(/\bat .*[.:]\d+|node_modules|src\/|\.ts/);
      expect(refusalOf(answer)).not.toHaveProperty("stack");
    },
  );

  it("says how much is too large, and what was detected", async () => {
    const large = await post("/api/trpc/auth.login", {}, "x".repeat(300_000));
    expect(refusalOf(large)).toMatchObject({ params: { limit: 256 * 1024 } });
    const form = await post("/api/trpc/auth.login", { "content-type": "Text/Plain; charset=utf-8" });
    expect(refusalOf(form)).toMatchObject({ params: { detected: "text/plain" } });
  });

  it("takes a full batch of the longest messages", async () => {
    const calls = Array.from({ length: 20 }, () => ({
      channelId: made.channelId,
      content: "語".repeat(4_000),
    }));
    const path = calls.map(() => "messages.send").join(",");
    const authorization = `Bearer ${await alice.token()}`;
    const answer = await post(
      `/api/trpc/${path}?batch=1`,
      { authorization },
      JSON.stringify(Object.fromEntries(calls.entries())),
    );
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toHaveLength(20);
  });
});

describe("a batch", () => {
  it("answers every call for itself", async () => {
    const authorization = `Bearer ${await alice.token()}`;
    const input = {
      "0": { serverId: made.serverId },
      "1": { serverId: "nonsense" },
      "2": { serverId: randomUUID() },
    };
    const path = "servers.get,servers.get,unknown.one,users.me";
    const url = `${server.url}/api/trpc/${path}?batch=1&input=${encodeURIComponent(JSON.stringify(input))}`;
    const answer = await requestRaw(url, { headers: { authorization } });
    expect(answer.status).toBe(207);
    expect(JSON.parse(answer.text)).toMatchObject([
      { result: { data: { id: made.serverId } } },
      { error: { data: { reason: "INVALID_INPUT", params: { issues: [{ path: "serverId" }] } } } },
      { error: { data: { reason: "NOT_FOUND" } } },
      { result: { data: { username: "alice" } } },
    ]);
  });
});

it("a method that no call is made by is the caller's fault", async () => {
  for (const method of ["TRACE", "PUT", "DELETE", "PATCH"]) {
    const answer = await requestRaw(`${server.url}/api/trpc/users.me`, { method, headers: json });
    expect([method, answer.status, refusalOf(answer)]).toMatchObject([
      method,
      400,
      { reason: "INVALID_INPUT" },
    ]);
  }
});
