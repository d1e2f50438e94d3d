/** What people do in the web app, by the names that they see and a screen reader reads out. */
import { expect } from "vitest";
import type { Locator, Page } from "playwright-core";
import { password } from "./builders.ts";

export const composer = (page: Page): Locator => page.getByRole("textbox", { name: /^Message / });
export const messagesOf = (page: Page): Locator => page.getByRole("log").getByRole("article");
export const message = (page: Page, text: string): Locator => messagesOf(page).filter({ hasText: text });
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

export const say = async (page: Page, text: string): Promise<void> => {
  await composer(page).fill(text);
  await composer(page).press("Enter");
};

/** The messages' texts as the page shows them, the oldest first. */
export const shownTexts = async (page: Page, pattern: RegExp): Promise<string[]> => {
  const texts = await messagesOf(page).allInnerTexts();
  return texts.flatMap((text) => pattern.exec(text)?.[0] ?? []);
};
