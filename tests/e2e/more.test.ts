/** What people of other chat programs look for first: jumping about, being told of mentions, running a server. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { aReader, composer, member, message, openServerSettings, pathOf, say } from "#tests/support/app.ts";
import { launchChromium, type Person } from "#tests/support/browser.ts";
import { aMember, aServer, aUser, type MadeServer, type TestUser } from "#tests/support/builders.ts";
import { startTestServer, type TestServer } from "#tests/support/test-server.ts";
import type { ChannelId } from "#shared/ids.ts";

let browser: Browser;
let server: TestServer;
let alice: TestUser;
let bob: TestUser;
let harbour: MadeServer;
let garden: MadeServer;
let recipesId: ChannelId;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchChromium(), startTestServer()]);
  alice = await aUser(server, { username: "alice" });
  harbour = await aServer(alice, { name: "Harbour" });
  garden = await aServer(alice, { name: "Garden" });
  bob = await aMember(server, harbour, { username: "bob" });
  const { code } = await alice.client.api.invites.create.mutate({ serverId: garden.serverId });
  await bob.client.api.invites.accept.mutate({ code });
  const recipes = { serverId: garden.serverId, name: "recipes", type: "text" } as const;
  ({ id: recipesId } = await alice.client.api.channels.create.mutate(recipes));
});
afterAll(async () => {
  await browser.close();
  for (const user of [alice, bob]) await user[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const aliceAt = (path: string): Promise<Person> => aReader(browser, alice, { url: server.url, path });

const mentionAlice = (channelId: ChannelId, content: string) =>
  bob.client.api.messages.send.mutate({ channelId, content: `<@${alice.id}> ${content}` });

const chooseFromMenu = async (page: Page, item: string): Promise<void> => {
  await page.getByRole("button", { name: /server menu$/ }).click();
  await page.getByRole("menuitem", { name: item }).click();
};

describe("the quick switcher", () => {
  it("goes by Ctrl+K, some letters and Enter to a channel of another server, and shows people", async () => {
    await using person = await aliceAt(pathOf(harbour));
    const { page } = person;
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: /^Find/ }).fill("gard rec");
    await page.keyboard.press("Enter");
    await page.getByRole("textbox", { name: "Message #recipes" }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/servers/${garden.serverId}/${recipesId}`);

    await page.getByRole("button", { name: /^Find or jump to/ }).click();
    await page.getByRole("combobox", { name: /^Find/ }).fill("@bob");
    await page.getByRole("option", { name: /bob/ }).click();
    await page.getByRole("dialog", { name: "Profile of bob" }).getByText("@bob").waitFor();
    expect(person.complaints).toEqual([]);
  });

  it("offers what is unread first", async () => {
    await using person = await aliceAt(pathOf(harbour));
    await mentionAlice(recipesId, "have you tried this?");
    const { page } = person;
    await page.keyboard.press("Control+k");
    const first = page.getByRole("option").first();
    await expect.poll(() => first.innerText()).toMatch(/recipes\s+Garden\s+1/);
    await page.keyboard.press("Escape");
    await page.getByRole("combobox").waitFor({ state: "detached" });
  });
});

/** The page's notifications, written down instead of shown: a headless browser has nowhere to show them. */
const recordNotifications = async (context: BrowserContext): Promise<string[]> => {
  const shown: string[] = [];
  await context.grantPermissions(["notifications"]);
  await context.exposeFunction("recordNotification", (text: string) => shown.push(text));
  await context.addInitScript(`
    window.clickNotification = () => {};
    window.Notification = class extends EventTarget {
      static permission = "granted";
      static requestPermission = async () => "granted";
      constructor(title, { body }) {
        super();
        window.recordNotification(title + ": " + body);
        window.clickNotification = (part) => body.includes(part) && this.dispatchEvent(new Event("click"));
      }
      close() {}
    };`);
  return shown;
};

const switchNotificationsOn = async (page: Page): Promise<void> => {
  await page.getByRole("region", { name: "You" }).getByRole("button", { name: "Settings" }).click();
  await page.getByRole("tab", { name: "Notifications" }).click();
  await page.getByRole("switch", { name: /mentions/ }).click();
  await page.getByRole("switch", { name: /mentions/, checked: true }).waitFor();
  await page.keyboard.press("Escape");
};

