/** The instance in the browser: its first administrator, who may register, links for passwords, and how accounts end. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser, Locator, Page } from "playwright-core";
import { aReader, composer, inviteTo, message, pathOf, say, signIn, signUp } from "#tests/support/app.ts";
import { aPersonAt, launchChromium, type Person } from "#tests/support/browser.ts";
import {
  aMember,
  anAdmin,
  aServer,
  aUser,
  type MadeServer,
  password,
  type TestUser,
} from "#tests/support/builders.ts";
import { startTestServer, type TestServer } from "#tests/support/test-server.ts";

const newPassword = "another horse battery";

let browser: Browser;
let server: TestServer;
let admin: TestUser;
let harbour: MadeServer;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchChromium(), startTestServer()]);
  admin = await anAdmin(server, { username: "alice" });
  harbour = await aServer(admin);
});
afterAll(async () => {
  await admin[Symbol.asyncDispose]();
  await browser.close();
  await server[Symbol.asyncDispose]();
});

const signedInAt = async (path: string, { username }: TestUser): Promise<Person> => {
  const person = await aPersonAt(browser, `${server.url}${path}`);
  await signIn(person.page, username);
  return person;
};

const aReaderOf = (user: TestUser): Promise<Person> =>
  aReader(browser, user, { url: server.url, path: pathOf(harbour) });

const act = async (page: Page, name: string, item: string): Promise<void> => {
  await page.getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: item }).click();
};

const welcome = (page: Page): Locator =>
  page.getByRole("heading", { name: "You are this instance’s administrator" });

const setRegistration = (registration: "open" | "invite" | "closed") =>
  admin.client.api.admin.setRegistration.mutate({ registration });

describe("the link of a new instance", () => {
  const claimPathOf = ({ claimToken }: TestServer): string => `/claim#${claimToken}`;

  it("makes the account that registers by it the administrator, leaves the address, and is good once", async () => {
    await using fresh = await startTestServer();
    await using person = await aPersonAt(browser, fresh.url + claimPathOf(fresh));
    const { page } = person;
    await page.getByRole("heading", { name: "Become this instance’s administrator" }).waitFor();
    expect(new URL(page.url()).hash).toBe("");
    await signUp(page, "alice");
    await welcome(page).waitFor();
    expect(new URL(page.url()).pathname).toBe("/admin");
    await using other = await aPersonAt(browser, fresh.url + claimPathOf(fresh));
    await signUp(other.page, "mallory");
    await other.page.getByText("This link was used already, or is from an earlier start.").waitFor();
    // The welcome's two steps.
    await page.getByRole("radio", { name: "Nobody" }).click();
    await page.getByText("It is saved, and counts from now on.").waitFor();
    await other.page.goto("/sign-up");
    await other.page.getByRole("heading", { name: "No new accounts here" }).waitFor();
    await page.getByRole("button", { name: "Create a server" }).first().click();
    await page.getByRole("dialog").getByRole("button", { name: "Create server" }).click();
    await composer(page).waitFor();
    expect([...person.complaints, ...other.complaints]).toEqual([]);
  });

  it("is kept while somebody with an account signs in", async () => {
    await using fresh = await startTestServer();
    await using bob = await aUser(fresh, { username: "bob" });
    await using person = await aPersonAt(browser, fresh.url + claimPathOf(fresh));
    const { page } = person;
    await page.getByRole("link", { name: "Sign in" }).click();
    await signIn(page, bob.username);
    await page.getByRole("button", { name: "Make bob the administrator" }).click();
    await welcome(page).waitFor();
    await page.getByRole("region", { name: "You" }).getByRole("button").first().click();
    await page.getByRole("menuitem", { name: "Administration" }).waitFor();
    expect(person.complaints).toEqual([]);
  });

  it("that is cut off says so", async () => {
    await using person = await aPersonAt(browser, `${server.url}/claim`);
    await person.page.getByText("This link isn’t whole").waitFor();
    expect(person.complaints).toEqual([]);
  });
});

describe("the doors", () => {
  it("when closed, lead those in who have an account", async () => {
    await using owner = await aReaderOf(admin);
    const invitePath = await inviteTo(owner.page, "Harbour");
    await using _open = { [Symbol.asyncDispose]: async () => void (await setRegistration("open")) };
    await setRegistration("closed");
    await using person = await aPersonAt(browser, `${server.url}/sign-up`);
    const { page } = person;
    await page.getByRole("heading", { name: "No new accounts here" }).waitFor();
    expect(await page.getByRole("textbox").count()).toBe(0);
    await page.getByRole("link", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "Welcome back" }).waitFor();
    await expect.poll(() => page.getByText("New here?").count()).toBe(0);
    await page.goto(invitePath);
    await page.getByText("Only people with an account can join").waitFor();
    await page.getByRole("button", { name: "Sign in to join" }).waitFor();
    expect(await page.getByRole("button", { name: "Sign up to join" }).count()).toBe(0);
    expect(person.complaints).toEqual([]);
  });

  it("when by invite alone, take a pasted link", async () => {
    await using owner = await aReaderOf(admin);
    const invitePath = await inviteTo(owner.page, "Harbour");
    await using _open = { [Symbol.asyncDispose]: async () => void (await setRegistration("open")) };
    await setRegistration("invite");
    await using person = await aPersonAt(browser, `${server.url}/sign-up`);
    const { page } = person;
    await page.getByRole("heading", { name: "You need an invite" }).waitFor();
    await page.getByRole("textbox", { name: "Invite link or code" }).fill("not one!");
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByText("That is neither an invite link nor a code.").waitFor();
    await page.getByRole("textbox", { name: "Invite link or code" }).fill(server.url + invitePath);
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByRole("button", { name: "Sign up to join" }).click();
    await signUp(page, "guest");
    await composer(page).waitFor();
    expect(person.complaints).toEqual([]);
  });
});

describe("the administrators' pages", () => {
  it("are nowhere for others, and there at once for whoever becomes one", async () => {
    await using bob = await aMember(server, harbour, { username: "bob" });
    await using person = await signedInAt("/admin", bob);
    const { page } = person;
    await page.getByRole("heading", { name: "Nothing is here" }).waitFor();
    await admin.client.api.admin.setAdmin.mutate({ userId: bob.id, isAdmin: true });
    await page.getByRole("heading", { name: "Who may register" }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByPlaceholder("Name of a channel, person or server").fill("administ");
    await page.getByRole("option", { name: /^Administration/ }).waitFor();
    await admin.client.api.admin.setAdmin.mutate({ userId: bob.id, isAdmin: false });
    await page.keyboard.press("Escape");
    await page.getByRole("heading", { name: "Nothing is here" }).waitFor();
    expect(person.complaints).toEqual([]);
  });

  it("switch off somebody who is online, who is told why they do not come in", async () => {
    await using carol = await aMember(server, harbour, { username: "carol" });
    await using online = await aReaderOf(carol);
    await using person = await signedInAt("/admin/users", admin);
    const { page } = person;
    await page.getByRole("searchbox", { name: "Find an account" }).fill("carol");
    await act(page, "carol", "Switch off…");
    await page.getByRole("textbox", { name: "Reason (optional)" }).fill("Sold watches");
    await page.getByRole("dialog").getByRole("button", { name: "Switch off" }).click();
    await online.page.getByText("You have been signed out").waitFor();
    await signIn(online.page, "carol");
    await online.page.getByText("This account has been switched off.").waitFor();
    await page.getByText("Switched off", { exact: true }).waitFor();
    await act(page, "carol", "Switch on again");
    await page.getByText("Switched off", { exact: true }).waitFor({ state: "detached" });
    await page.getByRole("link", { name: "Log" }).click();
    await page.getByText("switched off the account of carol (@carol) · Sold watches").waitFor();
    await signIn(online.page, "carol");
    await composer(online.page).waitFor();
    expect([...person.complaints, ...online.complaints]).toEqual([]);
  });

  it("give a link for a forgotten password, which is good once", async () => {
    await using dave = await aMember(server, harbour, { username: "dave" });
    await using person = await signedInAt("/admin/users", admin);
    await act(person.page, dave.username, "Link for a new password…");
    await person.page.getByRole("button", { name: "Make the link" }).click();
    const link = await person.page.getByRole("textbox", { name: "Link for a new password" }).inputValue();
    const { pathname, hash } = new URL(link);
    await using forgetful = await aPersonAt(browser, server.url + pathname + hash);
    const { page } = forgetful;
    await page.getByRole("textbox", { name: "New password" }).fill("short");
    await page.getByRole("button", { name: "Set the new password" }).click();
    await page.getByText("Use at least 8 characters.").waitFor();
    expect(page.url()).not.toContain("#");
    await page.getByRole("textbox", { name: "New password" }).fill(newPassword);
    await page.getByRole("button", { name: "Set the new password" }).click();
    await page.getByText("Your new password is set").waitFor();
    await signIn(page, dave.username, newPassword);
    await composer(page).waitFor();
    await using late = await aPersonAt(browser, server.url + pathname + hash);
    await late.page.getByRole("textbox", { name: "New password" }).fill(newPassword);
    await late.page.getByRole("button", { name: "Set the new password" }).click();
    await late.page.getByText("This link was used already, or is too old.").waitFor();
    expect([...person.complaints, ...forgetful.complaints, ...late.complaints]).toEqual([]);
  });

  it("lead from an account that owns a server to the server, and hand it over", async () => {
    await using erin = await aUser(server, { username: "erin" });
    const workshop = await aServer(erin, { name: "Workshop" });
    await using frank = await aMember(server, workshop, { username: "frank" });
    await using person = await signedInAt("/admin/users", admin);
    const { page } = person;
    await act(page, "erin", "Delete account…");
    await page.getByRole("button", { name: "Show their servers" }).click();
    await act(page, "Workshop", "Transfer ownership…");
    const dialog = page.getByRole("dialog", { name: "Who should own Workshop?" });
    await dialog.getByRole("searchbox", { name: "Find somebody" }).fill("dave");
    await dialog.getByRole("button", { name: "Choose dave" }).click();
    await page.getByRole("button", { name: "Transfer ownership" }).click();
    await page.getByText("dave is not a member of Workshop").waitFor();
    await page.getByRole("button", { name: "Cancel" }).last().click();
    await dialog.getByRole("searchbox", { name: "Find somebody" }).fill("frank");
    await dialog.getByRole("button", { name: "Choose frank" }).click();
    await page.getByRole("button", { name: "Transfer ownership" }).click();
    await page.getByText("Workshop belongs to frank now.").waitFor();
    await page.getByRole("link", { name: "Users" }).click();
    await act(page, "erin", "Delete account…");
    await page.getByRole("textbox", { name: "Type erin to go on" }).fill("erin");
    await page.getByRole("button", { name: "Delete account" }).click();
    await page.getByRole("button", { name: "Actions for erin" }).waitFor({ state: "detached" });
    await page.getByRole("link", { name: "Log" }).click();
    await page.getByText("deleted the account of erin").waitFor();
    await page.getByText("gave the server Workshop to frank").waitFor();
    await expect(frank.client.api.servers.get.query({ serverId: workshop.serverId })).resolves.toMatchObject({
      ownerId: frank.id,
    });
    expect(person.complaints).toEqual([]);
  });
});

describe("one's own account", () => {
  const openAccount = async (page: Page): Promise<void> => {
    await page.getByRole("region", { name: "You" }).getByRole("button", { name: "Settings" }).click();
    await page.getByRole("tab", { name: "Account" }).click();
  };

  it("is deleted with its password, and what it wrote stays as by “Deleted user”", async () => {
    await using grace = await aMember(server, harbour, { username: "grace" });
    await using leaving = await aReaderOf(grace);
    await using staying = await aReaderOf(admin);
    const { page } = leaving;
    await say(page, "Farewell");
    await message(staying.page, "Farewell").filter({ hasText: "grace" }).waitFor();
    await openAccount(page);
    await page.getByRole("button", { name: "Delete account…" }).click();
    await page.getByRole("textbox", { name: "Your password" }).fill("not her password");
    await page.getByRole("textbox", { name: "Type grace to go on" }).fill("grace");
    await page.getByRole("button", { name: "Delete my account" }).click();
    await page.getByText("That is not your password.").waitFor();
    await page.getByRole("textbox", { name: "Your password" }).fill(password);
    await page.getByRole("button", { name: "Delete my account" }).click();
    await page.getByText("Your account is deleted").waitFor();
    await message(staying.page, "Farewell").filter({ hasText: "Deleted user" }).waitFor();
    expect(await message(staying.page, "Farewell").filter({ hasText: "grace" }).count()).toBe(0);
    await signIn(page, "grace");
    await page.getByText("That username and password don’t belong together.").waitFor();
    expect([...leaving.complaints, ...staying.complaints]).toEqual([]);
  });

  it("can't be deleted while it owns a server, nor while it is the last administrator's", async () => {
    await using person = await aReaderOf(admin);
    const { page } = person;
    await openAccount(page);
    const button = page.getByRole("button", { name: "Delete account…" });
    await page.getByRole("button", { name: "Hand over Harbour" }).waitFor();
    expect(await button.isDisabled()).toBe(true);
    await using heir = await aMember(server, harbour, { username: "heir" });
    await admin.client.api.servers.transferOwnership.mutate({
      serverId: harbour.serverId,
      userId: heir.id,
    });
    await button.click();
    await page.getByRole("textbox", { name: "Your password" }).fill(password);
    await page.getByRole("textbox", { name: "Type alice to go on" }).fill("alice");
    await page.getByRole("button", { name: "Delete my account" }).click();
    await page.getByText("You are the last administrator of this instance.").waitFor();
    expect(person.complaints).toEqual([]);
  });
});
