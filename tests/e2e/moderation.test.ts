/** What moderators do, and what those see whom it is done to. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser, Locator, Page } from "playwright-core";
import {
  aReader,
  channelLink,
  composer,
  member,
  message,
  openServerSettings,
  pathOf,
  say,
} from "#tests/support/app.ts";
import { launchChromium, type Person } from "#tests/support/browser.ts";
import { aMember, aServer, aUser, type MadeServer, type TestUser } from "#tests/support/builders.ts";
import { startTestServer, type TestServer } from "#tests/support/test-server.ts";
import type { ChannelId } from "#shared/ids.ts";
import { formatPermissions, permissionBits } from "#shared/permissions.ts";

let browser: Browser;
let server: TestServer;
let alice: TestUser;
let bob: TestUser;
let harbour: MadeServer;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchChromium(), startTestServer()]);
  alice = await aUser(server, { username: "alice" });
  harbour = await aServer(alice, { name: "Harbour" });
  bob = await aMember(server, harbour, { username: "bob" });
});
afterAll(async () => {
  await browser.close();
  for (const user of [alice, bob]) await user[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const read = (user: TestUser, channelId: ChannelId = harbour.channelId): Promise<Person> =>
  aReader(browser, user, { url: server.url, path: pathOf({ ...harbour, channelId }) });

const write = (user: TestUser, content: string, channelId: ChannelId = harbour.channelId) =>
  user.client.api.messages.send.mutate({ channelId, content });

const aChannel = async (name: string): Promise<ChannelId> => {
  const { serverId } = harbour;
  const { id } = await alice.client.api.channels.create.mutate({ serverId, name, type: "text" });
  return id;
};

/** An act in the log, with all that is told of it. */
const entry = (log: Locator, sentence: string): Locator =>
  log.getByRole("listitem").filter({ hasText: sentence });

const openAuditLog = (page: Page): Promise<Locator> => openServerSettings(page, "Audit log");

describe("banning", () => {
  it("takes along what a spammer said in the last hour, for everyone, and is found in the log", async () => {
    await using dave = await aMember(server, harbour, { username: "dave" });
    await write(bob, "a calm word");
    for (const content of ["cheap rope one", "cheap rope two"]) await write(dave, content);
    await using moderator = await read(alice);
    await using witness = await read(bob);
    await using spammer = await read(dave);
    await composer(spammer.page).fill("cheap rope three");
    for (const { page } of [moderator, witness]) await message(page, "cheap rope two").waitFor();

    const { page } = moderator;
    await message(page, "cheap rope one").getByRole("button", { name: "dave" }).click({ button: "right" });
    await page.getByRole("menuitem", { name: "Ban…" }).click();
    const dialog = page.getByRole("dialog", { name: "Ban dave from Harbour?" });
    await dialog.getByRole("combobox", { name: "Delete messages" }).click();
    await page.getByRole("option", { name: "Of the last hour" }).click();
    await dialog.getByText("Their messages of the last hour are deleted").waitFor();
    await dialog.getByRole("textbox", { name: /^Reason/ }).fill("spam");
    await dialog.getByRole("button", { name: "Ban dave" }).click();

    await spammer.page.getByText("You are no longer a member of Harbour.").waitFor();
    await spammer.page.getByRole("heading", { name: "Welcome to Together" }).waitFor();
    for (const person of [moderator, witness]) {
      await message(person.page, "cheap rope").first().waitFor({ state: "detached" });
      await message(person.page, "a calm word").waitFor();
    }
    await expect(write(dave, "cheap rope four")).rejects.toThrow();

    const log = await openAuditLog(page);
    await entry(log, "alice banned dave, and deleted 2 messages of theirs · spam").waitFor();
    for (const { complaints } of [moderator, witness, spammer]) expect(complaints).toEqual([]);
  });
});

