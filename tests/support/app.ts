/** What people do in the web app, by the names that they see and a screen reader reads out. */
import { expect } from "vitest";
import type { Browser, Locator, Page } from "playwright-core";
import { aPersonAt, type Look, type Person } from "./browser.ts";
import { type MadeServer, password, type TestUser } from "./builders.ts";

export const composer = (page: Page): Locator => page.getByRole("textbox", { name: /^Message / });
export const messagesOf = (page: Page): Locator => page.getByRole("log").getByRole("article");
export const message = (page: Page, text: string | RegExp): Locator =>
  messagesOf(page).filter({ hasText: text });
/** The member's row, named with their presence. */
export const member = (page: Page, name: string): Locator =>
  page
    .getByRole("complementary", { name: "Members" })
    .getByRole("button", { name: new RegExp(`^.*${name}`) });

export const signUp = async (page: Page, username: string): Promise<void> => {
  await page.getByRole("textbox", { name: "Username" }).fill(username);
  await page.getByRole("textbox", { name: /^Password/ }).fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
};

export const signIn = async (page: Page, username: string, secret: string = password): Promise<void> => {
  await page.getByRole("textbox", { name: "Username" }).fill(username);
  await page.getByRole("textbox", { name: "Password" }).fill(secret);
  await page.getByRole("button", { name: "Sign in" }).click();
};

export const pathOf = ({ serverId, channelId }: Pick<MadeServer, "serverId" | "channelId">): string =>
  `/servers/${serverId}/${channelId}`;

/** Somebody with an account who has just signed in on a device of theirs, and reads the channel at this path. */
export const aReader = async (
  browser: Browser,
  { username }: Pick<TestUser, "username">,
  { url, path, ...look }: { url: string; path: string } & Look,
): Promise<Person> => {
  const person = await aPersonAt(browser, url + path, look);
  await signIn(person.page, username);
  await composer(person.page).waitFor();
  return person;
};

/** A channel in the list, named with what is unread in it. */
export const channelLink = (page: Page, name: string): Locator =>
  page.getByRole("navigation", { name: "Channels" }).getByRole("link", { name: new RegExp(`^${name}\\b`) });

export const createServer = async (page: Page, name: string): Promise<void> => {
  await page.getByRole("button", { name: "Create a server" }).click();
  const dialog = page.getByRole("dialog", { name: "Create a server" });
  await dialog.getByRole("textbox", { name: "Server name" }).fill(name);
  await dialog.getByRole("button", { name: "Create server" }).click();
  await composer(page).waitFor();
};

/** Makes an invite in the dialog, and returns the link's path. */
export const inviteTo = async (page: Page, serverName: string): Promise<string> => {
  await page.getByRole("navigation", { name: "Channels" }).getByRole("button", { name: serverName }).click();
  await page.getByRole("menuitem", { name: "Invite people" }).click();
  const dialog = page.getByRole("dialog", { name: `Invite people to ${serverName}` });
  const field = dialog.getByRole("textbox", { name: "Invite link" });
  await expect.poll(() => field.inputValue()).toContain("/invite/");
  const { pathname } = new URL(await field.inputValue());
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  return pathname;
};

/** A section of the server's settings, opened from its menu. */
export const openServerSettings = async (page: Page, section: string): Promise<Locator> => {
  await page.getByRole("button", { name: /server menu$/ }).click();
  await page.getByRole("menuitem", { name: "Server settings" }).click();
  await page.getByRole("tab", { name: section }).click();
  return page.getByRole("tabpanel", { name: section });
};

export const say = async (page: Page, text: string): Promise<void> => {
  await composer(page).fill(text);
  await composer(page).press("Enter");
};

/** The messages' texts as the page shows them, the oldest first. */
export const shownTexts = async (page: Page, pattern: RegExp): Promise<string[]> => {
  const texts = await messagesOf(page).allInnerTexts();
  return texts.flatMap((text) => pattern.exec(text)?.[0] ?? []);
};

/** Whether an element of the conversation stands where one sees it, and is not only near. */
export const isInView = async (page: Page, element: Locator): Promise<boolean> => {
  if ((await element.count()) !== 1) return false;
  const [box, around] = await Promise.all([element.boundingBox(), page.getByRole("log").boundingBox()]);
  return box !== null && around !== null && box.y < around.y + around.height && box.y + box.height > around.y;
};
