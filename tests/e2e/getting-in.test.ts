/** The doors: what they say to somebody who does not get in, and to somebody who is put out. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser, Page } from "playwright-core";
import { invites } from "#server/database/schema/invites.ts";
import { aReader, composer, pathOf, signIn, signUp } from "#tests/support/app.ts";
import { aPersonAt, launchChromium } from "#tests/support/browser.ts";
import { aMember, aServer, aUser, type MadeServer } from "#tests/support/builders.ts";
import { startTestServer, type TestServer } from "#tests/support/test-server.ts";

let browser: Browser;
let server: TestServer;
let harbour: MadeServer;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchChromium(), startTestServer()]);
  harbour = await aServer(await aUser(server, { username: "alice" }), { name: "Harbour" });
});
afterAll(async () => {
  await harbour.owner[Symbol.asyncDispose]();
  await browser.close();
  await server[Symbol.asyncDispose]();
});

/** Grows with every call of this procedure. */
const noteCalls = (page: Page, procedure: string): readonly string[] => {
  const calls: string[] = [];
  page.on("request", (request) => request.url().includes(procedure) && calls.push(request.url()));
  return calls;
};

describe("the sign-in", () => {
  it("says that the password is wrong, keeps the name, and lets one in with the right one", async () => {
    await using person = await aPersonAt(browser, `${server.url}${pathOf(harbour)}`);
    const { page } = person;
    await signIn(page, "alice", "not her password");
    await page.getByText("That username and password don’t belong together.").waitFor();
    expect(await page.getByRole("textbox", { name: "Username" }).inputValue()).toBe("alice");
    await signIn(page, "alice");
    await composer(page).waitFor();
    expect(new URL(page.url()).pathname).toBe(pathOf(harbour));
    expect(person.complaints).toEqual([]);
  });

  it("names the fields that are empty, and asks the server nothing", async () => {
    await using person = await aPersonAt(browser, `${server.url}/sign-in`);
    const { page } = person;
    const asked = noteCalls(page, "auth.login");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("Enter your password.").waitFor();
    expect(await page.getByRole("textbox", { name: "Username" }).getAttribute("aria-invalid")).toBe("true");
    expect(asked).toEqual([]);
  });
});

describe("the sign-up", () => {
  it("says that a username is taken, and goes on with another", async () => {
    await using person = await aPersonAt(browser, `${server.url}/sign-up`);
    const { page } = person;
    await signUp(page, "alice");
    await page.getByText("Somebody has that username already.").waitFor();
    await signUp(page, "alice2");
    await page.getByRole("heading", { name: "Welcome to Together" }).waitFor();
    expect(person.complaints).toEqual([]);
  });

  it("says what is wrong with a name and a password before it sends them", async () => {
    await using person = await aPersonAt(browser, `${server.url}/sign-up`);
    const { page } = person;
    const asked = noteCalls(page, "auth.register");
    await page.getByRole("textbox", { name: "Username" }).fill("al ice");
    await page.getByRole("textbox", { name: "Password" }).fill("short");
    await page.getByRole("button", { name: "Create account" }).click();
    for (const name of ["Username", "Password"]) {
      await expect.poll(() => page.getByRole("textbox", { name }).getAttribute("aria-invalid")).toBe("true");
    }
    expect(asked).toEqual([]);
  });
});

describe("an invite", () => {
  it("that has run out says so, signed out and signed in", async () => {
    const { code } = await harbour.owner.client.api.invites.create.mutate({ serverId: harbour.serverId });
    await server.database.db.update(invites).set({ expiresAt: new Date(0) });
    await using person = await aPersonAt(browser, `${server.url}/invite/${code}`);
    const { page } = person;
    const words = page.getByRole("heading", { name: "This invite has run out" });
    await words.waitFor();
    await page.getByRole("button", { name: "Go to Together" }).click();
    await signIn(page, "alice");
    await composer(page).waitFor();
    await page.goto(`/invite/${code}`);
    await words.waitFor();
    expect(person.complaints).toEqual([]);
  });

  it("that never was says so", async () => {
    await using person = await aPersonAt(browser, `${server.url}/invite/nosuchcode`);
    await person.page.getByRole("heading", { name: "This invite leads nowhere" }).waitFor();
    expect(person.complaints).toEqual([]);
  });
});

describe("a session", () => {
  it("that another device ends is over at once, with words, and goes on where it was after signing in", async () => {
    const bob = await aMember(server, harbour, { username: "bob" });
    await bob.client.session.logout();
    const place = { url: server.url, path: pathOf(harbour) };
    await using laptop = await aReader(browser, bob, place);
    await using phone = await aReader(browser, bob, place);
    await phone.page.getByRole("button", { name: "Settings" }).click();
    await phone.page.getByRole("tab", { name: "Devices" }).click();
    await phone.page.getByRole("button", { name: /^Sign out Chrom/ }).click();
    await laptop.page.getByText("You have been signed out").waitFor();
    expect(await laptop.page.getByText("#general").count()).toBe(0);
    await phone.page.getByRole("button", { name: /^Sign out Chrom/ }).waitFor({ state: "detached" });
    await signIn(laptop.page, "bob");
    await composer(laptop.page).waitFor();
    expect(new URL(laptop.page.url()).pathname).toBe(pathOf(harbour));
    expect([...laptop.complaints, ...phone.complaints]).toEqual([]);
    await bob[Symbol.asyncDispose]();
  });
});