describe("a timeout", () => {
  it("lets read and not write, and gives the composer back with its text when it is ended", async () => {
    await using carol = await aMember(server, harbour, { username: "carol" });
    await using moderator = await read(alice);
    await using person = await read(carol);
    await composer(person.page).fill("half a thought");
    const { page } = moderator;

    await member(page, "carol").click();
    await page.getByRole("button", { name: "Time out…" }).click();
    const dialog = page.getByRole("dialog", { name: "Time out carol" });
    await dialog.getByRole("radio", { name: "5 min", exact: true }).click();
    await dialog.getByRole("textbox", { name: /^Reason/ }).fill("flooding");
    await dialog.getByRole("button", { name: "Time out" }).click();

    await person.page.getByText("You can read, but not write.").waitFor();
    await person.page
      .getByRole("timer")
      .filter({ hasText: /^\s*[45]:\d\d left$/ })
      .waitFor();
    expect(await composer(person.page).count()).toBe(0);
    await write(bob, "still to be read");
    await message(person.page, "still to be read").waitFor();

    await page.keyboard.press("Escape");
    await member(page, "carol").click({ button: "right" });
    await page.getByRole("menuitem", { name: "End timeout" }).click();
    await expect.poll(() => composer(person.page).inputValue()).toBe("half a thought");
    await composer(person.page).press("Enter");
    await message(page, "half a thought").waitFor();

    const log = await openAuditLog(page);
    await entry(log, "alice timed out carol · flooding").waitFor();
    await entry(log, "alice ended the timeout of carol").waitFor();
    for (const { complaints } of [moderator, person]) expect(complaints).toEqual([]);
  });
});

describe("slow mode", () => {
  it("says how long to wait, keeps the text until then, and exempts who may bypass it", async () => {
    const slowId = await aChannel("slow");
    await alice.client.api.channels.update.mutate({ channelId: slowId, slowModeSeconds: 5 });
    await using person = await read(bob, slowId);
    const { page } = person;
    await page.getByText("Slow mode: one message every 5 sec").waitFor();
    await say(page, "the first");
    await page.getByText(/Slow mode: you can write again in 0:0\d/).waitFor();
    await say(page, "the second");
    await page.getByText(/Your text stays: you can write again in 0:0\d/).waitFor();
    expect(await composer(page).inputValue()).toBe("the second");
    await page.getByText("Slow mode: one message every 5 sec").waitFor();
    await composer(page).press("Enter");
    await message(page, "the second").waitFor();
    await expect.poll(() => composer(page).inputValue()).toBe("");

    await using owner = await read(alice, slowId);
    await owner.page.getByText("you are exempt").waitFor();
    await say(owner.page, "mine");
    await say(owner.page, "and mine");
    await message(page, "and mine").waitFor();
    for (const { complaints } of [person, owner]) expect(complaints).toEqual([]);
  });
});

describe("deleting several messages at once", () => {
  it("goes by keys, names whose they are, and takes them from everyone", async () => {
    const noisyId = await aChannel("noisy");
    for (const content of ["noise one", "noise two", "noise three"]) await write(bob, content, noisyId);
    await write(alice, "enough", noisyId);
    await using moderator = await read(alice, noisyId);
    await using witness = await read(bob, noisyId);
    const { page } = moderator;
    for (const person of [moderator, witness]) await message(person.page, "enough").waitFor();

    await message(page, "noise two").click({ button: "right" });
    await page.getByRole("menuitem", { name: "Select messages…" }).click();
    const bar = page.getByRole("region", { name: "Selected messages" });
    await bar.getByText("1 selected").waitFor();
    await expect.poll(() => page.evaluate("document.activeElement.textContent")).toContain("noise two");
    await page.keyboard.press("Shift+ArrowDown");
    await bar.getByText("2 selected").waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Space");
    await bar.getByText("3 selected").waitFor();
    expect(await page.getByRole("checkbox", { name: /enough/ }).isChecked()).toBe(true);
    await page.keyboard.press("Escape");
    await bar.waitFor({ state: "detached" });
    await composer(page).waitFor();

    await message(page, "noise one").click({ button: "right" });
    await page.getByRole("menuitem", { name: "Select messages…" }).click();
    await message(page, "enough").click({ modifiers: ["Shift"] });
    await bar.getByText("4 selected").waitFor();
    await bar.getByRole("button", { name: "Delete" }).click();
    const question = page.getByRole("alertdialog", { name: "Delete 4 messages?" });
    await question.getByText("3 by bob and 1 by alice").waitFor();
    await question.getByRole("button", { name: "Delete 4 messages" }).click();
    for (const person of [moderator, witness]) {
      await person.page.getByText("Nobody has written here yet.").waitFor();
    }
    const log = await openAuditLog(page);
    await entry(log, "alice deleted 4 messages in #noisy").waitFor();
    for (const { complaints } of [moderator, witness]) expect(complaints).toEqual([]);
  });

  it("is not offered to who may not", async () => {
    const ownId = await aChannel("own");
    await write(bob, "mine", ownId);
    await using person = await read(bob, ownId);
    const { page } = person;
    await message(page, "mine").click({ button: "right" });
    await page.getByRole("menuitem", { name: "Delete" }).waitFor();
    expect(await page.getByRole("menuitem", { name: "Select messages…" }).count()).toBe(0);
  });
});

