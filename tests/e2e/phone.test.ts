/** On a phone's screen: every pane by a button, and nothing that has to be pushed sideways. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser, Page } from "playwright-core";
import { aReader, composer, createServer, message, pathOf, signIn, signUp } from "#tests/support/app.ts";
import { aPersonAt, launchChromium } from "#tests/support/browser.ts";
import { aMember, anAdmin, aServer, aUser, type MadeServer, type TestUser } from "#tests/support/builders.ts";
import { deeperScreens, showView, walkAdminPages, walkDialogs } from "#tests/support/screens.ts";
import { startTestServer, type TestServer } from "#tests/support/test-server.ts";

const longWord = "Donaudampfschifffahrtsgesellschaft".repeat(8);

let browser: Browser;
let server: TestServer;
let owner: TestUser;
let harbour: MadeServer;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchChromium(), startTestServer()]);
  owner = await aUser(server, { username: "long_name_".repeat(4).slice(0, 32) });
  harbour = await aServer(owner, { name: longWord.slice(0, 64) });
  const { serverId, channelId } = harbour;
  const { api } = owner.client;
  await api.channels.update.mutate({ channelId, topic: `About ${longWord}` });
  await api.channels.create.mutate({ serverId, name: longWord.slice(0, 64), type: "text" });
  for (const content of [
    longWord,
    `https://example.org/${longWord}`,
    `\`\`\`\n${longWord}\n\`\`\``,
    `cake ${longWord}`,
  ]) {
    await api.messages.send.mutate({ channelId, content });
  }
});
afterAll(async () => {
  await owner[Symbol.asyncDispose]();
  await browser.close();
  await server[Symbol.asyncDispose]();
});

/** What can be pushed sideways or stands out of the screen, code aside, which scrolls in its own box. */
const findWide = `(() => {
  const isAside = (element) => element.closest("[inert], [aria-hidden=true], [hidden], pre") !== null;
  const isPushed = (element) =>
    element.scrollWidth > element.clientWidth && /auto|scroll/.test(getComputedStyle(element).overflowX);
  const isOutside = (element) => {
    const { left, right, width, height } = element.getBoundingClientRect();
    return width > 1 && height > 1 && (right > innerWidth + 1 || left < -1);
  };
  const isCut = (element) => {
    for (let each = element.parentElement; each; each = each.parentElement) {
      if (getComputedStyle(each).overflowX !== "visible" && each !== document.body) return !isOutside(each);
    }
    return false;
  };
  const isControl = (element) => element.matches("a, button, input, textarea, [role^=menuitem]");
  const root = document.documentElement;
  const page = root.scrollWidth > root.clientWidth ? ["the page"] : [];
  const wide = [...document.body.querySelectorAll("*:not(svg *)")].filter(
    (element) => !isAside(element) && (isPushed(element) || (isOutside(element) && (isControl(element) || !isCut(element)))),
  );
  return [...page, ...wide.map((element) => element.outerHTML.slice(0, 160))];
})()`;

const expectNarrow = async (page: Page, where: string): Promise<void> =>
  expect.poll(() => page.evaluate<string[]>(findWide), { message: where }).toEqual([]);

describe.each([
  { width: 390, height: 844, hasTouch: true },
  { width: 360, height: 740, hasTouch: true },
])("on a screen of $width × $height", (look) => {
  it("somebody new makes a server, sends a message and sees who is there", async () => {
    await using person = await aPersonAt(browser, `${server.url}/sign-up`, look);
    const { page } = person;
    await expectNarrow(page, "sign-up");
    await signUp(page, `new${look.width}`);
    await page.getByRole("heading", { name: "Welcome to Together" }).waitFor();
    await expectNarrow(page, "welcome");
    await createServer(page, "Pocket");
    await composer(page).fill("From the train");
    await page.getByRole("button", { name: "Send message" }).click();
    await message(page, "From the train").waitFor();
    await showView(page, "Members");
    await page
      .getByRole("complementary", { name: "Members" })
      .getByRole("button", { name: /online/i })
      .waitFor();
    await page.getByRole("button", { name: "Hide members" }).click();
    await message(page, "From the train").waitFor();
    expect(person.complaints).toEqual([]);
  });

  it("every pane is reached by buttons, there and back", async () => {
    await using person = await aReader(browser, owner, { url: server.url, path: pathOf(harbour), ...look });
    const { page } = person;
    const channels = page.getByRole("navigation", { name: "Channels" });
    const members = page.getByRole("complementary", { name: "Members" });
    await expectNarrow(page, "chat");
    await page.getByRole("button", { name: "Back to channels" }).click();
    await channels.getByRole("link", { name: /^general/ }).waitFor();
    await expectNarrow(page, "channels");
    await channels.getByRole("link", { name: /^general/ }).click();
    await composer(page).waitFor();
    await page.getByRole("main").getByRole("button", { name: "Members" }).click();
    await members.getByRole("heading", { name: /^Members/ }).waitFor();
    await expectNarrow(page, "members");
    await page.getByRole("navigation", { name: "Views" }).getByRole("button", { name: "Settings" }).click();
    await page.getByRole("dialog", { name: "Settings" }).waitFor();
    await page.getByRole("button", { name: "Close" }).first().click();
    await showView(page, "Chat");
    await composer(page).waitFor();
    // As the focus does in a pane that is only just sliding in.
    const scrolled =
      "(() => { const panes = document.querySelector('main').parentElement; panes.scrollLeft = 60; return panes.scrollLeft; })()";
    expect(await page.evaluate(scrolled)).toBe(0);
  });
});

it("no dialog and no menu is wider than the narrowest of them", async () => {
  const look = { width: 360, height: 740, hasTouch: true };
  await using person = await aReader(browser, owner, { url: server.url, path: pathOf(harbour), ...look });
  await walkDialogs(person.page, (name) => expectNarrow(person.page, name));
  expect(person.complaints).toEqual([]);
});

it("nor is anything deeper in a server's dialogs", async () => {
  const look = { width: 360, height: 740, hasTouch: true };
  const { serverId } = harbour;
  await using mate = await aMember(server, harbour, {
    username: "mate_with_a_long_name_".repeat(2).slice(0, 32),
  });
  await owner.client.api.roles.create.mutate({
    serverId,
    name: "Crew of a ship with a long, long name",
    permissions: "0",
    color: "#eb459e",
  });
  await using person = await aReader(browser, owner, { url: server.url, path: pathOf(harbour), ...look });
  await walkDialogs(person.page, (name) => expectNarrow(person.page, name), deeperScreens);
  expect(mate.username).toHaveLength(32);
  expect(person.complaints).toEqual([]);
});

it("none of the administrators' pages, and nothing over them, is wider either", async () => {
  await using admin = await anAdmin(server, { username: "governor" });
  await using someone = await aUser(server, { username: "other_name_".repeat(3).slice(0, 32) });
  const look = { width: 360, height: 740, hasTouch: true };
  await using person = await aPersonAt(browser, `${server.url}/sign-in`, look);
  await signIn(person.page, admin.username);
  await person.page.getByRole("heading", { name: "Welcome to Together" }).waitFor();
  await walkAdminPages(person.page, (name) => expectNarrow(person.page, name));
  expect(someone.username).toHaveLength(32);
  expect(person.complaints).toEqual([]);
});
