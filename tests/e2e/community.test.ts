/** The first evening of a community, by what its people see alone: a role, a channel for it, a spammer, and the log of it all. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser, Locator, Page } from "playwright-core";
import {
  channelLink,
  composer,
  createServer,
  inviteTo,
  member,
  message,
  openServerSettings,
  say,
  signUp,
} from "#tests/support/app.ts";
import { aPersonAt, launchChromium, type Person } from "#tests/support/browser.ts";
import { startTestServer, type TestServer } from "#tests/support/test-server.ts";

let browser: Browser;
let server: TestServer;
let alice: Person;
let bob: Person;
let dave: Person;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchChromium(), startTestServer()]);
  alice = await aPersonAt(browser, server.url);
});
afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

const aNewcomer = async (username: string): Promise<Person> => {
  const person = await aPersonAt(browser, server.url + (await inviteTo(alice.page, "Harbour")));
  await person.page.getByRole("button", { name: "Sign up to join" }).click();
  await signUp(person.page, username);
  await composer(person.page).waitFor();
  return person;
};

const close = async (page: Page, panel: Locator): Promise<void> => {
  await page.keyboard.press("Escape");
  await panel.waitFor({ state: "hidden" });
};

const entry = (log: Locator, sentence: string): Locator =>
  log.getByRole("listitem").filter({ hasText: sentence });

describe("the first evening", () => {
  it("Alice makes a server, and two others come by her invites", async () => {
    await alice.page.getByRole("link", { name: /create an account|sign up/i }).click();
    await signUp(alice.page, "alice");
    await createServer(alice.page, "Harbour");
    bob = await aNewcomer("bob");
    dave = await aNewcomer("dave");
  });

  it("Alice makes moderators, and Bob one of them", async () => {
    const { page } = alice;
    const roles = await openServerSettings(page, "Roles");
    await roles.getByRole("button", { name: "Create role" }).click();
    await roles.getByRole("textbox", { name: "Role name" }).fill("Moderators");
    await roles.getByRole("tab", { name: "Permissions" }).click();
    for (const name of ["Ban members", "Kick members", "Manage messages", "View audit log"])
      await roles.getByRole("switch", { name }).click();
    await roles.getByRole("button", { name: "Create role" }).last().click();
    await roles.getByRole("button", { name: /^Moderators/ }).waitFor();
    await close(page, roles);

    await member(page, "bob").click();
    await page.getByRole("button", { name: "Add a role" }).click();
    await page.getByRole("menuitemcheckbox", { name: "Moderators" }).click();
    await page.keyboard.press("Escape");
    await bob.page.getByRole("button", { name: /server menu$/ }).click();
    await expect.poll(() => bob.page.getByRole("menuitem", { name: "Server settings" }).count()).toBe(1);
    await bob.page.keyboard.press("Escape");
  });

  it("she makes a channel for them alone, with a switch and a choice", async () => {
    const { page } = alice;
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: /server menu$/ }).click();
    await page.getByRole("menuitem", { name: "Create channel" }).click();
    const dialog = page.getByRole("dialog", { name: "Create a channel" });
    await dialog.getByRole("textbox", { name: "Channel name" }).fill("bridge");
    await dialog.getByRole("switch", { name: "Private channel" }).click();
    await page.getByRole("button", { name: "Add role or member" }).click();
    await page.getByRole("option", { name: /Moderators/ }).click();
    await dialog.getByRole("button", { name: "Create channel" }).click();
    await page.getByRole("textbox", { name: "Message #bridge" }).waitFor();
    await channelLink(bob.page, "bridge").waitFor();
    expect(await channelLink(dave.page, "bridge").count()).toBe(0);
  });

  it("Bob bans a spammer with the last hour's messages", async () => {
    for (const number of [1, 2, 3]) await say(dave.page, `cheap rope ${number}`);
    const { page } = bob;
    await message(page, "cheap rope 3").waitFor();
    await message(page, "cheap rope 3")
      .getByRole("button", { name: "dave" })
      .or(member(page, "dave"))
      .last()
      .click();
    await page.getByRole("button", { name: "Ban…" }).click();
    const dialog = page.getByRole("dialog", { name: "Ban dave from Harbour?" });
    await dialog.getByRole("combobox", { name: "Delete messages" }).click();
    await page.getByRole("option", { name: "Of the last hour" }).click();
    await dialog.getByRole("textbox", { name: /^Reason/ }).fill("spam");
    await dialog.getByRole("button", { name: "Ban dave" }).click();
    await dave.page.getByText("You are no longer a member of Harbour.").waitFor();
    await message(page, "cheap rope").first().waitFor({ state: "detached" });
    await expect.poll(() => member(page, "dave").count()).toBe(0);
  });

  it("and finds all of it in the audit log", async () => {
    const log = await openServerSettings(bob.page, "Audit log");
    for (const sentence of [
      "bob banned dave, and deleted 3 messages of theirs · spam",
      "alice created #bridge",
      "alice gave bob Moderators",
      "alice created the role Moderators",
    ])
      await entry(log, sentence).waitFor();
    expect([...alice.complaints, ...bob.complaints, ...dave.complaints]).toEqual([]);
  });
});
