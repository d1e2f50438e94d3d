/** The built web app's files, as browsers and their caches meet them. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RawResponse, refusalOf, requestRaw } from "#tests/support/raw-request.ts";
import { startTestServer, type TestServer } from "#tests/support/test-server.ts";

const page = "<!doctype html><title>Together</title>";
const script = `console.log("${"together ".repeat(100)}")`;
const year = "public, max-age=31536000, immutable";

let directory: string;
let server: TestServer;

beforeAll(async () => {
  // An installation may lie below a directory of the same name as the one for hashed files.
  directory = join(await mkdtemp(join(tmpdir(), "together-web-")), "assets", "web");
  await mkdir(join(directory, "assets"), { recursive: true });
  const files: Record<string, string> = {
    "index.html": page,
    "assets/app-4f2a.js": script,
    "assets/app-9c1b.css": "body { color: black }",
    "assets/font-1a2b.woff2": "font",
    "theme.js": "theme",
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(directory, name), content);
  for (const name of ["index.html", "assets/app-4f2a.js"]) {
    await writeFile(join(directory, `${name}.br`), brotliCompressSync(files[name] ?? ""));
    await writeFile(join(directory, `${name}.gz`), gzipSync(files[name] ?? ""));
  }
  server = await startTestServer({}, { webDirectory: directory });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(join(directory, "../.."), { recursive: true });
});

const get = (path: string, headers: Record<string, string> = {}, method = "GET"): Promise<RawResponse> =>
  requestRaw(`${server.url}${path}`, { method, headers });

describe("a hashed file", () => {
  const path = "/assets/app-4f2a.js";

  it("is kept for good", async () => {
    expect((await get(path)).headers["cache-control"]).toBe(year);
    expect((await get(path, { "accept-encoding": "br" })).headers["cache-control"]).toBe(year);
  });

  it.each([
    ["br", (body: Buffer) => brotliDecompressSync(body)],
    ["gzip", (body: Buffer) => gunzipSync(body)],
  ] as const)("comes as %s to whoever takes that alone", async (encoding, unpack) => {
    const { headers, body } = await get(path, { "accept-encoding": encoding });
    expect(headers).toMatchObject({ "content-encoding": encoding });
    expect(headers.vary).toContain("accept-encoding");
    expect(headers["content-type"]).toMatch(/^(text|application)\/javascript/);
    expect(unpack(body).toString()).toBe(script);
    expect(Number(headers["content-length"])).toBe(body.byteLength);
  });

  it("comes as br to a browser, which takes everything", async () => {
    const { headers } = await get(path, { "accept-encoding": "gzip, deflate, br, zstd" });
    expect(headers["content-encoding"]).toBe("br");
  });

  it("comes as it is to whoever takes nothing else, or where nothing else is", async () => {
    const plain = await get(path);
    expect(plain.headers).not.toHaveProperty("content-encoding");
    expect(plain.text).toBe(script);
    const refusing = await get(path, { "accept-encoding": "br;q=0, gzip;q=0" });
    expect(refusing.text).toBe(script);
    const font = await get("/assets/font-1a2b.woff2", { "accept-encoding": "br, gzip" });
    expect([font.status, font.text]).toEqual([200, "font"]);
  });

  it.each([
    ["/assets/app-4f2a.js", /^(text|application)\/javascript; charset=utf-8$/i],
    ["/assets/app-9c1b.css", /^text\/css; charset=utf-8$/i],
    ["/assets/font-1a2b.woff2", /^font\/woff2$/],
    ["/", /^text\/html; charset=utf-8$/i],
  ])("%s says what it is", async (file, type) => {
    for (const encoding of ["identity", "br", "gzip"]) {
      const { status, headers } = await get(file, { "accept-encoding": encoding });
      expect([status, headers["content-type"]], encoding).toEqual([200, expect.stringMatching(type)]);
    }
  });
});

describe("the page", () => {
  it.each([
    "/",
    "/index.html",
    "/servers/0198c0de",
    "/servers/x/y?message=1",
    "/invite/abcd",
    "/sign-in",
    "/apiary",
  ])("is the answer to %s, and asked for anew each time", async (path) => {
    const { status, headers, text } = await get(path, {
      accept: "text/html,application/xhtml+xml,*/*;q=0.8",
    });
    expect([status, text]).toEqual([200, page]);
    expect(headers).toMatchObject({
      "cache-control": "no-cache",
      "content-type": expect.stringMatching("text/html") as unknown,
    });
  });

  it("is not sent again when it has not changed", async () => {
    const first = await get("/servers/x");
    const again = await get("/servers/x", { "if-none-match": String(first.headers.etag) });
    expect([again.status, again.text]).toEqual([304, ""]);
    expect(again.headers["cache-control"]).toBe("no-cache");
  });

  it("comes packed to every address", async () => {
    const { headers, body } = await get("/servers/x", { "accept-encoding": "br" });
    expect(headers["content-encoding"]).toBe("br");
    expect(brotliDecompressSync(body).toString()).toBe(page);
  });
});

describe("HEAD", () => {
  it.each(["/", "/servers/x", "/assets/app-4f2a.js"])(
    "%s says the same as GET, without the content",
    async (path) => {
      const [head, whole] = [await get(path, {}, "HEAD"), await get(path)];
      expect([head.status, head.text]).toEqual([200, ""]);
      for (const name of ["content-type", "content-length", "cache-control", "etag"]) {
        expect(head.headers[name], name).toBe(whole.headers[name]);
      }
    },
  );
});

describe("what is not there", () => {
  it.each([
    "/assets/missing.js",
    "/assets/missing",
    "/assets/",
    "/missing.png",
    "/api",
    "/api/unknown",
    "/api/trpc",
    "/gateway",
    "/gateway?connectionParams=1",
    "/health/unknown",
    "/../package.json",
    "/%2e%2e/%2e%2e/package.json",
    "/assets/..%2f..%2f..%2fpackage.json",
    "/.env",
  ])("%s is not found, and no page either", async (path) => {
    const answer = await get(path, { accept: "text/html,*/*" });
    expect(answer.text).not.toBe(page);
    expect([403, 404]).toContain(answer.status);
    expect(refusalOf(answer)).toMatchObject({ reason: "NOT_FOUND" });
    expect(answer.headers["cache-control"]).not.toBe(year);
  });

  it("is not found for a program that wants JSON", async () => {
    const answer = await get("/servers/x", { accept: "application/json" });
    expect(refusalOf(answer)).toMatchObject({ reason: "NOT_FOUND" });
  });

  it("is not found by POST", async () => {
    expect((await get("/servers/x", { accept: "text/html" }, "POST")).status).toBe(404);
  });
});

it("serves the interface alone where the web app was not built", async () => {
  await using bare = await startTestServer({}, { webDirectory: join(directory, "nowhere") });
  expect((await requestRaw(`${bare.url}/`)).status).toBe(404);
  expect((await requestRaw(`${bare.url}/health`)).status).toBe(200);
});