describe("roles", () => {
  it("are given and taken on the profile, and found in the log by kind and by person", async () => {
    const { serverId } = harbour;
    const permissions = formatPermissions(permissionBits("KICK_MEMBERS"));
    await alice.client.api.roles.create.mutate({ serverId, name: "Pilots", permissions });
    await using moderator = await read(alice);
    const { page } = moderator;
    await member(page, "bob").click();
    await page.getByRole("button", { name: "Add a role to bob" }).click();
    await page.getByRole("menuitemcheckbox", { name: "Pilots" }).click();
    const roles = page.getByRole("list", { name: "Roles of bob" });
    await roles.getByText("Pilots").waitFor();
    await roles.getByRole("button", { name: "Take the role Pilots from bob" }).click();
    await roles.getByText("Pilots").waitFor({ state: "detached" });
    await page.keyboard.press("Escape");

    const log = await openAuditLog(page);
    await entry(log, "alice created the role Pilots").waitFor();
    await log.getByRole("combobox", { name: "What was done" }).click();
    await page.getByRole("option", { name: "Member’s roles changed" }).click();
    await entry(log, "alice created the role Pilots").waitFor({ state: "detached" });
    await log.getByText("1 change").first().click();
    await log.getByRole("definition").filter({ hasText: "Pilots" }).first().waitFor();
    await log.getByRole("button", { name: "Anyone" }).first().click();
    await page.getByRole("searchbox", { name: "Find a member" }).fill("bo");
    await page.getByRole("dialog", { name: "Done by" }).getByRole("button", { name: "bob" }).click();
    await log.getByText("Nothing found").waitFor();
    expect(moderator.complaints).toEqual([]);
  });

  it("can be asked for somebody who is no member any more", async () => {
    const { serverId } = harbour;
    await using mallory = await aMember(server, harbour, { username: "mallory" });
    await alice.client.api.members.ban.mutate({ serverId, userId: mallory.id });
    await using moderator = await read(alice);
    const { page } = moderator;
    const log = await openAuditLog(page);
    await entry(log, "alice created the role Pilots").waitFor();
    await log.getByRole("button", { name: "Anyone" }).last().click();
    await page.getByRole("searchbox", { name: "Find a member" }).fill("mall");
    await page.getByRole("dialog", { name: "Done to" }).getByRole("button", { name: "mallory" }).click();
    await entry(log, "alice created the role Pilots").waitFor({ state: "detached" });
    await entry(log, "alice banned mallory").waitFor();
    expect(moderator.complaints).toEqual([]);
  });
});

describe("a server's menu", () => {
  it("opens with a right click on the server too", async () => {
    await using person = await read(bob);
    const { page } = person;
    await page
      .getByRole("navigation", { name: "Servers" })
      .getByRole("link", { name: "Harbour" })
      .click({ button: "right" });
    await page.getByRole("menuitem", { name: "Leave server…" }).waitFor();
    expect(await page.getByRole("menuitem", { name: "Server settings" }).count()).toBe(0);
    await page.keyboard.press("Escape");
    await channelLink(page, "general").waitFor();
  });
});
