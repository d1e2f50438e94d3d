/**
 * What a browser has to fetch before somebody can sign in and read. It is measured on the web app as it is served: built
 * and packed once by `npm test`, which lays a .br and a .gz beside every file.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser, Page, Response } from "playwright-core";
import { aReader, composer, message, pathOf, signIn } from "#tests/support/app.ts";
import { aPersonAt, launchChromium } from "#tests/support/browser.ts";
import { aServer, aUser, type MadeServer, type TestUser } from "#tests/support/builders.ts";
import { startTestServer, type TestServer } from "#tests/support/test-server.ts";

const maxSignInBytes = 200_000;
const maxAppBytes = 350_000;

let browser: Browser;
let server: TestServer;
let owner: TestUser;
let harbour: MadeServer;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchChromium(), startTestServer()]);
  owner = await aUser(server, { username: "alice" });
  harbour = await aServer(owner);
  await owner.client.api.messages.send.mutate({ channelId: harbour.channelId, content: "There is **cake**" });
});
afterAll(async () => {
  await owner[Symbol.asyncDispose]();
  await browser.close();
  await server[Symbol.asyncDispose]();
});

/** Collects the scripts that the page is given from now on. */
const collectScripts = (page: Page): readonly Response[] => {
  const scripts: Response[] = [];
  page.on("response", (response) => {
    if (response.request().resourceType() === "script") scripts.push(response);
  });
  return scripts;
};

/** As they came over the wire. */
const sumBytes = async (responses: readonly Response[]): Promise<number> => {
  const sizes = await Promise.all(responses.map((response) => response.request().sizes()));
  return sizes.reduce((sum, { responseBodySize }) => sum + responseBodySize, 0);
};

interface Fetched {
  name: string;
  transferSize: number;
}

const findFetched = (page: Page): Promise<Fetched[]> =>
  page.evaluate<Fetched[]>(
    `performance.getEntriesByType("resource").map(({ name, transferSize }) => ({ name, transferSize }))`,
  );

const isHashed = ({ name }: Fetched): boolean => name.includes("/assets/");

describe("the first visit", () => {
  it(`brings at most ${maxSignInBytes / 1_000} kB of JavaScript to the sign-in, and ${maxAppBytes / 1_000} kB to a conversation`, async () => {
    await using person = await aPersonAt(browser, "about:blank");
    const { page } = person;
    const scripts = collectScripts(page);
    await page.goto(server.url + pathOf(harbour));
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    await page.waitForLoadState("networkidle");
    const unpacked = scripts
      .filter((script) => !/^(br|gzip)$/.test(script.headers()["content-encoding"] ?? ""))
      .map((script) => script.url());
    expect(unpacked, "dist/web is not packed: npm test builds and packs it").toEqual([]);
    const signInBytes = await sumBytes(scripts);
    expect(signInBytes).toBeGreaterThan(0);
    expect(signInBytes).toBeLessThanOrEqual(maxSignInBytes);
    await signIn(page, "alice");
    await message(page, "There is cake").waitFor();
    await page.waitForLoadState("networkidle");
    const appBytes = await sumBytes(scripts);
    expect(appBytes).toBeGreaterThan(signInBytes);
    expect(appBytes).toBeLessThanOrEqual(maxAppBytes);
  });
});

describe("a second visit", () => {
  it("takes every hashed file from the browser's own store", async () => {
    await using person = await aReader(browser, owner, { url: server.url, path: pathOf(harbour) });
    const first = (await findFetched(person.page)).filter(isHashed);
    expect(first.length).toBeGreaterThan(5);
    const again = await person.context.newPage();
    await again.goto(pathOf(harbour));
    await composer(again).waitFor();
    const second = (await findFetched(again)).filter(isHashed);
    expect(second.length).toBeGreaterThan(5);
    expect(second.filter(({ transferSize }) => transferSize > 0)).toEqual([]);
  });
});

describe("the page's policy", () => {
  it("allows no foreign and no inline script, and nothing tries one", async () => {
    await using person = await aPersonAt(browser, `${server.url}/sign-in`);
    const { page } = person;
    const answer = await page.goto(pathOf(harbour));
    const policy = answer?.headers()["content-security-policy"] ?? "";
    expect(policy).toMatch(/script-src 'self'/);
    expect(policy).not.toMatch(/script-src[^;]*'unsafe-(inline|eval)'/);
    await signIn(page, "alice");
    await message(page, "There is cake").waitFor();
    expect(person.complaints).toEqual([]);
    // Were something tried, it would be told: so it is on every screen that these tests come to.
    await page.evaluate(
      "document.body.append(Object.assign(document.createElement('script'), { text: '1' }))",
    );
    await expect.poll(() => person.complaints.join()).toMatch(/forbidden by the page's policy: script-src/);
  });
});
