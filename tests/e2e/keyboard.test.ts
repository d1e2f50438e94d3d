/** Without a mouse: everything is reached by keys, and one always sees where one is. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Browser, Locator, Page } from "playwright-core";
import { aReader, channelLink, composer, message, messagesOf, pathOf } from "#tests/support/app.ts";
import { aPersonAt, launchChromium, type Person } from "#tests/support/browser.ts";
import {
  aMember,
  aServer,
  aUser,
  type MadeServer,
  password,
  type TestUser,
} from "#tests/support/builders.ts";
import { startTestServer, type TestServer } from "#tests/support/test-server.ts";

/** More stops than any screen here has. */
const maxStops = 60;

let browser: Browser;
let server: TestServer;
let owner: TestUser;
let bob: TestUser;
let harbour: MadeServer;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchChromium(), startTestServer()]);
  owner = await aUser(server, { username: "alice" });
  harbour = await aServer(owner);
  bob = await aMember(server, harbour, { username: "bob" });
  const { serverId, channelId } = harbour;
  await owner.client.api.channels.create.mutate({ serverId, name: "plans", type: "text" });
  await bob.client.api.messages.send.mutate({ channelId, content: "Is the kettle on?" });
});
afterAll(async () => {
  await bob[Symbol.asyncDispose]();
  await owner[Symbol.asyncDispose]();
  await browser.close();
  await server[Symbol.asyncDispose]();
});

const read = async (): Promise<Person> => {
  const person = await aReader(browser, owner, { url: server.url, path: pathOf(harbour) });
  await person.page.emulateMedia({ reducedMotion: "reduce" });
  await message(person.page, "Is the kettle on?").waitFor();
  return person;
};

const hasFocus = async (page: Page, element: Locator): Promise<boolean> =>
  (await element.and(page.locator(":focus")).count()) === 1;

const untilFocused = (page: Page, element: Locator): Promise<void> =>
  expect.poll(() => hasFocus(page, element)).toBe(true);

/** A menu moves the focus a moment after the key: a second key before that would pass over what was meant. */
const pressAndFollow = async (page: Page, key: string): Promise<void> => {
  await page.evaluate("window.focusedBefore = document.activeElement");
  await page.keyboard.press(key);
  const hasMoved = (): Promise<boolean> => page.evaluate("document.activeElement !== window.focusedBefore");
  // At the end of a list nothing moves.
  await vi.waitUntil(hasMoved, { timeout: 1_000, interval: 10 }).catch(() => undefined);
};

/** Presses a key until the element has the focus. */
const goTo = async (page: Page, element: Locator, key: "Tab" | "ArrowDown" | "ArrowUp" = "Tab") => {
  await element.waitFor();
  const step = async (): Promise<boolean> => {
    if (await hasFocus(page, element)) return true;
    await pressAndFollow(page, key);
    return hasFocus(page, element);
  };
  await expect.poll(step, { interval: 5, message: `reached with ${key}: ${String(element)}` }).toBe(true);
};

/** Goes to it by Tab and presses it. */
const press = async (page: Page, element: Locator): Promise<void> => {
  await goTo(page, element);
  await page.keyboard.press("Enter");
};

const chooseItem = async (page: Page, name: string): Promise<void> => {
  await goTo(page, page.getByRole("menuitem", { name }), "ArrowDown");
  await page.keyboard.press("Enter");
};

/**
 * The element with the focus, and whether it looks different without: an outline, a shadow, a border or a ground, of
 * itself or of what frames it.
 */
const lookAtFocus = `(() => {
  const element = document.activeElement;
  if (element === document.body) return null;
  const framing = [];
  for (let each = element; each && framing.length < 4; each = each.parentElement) framing.push(each);
  const looks = () => JSON.stringify(framing.flatMap((each) => ["", "::before", "::after"].map((part) => {
    const style = getComputedStyle(each, part || null);
    const outline = style.outlineStyle === "none" ? "" : style.outline;
    return [outline, style.boxShadow, style.border, style.backgroundColor, style.opacity];
  })));
  const focused = looks();
  element.blur();
  const isVisible = looks() !== focused;
  element.focus({ preventScroll: true });
  return { isVisible, html: element.outerHTML.slice(0, 160) };
})()`;