describe("notifications of mentions", () => {
  it("come once for all tabs, never for the channel looked at, and lead to the message", async () => {
    await using person = await aliceAt(pathOf(harbour));
    const { page, context } = person;
    const shown = await recordNotifications(context);
    await page.reload();
    await composer(page).waitFor();
    await switchNotificationsOn(page);
    const second = await context.newPage();
    await second.goto(pathOf(harbour));
    await composer(second).waitFor();

    await mentionAlice(harbour.channelId, "seen anyway");
    await message(page, "seen anyway").waitFor();
    await mentionAlice(recipesId, "the first");
    await expect.poll(() => shown.length).toBe(2);
    await mentionAlice(recipesId, "the second");
    await expect.poll(() => shown.length).toBe(3);
    expect(shown).toEqual([
      expect.stringContaining("Notifications are on"),
      "bob in #recipes, Garden: @alice the first",
      "bob in #recipes, Garden: @alice the second",
    ]);

    const tabs = [page, second];
    for (const tab of tabs) await tab.evaluate("window.clickNotification('the second')");
    const pathsOf = () => tabs.map((tab) => new URL(tab.url()).pathname).toSorted();
    const there = `/servers/${garden.serverId}/${recipesId}`;
    await expect.poll(pathsOf).toEqual([pathOf(harbour), there].toSorted());
    expect(person.complaints).toEqual([]);
  });

  it("stand as a dot on the tab's icon until they are read", async () => {
    await using dora = await aMember(server, garden, { username: "dora" });
    await using person = await aReader(browser, dora, { url: server.url, path: pathOf(garden) });
    const { page } = person;
    const icon = page.locator('link[rel="icon"]');
    await bob.client.api.messages.send.mutate({ channelId: recipesId, content: `<@${dora.id}> look` });
    await expect.poll(() => icon.getAttribute("href")).toBe("/favicon-mention.svg");
    await page.goto(`/servers/${garden.serverId}/${recipesId}`);
    await message(page, "look").waitFor();
    await expect.poll(() => icon.getAttribute("href")).toBe("/favicon.svg");
  });
});

describe("whoever runs a server", () => {
  it("names themselves and others in it", async () => {
    await using person = await aliceAt(pathOf(harbour));
    const { page } = person;
    await chooseFromMenu(page, "Edit nickname");
    await page.getByRole("textbox", { name: "Nickname" }).fill("Captain");
    await page.getByRole("button", { name: "Save" }).click();
    await member(page, "Captain").waitFor();

    await member(page, "bob").click();
    await page.getByRole("button", { name: "Edit nickname" }).click();
    await page.getByRole("textbox", { name: "Nickname" }).fill("Bosun");
    await page.getByRole("button", { name: "Save" }).click();
    await member(page, "Bosun").waitFor();
    await say(page, "aye");
    await message(page, "Captain").getByText("aye").waitFor();
    expect(person.complaints).toEqual([]);
  });

  it("revokes an invite, and sees those that others make", async () => {
    const { code } = await alice.client.api.invites.create.mutate({ serverId: harbour.serverId });
    await using person = await aliceAt(pathOf(harbour));
    const { page } = person;
    const section = await openServerSettings(page, "Invites");
    await section.getByRole("button", { name: `Revoke ${code}` }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Revoke invite" }).click();
    await page.getByRole("alertdialog").waitFor({ state: "detached" });
    await section.getByText(code).waitFor({ state: "detached" });
    await expect(bob.client.api.invites.preview.query({ code })).rejects.toThrow();

    const made = await bob.client.api.invites.create.mutate({ serverId: harbour.serverId, maxUses: 1 });
    await section.getByText(made.code).waitFor();
  });

  it("lifts a ban", async () => {
    await using cleo = await aMember(server, harbour, { username: "cleo" });
    const { serverId } = harbour;
    await alice.client.api.members.ban.mutate({ serverId, userId: cleo.id, reason: "shouting" });
    await using person = await aliceAt(pathOf(harbour));
    const { page } = person;
    const section = await openServerSettings(page, "Bans");
    await section.getByText("shouting").waitFor();
    await section.getByRole("button", { name: "Lift the ban of cleo" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Lift ban" }).click();
    await section.getByText("Nobody is banned").waitFor();
    const { code } = await alice.client.api.invites.create.mutate({ serverId });
    expect(await cleo.client.api.invites.accept.mutate({ code })).toMatchObject({ id: serverId });
  });

  it("gives it to somebody else, and may leave then", async () => {
    await using person = await aliceAt(pathOf(garden));
    const { page } = person;
    await chooseFromMenu(page, "Transfer ownership…");
    await page.getByRole("searchbox", { name: "Find a member" }).fill("bo");
    await page.getByRole("button", { name: "Choose bob" }).click();
    const question = page.getByRole("alertdialog", { name: "Give Garden to bob?" });
    const confirm = question.getByRole("button", { name: "Transfer ownership" });
    expect(await confirm.isDisabled()).toBe(true);
    await question.getByRole("textbox").fill("Garden");
    await confirm.click();
    await page.getByText("Garden belongs to bob now.").waitFor();
    await chooseFromMenu(page, "Leave server…");
    await page.getByRole("alertdialog").getByRole("button", { name: "Leave server" }).click();
    await page.getByRole("textbox", { name: "Message #general" }).waitFor();
    const owned = await bob.client.api.servers.list.query();
    expect(owned).toContainEqual(expect.objectContaining({ id: garden.serverId, ownerId: bob.id }));
  });
});
