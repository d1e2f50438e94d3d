/** A browser's session: the refresh token in a cookie that no script reads, good for one use. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { password } from "#tests/support/builders.ts";
import { type RawResponse, refusalOf, requestRaw } from "#tests/support/raw-request.ts";
import { startTestServer, type TestServer } from "#tests/support/test-server.ts";

let server: TestServer;
let count = 0;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

interface Call {
  path: string;
  input?: unknown;
  headers?: Record<string, string>;
  at?: TestServer;
}

const post = ({ path, input, headers, at = server }: Call): Promise<RawResponse> =>
  requestRaw(`${at.url}/api/trpc/auth.${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    ...(input === undefined ? {} : { body: JSON.stringify(input) }),
  });

/** The one cookie of an answer: its value, and its attributes in lower case. */
const cookieOf = ({ headers }: RawResponse): { value: string; pair: string; attributes: string[] } => {
  const [cookie = "", ...more] = headers["set-cookie"] ?? [];
  expect(more).toEqual([]);
  const [pair = "", ...attributes] = cookie.split("; ");
  return {
    pair,
    value: pair.split("=")[1] ?? "",
    attributes: attributes.map((text) => text.toLowerCase()).toSorted(),
  };
};

const Answer = z.object({ result: z.object({ data: z.looseObject({ accessToken: z.string() }) }) });
const dataOf = ({ text }: RawResponse) => Answer.parse(JSON.parse(text)).result.data;

const register = (at: TestServer = server, session = "cookie"): Promise<RawResponse> =>
  post({ path: "register", input: { username: `cookie${(count += 1)}`, password, session }, at });

describe("the cookie", () => {
  it("is out of scripts' and other sites' reach, and goes to the calls alone", async () => {
    const answer = await register();
    const { value, attributes } = cookieOf(answer);
    expect(attributes).toEqual(["httponly", "max-age=604800", "path=/api/trpc", "samesite=strict"]);
    expect(Buffer.from(value, "base64url").byteLength).toBeGreaterThanOrEqual(32);
    expect(dataOf(answer)).not.toHaveProperty("refreshToken");
  });

  it("is Secure where people come by https", async () => {
    await using secure = await startTestServer({ publicUrl: "https://chat.example.org" });
    const { attributes } = cookieOf(await register(secure));
    expect(attributes).toContain("secure");
  });

  it("is not set for a program that keeps its token itself", async () => {
    const answer = await register(server, "body");
    expect(answer.headers).not.toHaveProperty("set-cookie");
    expect(dataOf(answer)["refreshToken"]).toEqual(expect.any(String));
  });
});

describe("a refresh by the cookie", () => {
  it("gives another cookie and another access token, without any input", async () => {
    const first = await register();
    const cookie = cookieOf(first);
    const second = await post({ path: "refresh", headers: { cookie: cookie.pair } });
    expect(second.status).toBe(200);
    const renewed = cookieOf(second);
    expect(renewed.value).not.toBe(cookie.value);
    expect(renewed.attributes).toEqual(cookie.attributes);
    expect(dataOf(second)).not.toHaveProperty("refreshToken");
    const me = await requestRaw(`${server.url}/api/trpc/users.me`, {
      headers: { authorization: `Bearer ${dataOf(second).accessToken}` },
    });
    expect(me.status).toBe(200);
  });

  it("is refused without one", async () => {
    const answer = await post({ path: "refresh" });
    expect(refusalOf(answer)).toMatchObject({ reason: "UNAUTHENTICATED" });
    expect(answer.headers).not.toHaveProperty("set-cookie");
  });

  it("takes a cookie away that is no good", async () => {
    const answer = await post({ path: "refresh", headers: { cookie: "together_refresh=nonsense" } });
    expect(refusalOf(answer)).toMatchObject({ reason: "UNAUTHENTICATED" });
    const cookie = cookieOf(answer);
    expect(cookie.value).toBe("");
    expect(cookie.attributes).toContain("expires=thu, 01 jan 1970 00:00:00 gmt");
    expect(cookie.attributes).toContain("path=/api/trpc");
  });
});

describe("signing out", () => {
  it("takes the cookie away, and its token is worth nothing any more", async () => {
    const first = await register();
    const { pair } = cookieOf(first);
    const authorization = `Bearer ${dataOf(first).accessToken}`;
    const out = await post({ path: "logout", headers: { cookie: pair, authorization } });
    expect(out.status).toBe(200);
    expect(cookieOf(out)).toMatchObject({ value: "" });
    const again = await post({ path: "refresh", headers: { cookie: pair } });
    expect(refusalOf(again)).toMatchObject({ reason: "UNAUTHENTICATED" });
    const me = await requestRaw(`${server.url}/api/trpc/users.me`, { headers: { authorization } });
    expect(refusalOf(me)).toMatchObject({ reason: "UNAUTHENTICATED" });
  });
});