interface Stop {
  isVisible: boolean;
  html: string;
}

/** Every stop of Tab, once round the page. */
const walk = async (page: Page): Promise<Stop[]> => {
  const stops: Stop[] = [];
  for (let count = 0; count < maxStops; count += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate<Stop | null>(lookAtFocus);
    if (stop && stop.html === stops[0]?.html) break;
    // Between the page's end and its beginning is the browser.
    if (stop) stops.push(stop);
  }
  return stops;
};

describe("without a mouse", () => {
  it("a channel’s options are reached without moving the list aside", async () => {
    await using person = await read();
    const { page } = person;
    await channelLink(page, "plans").focus();
    await page.keyboard.press("Tab");
    await untilFocused(page, page.getByRole("button", { name: "Options for #plans" }));
    const sideways = (): Promise<number> =>
      page.evaluate(`(() => {
        const list = document.querySelector('[aria-label="List of channels"]');
        return list.scrollWidth - list.clientWidth;
      })()`);
    expect(await sideways()).toBe(0);
    await page.keyboard.press("Shift+F10");
    await page.getByRole("menuitem", { name: "Permissions" }).waitFor();
    expect(await sideways()).toBe(0);
    expect(person.complaints).toEqual([]);
  });

  it("one signs in and sends a message", async () => {
    await using person = await aPersonAt(browser, `${server.url}${pathOf(harbour)}`);
    const { page } = person;
    await untilFocused(page, page.getByRole("textbox", { name: "Username" }));
    await page.keyboard.type("alice");
    await goTo(page, page.getByRole("textbox", { name: "Password" }));
    await page.keyboard.type(password);
    await page.keyboard.press("Enter");
    await goTo(page, composer(page));
    await page.keyboard.type("By keys alone");
    await page.keyboard.press("Enter");
    await message(page, "By keys alone").waitFor();
    await untilFocused(page, composer(page));
    expect(person.complaints).toEqual([]);
  });

  it("one goes from channel to channel with Alt and the arrows, while writing too", async () => {
    await using person = await read();
    const { page } = person;
    const title = page.getByRole("main").getByRole("heading").first();
    await goTo(page, composer(page));
    await page.keyboard.type("half");
    for (const [key, name] of [
      ["ArrowDown", "plans"],
      ["ArrowDown", "general"],
      ["ArrowUp", "plans"],
    ]) {
      await page.keyboard.press(`Alt+${key}`);
      await expect.poll(() => title.innerText()).toBe(name);
    }
  });

  it("one answers a message from the list, and Esc takes that back", async () => {
    await using person = await read();
    const { page } = person;
    const row = message(page, "Is the kettle on?");
    await goTo(page, composer(page));
    // All round the page: of the messages, Tab comes to the newest alone.
    await goTo(page, messagesOf(page).last());
    await goTo(page, row, "ArrowUp");
    await press(page, row.getByRole("button", { name: "Reply" }));
    await page.getByText("Replying to bob").waitFor();
    await untilFocused(page, composer(page));
    await page.keyboard.press("Escape");
    await page.getByText("Replying to bob").waitFor({ state: "detached" });
    await untilFocused(page, composer(page));
  });

  it("Esc where one writes marks the channel read", async () => {
    await using person = await read();
    const { page } = person;
    await goTo(page, composer(page));
    await page.keyboard.press("Alt+ArrowDown");
    await page.getByRole("textbox", { name: "Message #plans" }).waitFor();
    await bob.client.api.messages.send.mutate({ channelId: harbour.channelId, content: "It is!" });
    await page.getByText("(unread)").first().waitFor({ state: "attached" });
    await page.keyboard.press("Alt+ArrowUp");
    const line = page.getByRole("separator").filter({ hasText: "New" });
    await line.waitFor();
    await goTo(page, composer(page));
    await page.keyboard.press("Escape");
    await expect.poll(() => line.count()).toBe(0);
  });
});

