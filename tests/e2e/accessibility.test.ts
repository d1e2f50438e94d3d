/** What axe and a screen reader find: on every main screen and dialog, in light and dark. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser } from "playwright-core";
import { aReader, message, pathOf, signIn } from "#tests/support/app.ts";
import { findFaults } from "#tests/support/axe.ts";
import { aPersonAt, launchChromium, type Look, type Person } from "#tests/support/browser.ts";
import { aMember, anAdmin, aServer, aUser, type MadeServer, type TestUser } from "#tests/support/builders.ts";
import {
  deeperScreens,
  otherDialogs,
  serverDialogs,
  walkAdminPages,
  walkDialogs,
} from "#tests/support/screens.ts";
import { startTestServer, type TestServer } from "#tests/support/test-server.ts";

/** Of no link that ever was. */
const aLinkToken = "0123456789abcdefghijklmnopqrstuv";

const everything = [
  "# A *calm* place, **really**",
  "> quoted\nwith a [link](https://example.org), `code` and ~~no~~",
  "```ts\nconst cake = 1;\n```\n- one\n- two",
];

let browser: Browser;
let server: TestServer;
let owner: TestUser;
let admin: TestUser;
let harbour: MadeServer;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchChromium(), startTestServer()]);
  owner = await aUser(server, { username: "alice" });
  harbour = await aServer(owner);
  const { serverId } = harbour;
  await owner.client.api.roles.create.mutate({ serverId, name: "Crew", permissions: "0", color: "#eb459e" });
  admin = await anAdmin(server, { username: "governor" });
  await using bob = await aMember(server, harbour, { username: "bob" });
  const { channelId } = harbour;
  for (const content of everything) await owner.client.api.messages.send.mutate({ channelId, content });
  const question = await bob.client.api.messages.send.mutate({ channelId, content: `<@${owner.id}>, cake?` });
  await bob.client.api.messages.send.mutate({ channelId, content: "Please!", replyTo: question.id });
});
afterAll(async () => {
  await owner[Symbol.asyncDispose]();
  await admin[Symbol.asyncDispose]();
  await browser.close();
  await server[Symbol.asyncDispose]();
});

const read = (look: Look = {}): Promise<Person> =>
  aReader(browser, owner, { url: server.url, path: pathOf(harbour), ...look });

/** What stands over the conversation, which is looked at by itself. */
const overlays = "[role=dialog], [role=alertdialog], [role=menu], search";

/** Dozens of screens, each looked at twice, by a tool that takes its time. */
const walkTimeoutMs = 300_000;

describe("axe finds nothing serious", () => {
  it("at the doors", async () => {
    await using person = await aPersonAt(browser, `${server.url}/sign-in`);
    const { page } = person;
    const { code } = await owner.client.api.invites.create.mutate({ serverId: harbour.serverId });
    const faults: string[] = [];
    const links = ["/claim", `/claim#${aLinkToken}`, `/reset#${aLinkToken}`];
    for (const path of ["/sign-in", "/sign-up", `/invite/${code}`, "/invite/nosuchcode", ...links]) {
      await page.goto(path);
      await page
        .getByRole("heading", { level: 1 })
        .or(page.getByRole("heading", { level: 2 }))
        .first()
        .waitFor();
      faults.push(...(await findFaults(page, path)));
    }
    await page.goto("/sign-in");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("Enter your password.").waitFor();
    faults.push(...(await findFaults(page, "what the sign-in says of empty fields")));
    expect(faults).toEqual([]);
  });

  it.each([
    ["a server's dialogs", serverDialogs],
    ["what lies deeper in them", deeperScreens],
    ["every other dialog", otherDialogs],
  ])(
    "in the conversation and in %s over it",
    async (_, dialogs) => {
      await using person = await read();
      const { page } = person;
      await message(page, "Please!").waitFor();
      const faults = await findFaults(page, "conversation");
      const look = async (name: string): Promise<void> => {
        faults.push(...(await findFaults(page, name, overlays)));
      };
      await walkDialogs(page, look, dialogs);
      expect(faults).toEqual([]);
      expect(person.complaints).toEqual([]);
    },
    walkTimeoutMs,
  );

  it(
    "on the administrators' pages",
    async () => {
      await using person = await aPersonAt(browser, `${server.url}/sign-in`);
      const { page } = person;
      await signIn(page, admin.username);
      await page.getByRole("heading", { name: "Welcome to Together" }).waitFor();
      const faults: string[] = [];
      await walkAdminPages(page, async (name) => {
        faults.push(...(await findFaults(page, name, name.includes(",") ? overlays : "html")));
      });
      expect(faults).toEqual([]);
      expect(person.complaints).toEqual([]);
    },
    walkTimeoutMs,
  );

  it("on a phone", async () => {
    await using person = await read({ width: 390, height: 844, hasTouch: true });
    const { page } = person;
    await message(page, "Please!").waitFor();
    const faults: string[] = [];
    for (const name of ["Chat", "Channels", "Members"]) {
      await page.getByRole("navigation", { name: "Views" }).getByRole("button", { name }).click();
      faults.push(...(await findFaults(page, name)));
    }
    expect(faults).toEqual([]);
  });

  it("when somebody has no server yet", async () => {
    await using carol = await aUser(server, { username: "carol" });
    await using person = await aPersonAt(browser, `${server.url}/sign-in`);
    const { page } = person;
    await signIn(page, carol.username);
    await page.getByRole("heading", { name: "Welcome to Together" }).waitFor();
    expect(await findFaults(page, "welcome")).toEqual([]);
  });
});

describe("a screen reader", () => {
  it("is told the language, where it is, and the places of the page", async () => {
    await using person = await read();
    const { page } = person;
    await page.getByRole("log", { name: "Messages in #general" }).waitFor();
    await page.getByRole("complementary", { name: "Members" }).waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
    await expect.poll(() => page.title()).toBe("#general · Harbour — Together");
    await expect.poll(() => page.getByRole("main").count()).toBe(1);
    for (const name of ["Servers", "Channels"]) {
      expect(await page.getByRole("navigation", { name, exact: true }).count(), name).toBe(1);
    }
    expect(await page.getByRole("complementary", { name: "Members" }).count()).toBe(1);
    expect(await page.getByRole("log", { name: "Messages in #general" }).count()).toBe(1);
    expect(await page.getByRole("heading", { level: 1 }).count()).toBe(1);
    expect(await page.getByRole("main").getByRole("heading").first().innerText()).toBe("general");
  });

  it("hears a new message of somebody else's once, and one's own never", async () => {
    await using person = await read();
    const { page } = person;
    await message(page, "Please!").waitFor();
    await using dora = await aMember(server, harbour, { username: "dora" });
    const { channelId } = harbour;
    const spoken = page.locator("[aria-live=polite]").filter({ hasText: "dora: Good *night*" });
    await owner.client.api.messages.send.mutate({ channelId, content: "Mine" });
    await message(page, "Mine").waitFor();
    await dora.client.api.messages.send.mutate({ channelId, content: "Good \\*night\\*" });
    await expect.poll(() => spoken.count()).toBe(1);
    expect(await page.locator("[aria-live=polite]").filter({ hasText: "Mine" }).count()).toBe(0);
  });
});
