/** Governing by roles: making and giving one, a channel for it alone, seeing the server as it does, and why. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser, Locator, Page } from "playwright-core";
import { aReader, channelLink, composer, member, message, pathOf, say } from "#tests/support/app.ts";
import { launchChromium, type Person } from "#tests/support/browser.ts";
import { aMember, aServer, aUser, type MadeServer, type TestUser } from "#tests/support/builders.ts";
import { startTestServer, type TestServer } from "#tests/support/test-server.ts";
import { formatPermissions, permissionBits } from "#shared/permissions.ts";

let browser: Browser;
let server: TestServer;
let alice: TestUser;
let bob: TestUser;
let carol: TestUser;
let harbour: MadeServer;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchChromium(), startTestServer()]);
  alice = await aUser(server, { username: "alice" });
  harbour = await aServer(alice);
  bob = await aMember(server, harbour, { username: "bob" });
  carol = await aMember(server, harbour, { username: "carol" });
});
afterAll(async () => {
  await browser.close();
  for (const user of [alice, bob, carol]) await user[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const read = (user: TestUser): Promise<Person> =>
  aReader(browser, user, { url: server.url, path: pathOf(harbour) });

const openMenuItem = async (page: Page, button: string | RegExp, item: string): Promise<void> => {
  await page.getByRole("button", { name: button }).click();
  await page.getByRole("menuitem", { name: item }).click();
};

const openSettings = async (page: Page, section: string): Promise<Locator> => {
  await openMenuItem(page, /server menu$/, "Server settings");
  const dialog = page.getByRole("dialog", { name: "Settings of Harbour" });
  await dialog.getByRole("tab", { name: section, exact: true }).click();
  return dialog;
};

const choose = async (page: Page, button: string, option: RegExp): Promise<void> => {
  await page.getByRole("button", { name: button }).click();
  await page.getByRole("option", { name: option }).click();
};

const close = async (page: Page, dialog: Locator): Promise<void> => {
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
};

const rolesOf = async ({ id }: TestUser): Promise<string[]> => {
  const { api } = alice.client;
  const { serverId } = harbour;
  const [roles, { members }] = await Promise.all([
    api.roles.list.query({ serverId }),
    api.members.list.query({ serverId }),
  ]);
  const held = members.find(({ user }) => user.id === id)?.roleIds ?? [];
  return roles.filter((role) => held.includes(role.id)).map(({ name }) => name);
};

const makeCrew = async (page: Page): Promise<void> => {
  const dialog = await openSettings(page, "Roles");
  await dialog.getByRole("button", { name: "Create role" }).click();
  await dialog.getByRole("textbox", { name: "Role name" }).fill("Crew");
  await dialog.getByRole("radio", { name: "Green" }).click();
  await dialog.getByRole("button", { name: "Create role" }).last().click();
  await dialog.getByRole("button", { name: /^Crew/ }).waitFor();
  await dialog.getByRole("tab", { name: "Members" }).last().click();
  await choose(page, "Give it to somebody", /bob/);
  await dialog.getByRole("list", { name: "Members with Crew" }).getByText("@bob").waitFor();
  await close(page, dialog);
};

const makeBridge = async (page: Page): Promise<void> => {
  await openMenuItem(page, /server menu$/, "Create channel");
  const dialog = page.getByRole("dialog", { name: "Create a channel" });
  await dialog.getByRole("textbox", { name: "Channel name" }).fill("bridge");
  await dialog.getByRole("switch", { name: "Private channel" }).click();
  await choose(page, "Add role or member", /Crew/);
  await dialog.getByRole("button", { name: "Create channel" }).click();
  await page.getByRole("textbox", { name: "Message #bridge" }).waitFor();
};

describe("a role", () => {
  it("is made and given, and opens its private channel to who has it, to nobody else", async () => {
    await using owner = await read(alice);
    await using mate = await read(bob);
    await using guest = await read(carol);
    await makeCrew(owner.page);
    await expect.poll(() => rolesOf(bob)).toEqual(["Crew"]);

    await makeBridge(owner.page);
    await say(owner.page, "A secret course");
    await message(owner.page, "A secret course").waitFor();
    await channelLink(mate.page, "bridge").waitFor();
    await channelLink(mate.page, "bridge").getByText("(private)").waitFor({ state: "attached" });
    await channelLink(mate.page, "bridge").click();
    await mate.page.getByRole("textbox", { name: "Message #bridge" }).waitFor();
    expect(await channelLink(guest.page, "bridge").count()).toBe(0);

    // Taken away, the channel is gone while he reads it.
    await alice.client.api.members.setRoles.mutate({
      serverId: harbour.serverId,
      userId: bob.id,
      roleIds: [],
    });
    await mate.page.getByText("#bridge is not available any more.").waitFor();
    await mate.page.getByRole("textbox", { name: "Message #general" }).waitFor();
    expect(await channelLink(mate.page, "bridge").count()).toBe(0);
    for (const person of [owner, mate, guest]) expect(person.complaints).toEqual([]);
  });

  it("colours the names of who has it, in the list and where they write", async () => {
    await using crew = await aMember(server, harbour, { username: "dave" });
    const { serverId, channelId } = harbour;
    const { id } = await alice.client.api.roles.create.mutate({
      serverId,
      name: "Painter",
      permissions: "0",
      color: "#aa54b4",
    });
    await alice.client.api.members.setRoles.mutate({ serverId, userId: crew.id, roleIds: [id] });
    await crew.client.api.messages.send.mutate({ channelId, content: "In colour" });
    await using owner = await read(alice);
    const { page } = owner;
    const author = message(page, "In colour").getByRole("button", { name: "dave" });
    const colorOf = (element: Locator): Promise<string | null> => element.getAttribute("style");
    await expect.poll(() => colorOf(author)).toContain("light-dark(");
    expect(await colorOf(member(page, "dave").getByText("dave"))).toBe(await colorOf(author));
  });

  it("is not left with unsaved changes by accident", async () => {
    await using owner = await read(alice);
    const { page } = owner;
    const dialog = await openSettings(page, "Roles");
    await dialog.getByRole("button", { name: /^Crew/ }).click();
    await dialog.getByRole("textbox", { name: "Role name" }).fill("Sailors");
    await page.keyboard.press("Escape");
    const question = page.getByRole("alertdialog", { name: "Leave without saving?" });
    await question.getByRole("button", { name: "Cancel" }).click();
    await dialog.getByRole("button", { name: "Save changes" }).click();
    await dialog.getByRole("button", { name: /^Sailors/ }).waitFor();
    await dialog.getByRole("textbox", { name: "Role name" }).fill("Crew");
    await dialog.getByRole("button", { name: "Save changes" }).click();
    await dialog.getByRole("button", { name: /^Crew/ }).waitFor();
    expect(owner.complaints).toEqual([]);
  });

  it("moves by the keyboard among those below one's own, and those above are locked", async () => {
    const { serverId } = harbour;
    const mod = await alice.client.api.roles.create.mutate({
      serverId,
      name: "Mate",
      permissions: formatPermissions(permissionBits("MANAGE_ROLES")),
    });
    const others = await alice.client.api.roles.list.query({ serverId });
    const rest = others.filter(({ id, position }) => position > 0 && id !== mod.id).map(({ id }) => id);
    await alice.client.api.roles.reorder.mutate({ serverId, roleIds: [mod.id, ...rest] });
    await alice.client.api.members.setRoles.mutate({ serverId, userId: bob.id, roleIds: [mod.id] });
    await using mate = await read(bob);
    const { page } = mate;
    const dialog = await openSettings(page, "Roles");
    const names = async (): Promise<string[]> => {
      const texts = await dialog
        .getByRole("list", { name: /^Roles/ })
        .getByRole("listitem")
        .allInnerTexts();
      return texts.map((text) => text.split("\n")[0] ?? "");
    };
    await expect.poll(names).toEqual(["Mate", "Crew", "Painter", "@everyone"]);
    const painter = dialog.getByRole("button", { name: /^Painter/ });
    await painter.focus();
    await page.keyboard.press("Alt+ArrowUp");
    await expect.poll(names).toEqual(["Mate", "Painter", "Crew", "@everyone"]);
    await expect.poll(() => painter.and(page.locator(":focus")).count()).toBe(1);
    // Not over his own.
    await page.keyboard.press("Alt+ArrowUp");
    await dialog.getByRole("button", { name: /^Mate/ }).click();
    await dialog.getByText("This role is out of your reach").waitFor();
    expect(await dialog.getByRole("textbox", { name: "Role name" }).isDisabled()).toBe(true);
    await painter.click();
    await dialog.getByRole("tab", { name: "Permissions" }).click();
    expect(await dialog.getByRole("switch", { name: "Ban members" }).isDisabled()).toBe(true);
    expect(await names()).toEqual(["Mate", "Painter", "Crew", "@everyone"]);
    expect(mate.complaints).toEqual([]);
  });
});

describe("seeing the server as a role", () => {
  it("shows what it sees and offers what it may, and Esc ends it", async () => {
    await using owner = await read(alice);
    const { page } = owner;
    const dialog = await openSettings(page, "Roles");
    await dialog.getByRole("button", { name: /^Painter/ }).click();
    await dialog.getByRole("button", { name: "View server as this role" }).click();
    await page.getByText("You see the server as Painter sees it.").waitFor();
    expect(await channelLink(page, "bridge").count()).toBe(0);
    await page.keyboard.press("Control+k");
    await page.getByPlaceholder("Name of a channel, person or server").fill("bridge");
    await page.getByText("Nothing found").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("main").getByRole("button", { name: "Search" }).click();
    await page.getByRole("radio", { name: "Whole server" }).click();
    await page.getByRole("searchbox", { name: "Search messages" }).fill("course");
    await page.getByRole("search").getByText("Nothing found").waitFor();
    await page.getByRole("button", { name: "Close search" }).click();
    await page.getByRole("button", { name: /server menu$/ }).click();
    await page.getByRole("menuitem", { name: "Edit nickname" }).waitFor();
    expect(await page.getByRole("menuitem", { name: "Server settings" }).count()).toBe(0);
    await page.keyboard.press("Escape");

    // Crew sees its channel, and is not offered its settings.
    await page.getByRole("button", { name: "Roles", exact: true }).click();
    await page.getByRole("menuitemcheckbox", { name: "Crew" }).click();
    await channelLink(page, "bridge").waitFor();
    await page.getByRole("main").getByRole("button", { name: "Search" }).click();
    await page.getByRole("searchbox", { name: "Search messages" }).fill("course");
    await page.getByRole("search").getByRole("listitem").filter({ hasText: "bridge" }).waitFor();
    await page.getByRole("button", { name: "Close search" }).click();
    await composer(page).focus();
    await page.keyboard.press("Escape");
    await page.getByText(/^You see the server as/).waitFor({ state: "detached" });
    await page.getByRole("button", { name: /server menu$/ }).click();
    await page.getByRole("menuitem", { name: "Server settings" }).waitFor();
    expect(owner.complaints).toEqual([]);
  });
});

describe("a channel's permissions", () => {
  it("say why somebody may or may not", async () => {
    const { serverId, channelId } = harbour;
    const muted = await alice.client.api.roles.create.mutate({ serverId, name: "Muted", permissions: "0" });
    await alice.client.api.members.setRoles.mutate({ serverId, userId: carol.id, roleIds: [muted.id] });
    await using owner = await read(alice);
    await using guest = await read(carol);
    const { page } = owner;
    await channelLink(page, "general").hover();
    await openMenuItem(page, "Options for #general", "Permissions");
    const dialog = page.getByRole("dialog", { name: "Permissions of #general" });
    await dialog.getByRole("tab", { name: "Permissions" }).click();
    await choose(page, "Add role or member", /Muted/);
    await dialog
      .getByRole("radiogroup", { name: "Send messages" })
      .getByRole("radio", { name: "Deny" })
      .click();
    await dialog.getByRole("button", { name: "Save changes" }).click();
    await guest.page.getByText("You cannot write here").waitFor();

    await dialog.getByRole("tab", { name: "Check access" }).click();
    await choose(page, "@everyone: choose somebody else", /carol/);
    const row = dialog.getByRole("row", { name: /^Send messages/ });
    await row.getByText("Denied: Muted is denied it in this channel.").waitFor();
    const channels = await alice.client.api.channels.list.query({ serverId });
    expect(channels.find(({ id }) => id === channelId)?.overrides).toEqual([
      { target: { type: "role", id: muted.id }, allow: "0", deny: "2" },
    ]);
    for (const person of [owner, guest]) expect(person.complaints).toEqual([]);
  });

  it("warn whoever would shut themselves out", async () => {
    const { serverId } = harbour;
    const keeper = await alice.client.api.roles.create.mutate({
      serverId,
      name: "Keeper",
      permissions: formatPermissions(permissionBits("MANAGE_ROLES", "MANAGE_CHANNELS")),
    });
    await alice.client.api.members.setRoles.mutate({ serverId, userId: bob.id, roleIds: [keeper.id] });
    await alice.client.api.channels.create.mutate({ serverId, name: "plans", type: "text" });
    await using mate = await read(bob);
    const { page } = mate;
    await channelLink(page, "plans").hover();
    await openMenuItem(page, "Options for #plans", "Edit");
    const dialog = page.getByRole("dialog", { name: "Edit channel" });
    await dialog.getByRole("switch", { name: "Private channel" }).click();
    await dialog.getByRole("button", { name: "Save" }).click();
    const warning = page.getByRole("alertdialog", { name: "Shut yourself out?" });
    await warning.getByRole("button", { name: "Cancel" }).click();
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await dialog.waitFor({ state: "hidden" });
    const channels = await alice.client.api.channels.list.query({ serverId });
    expect(channels.find(({ name }) => name === "plans")?.overrides).toEqual([]);
    expect(mate.complaints).toEqual([]);
  });
});

describe("a timeout", () => {
  it("takes what one may do but look on, and gives it back by itself", async () => {
    await using dora = await aMember(server, harbour, { username: "dora" });
    await using person = await read(dora);
    const { page } = person;
    const key = { serverId: harbour.serverId, userId: dora.id };
    const until = new Date(Date.now() + 3_000).toISOString();
    await alice.client.api.members.timeout.mutate({ ...key, until });
    await composer(page).waitFor({ state: "detached" });
    await composer(page).waitFor();
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(until));
    expect(person.complaints).toEqual([]);
  });
});