const fromMenu = (menu: string | RegExp, item: string, title: string | RegExp) => ({ menu, item, title });

describe("a dialog takes the focus, and Esc gives it back", () => {
  let person: Person;
  beforeAll(async () => {
    person = await read();
  });
  afterAll(() => person[Symbol.asyncDispose]());

  it.each([
    fromMenu("Add a server", "Create a server", "Create a server"),
    fromMenu("Add a server", "Join with a link", "Join with a link"),
    fromMenu(/server menu$/, "Invite people", /^Invite people/),
    fromMenu(/server menu$/, "Create channel", "Create a channel"),
    fromMenu(/server menu$/, "Server settings", /^Settings of/),
    fromMenu(/server menu$/, "Delete server…", /^Delete/),
    fromMenu(/account\)$/, "Account and devices", "Settings"),
    fromMenu(/account\)$/, "Keys", "Keys"),
  ])("$item", async ({ menu, item, title }) => {
    const { page } = person;
    const opener = page.getByRole("button", { name: menu });
    await press(page, opener);
    await chooseItem(page, item);
    const dialog = page
      .getByRole("dialog", { name: title })
      .or(page.getByRole("alertdialog", { name: title }));
    await dialog.waitFor();
    await expect.poll(() => dialog.locator(":focus").count()).toBe(1);
    // Round its end and back: Tab stays inside.
    for (const key of ["Shift+Tab", "Tab"]) {
      await page.keyboard.press(key);
      expect(await dialog.locator(":focus").count()).toBe(1);
    }
    await page.getByRole("tooltip").waitFor({ state: "detached" });
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await untilFocused(page, opener);
  });

  it("the profile of a member", async () => {
    const { page } = person;
    const opener = page.getByRole("complementary", { name: "Members" }).getByRole("button", { name: /bob/ });
    await press(page, opener);
    const profile = page.getByRole("dialog", { name: "Profile of bob" });
    await profile.waitFor();
    await expect
      .poll(() =>
        profile
          .locator(":focus")
          .or(profile.and(page.locator(":focus")))
          .count(),
      )
      .toBe(1);
    await page.keyboard.press("Escape");
    await profile.waitFor({ state: "detached" });
    await untilFocused(page, opener);
  });

  it("the search, by its shortcut from where one writes", async () => {
    const { page } = person;
    await goTo(page, composer(page));
    await page.keyboard.press("Control+Shift+F");
    await untilFocused(page, page.getByRole("searchbox", { name: "Search messages" }));
    await page.keyboard.type("kettle");
    await goTo(page, page.getByRole("search").getByRole("button", { name: /Is the kettle on/ }));
    await page.keyboard.press("Escape");
    await page.getByRole("search").waitFor({ state: "detached" });
    await untilFocused(page, composer(page));
  });
});

describe("the focus is visible at every stop", () => {
  it("of the sign-in and the sign-up", async () => {
    await using person = await aPersonAt(browser, `${server.url}/sign-in`);
    const { page } = person;
    await page.emulateMedia({ reducedMotion: "reduce" });
    for (const path of ["/sign-in", "/sign-up"]) {
      await page.goto(path);
      await page.getByRole("textbox", { name: "Username" }).waitFor();
      const stops = await walk(page);
      expect(stops.length).toBeGreaterThanOrEqual(4);
      expect(stops.filter(({ isVisible }) => !isVisible)).toEqual([]);
    }
  });

  it("of the conversation and what is around it", async () => {
    await using person = await read();
    const stops = await walk(person.page);
    expect(stops.length).toBeGreaterThanOrEqual(10);
    expect(stops.filter(({ isVisible }) => !isVisible)).toEqual([]);
  });
});
