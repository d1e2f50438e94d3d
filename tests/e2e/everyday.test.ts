/** What people do with a conversation all day, in a real browser on a real server. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Browser, Page } from "playwright-core";
import {
  aReader,
  channelLink,
  composer,
  isInView,
  message,
  messagesOf,
  pathOf,
  say,
  shownTexts,
} from "#tests/support/app.ts";
import { launchChromium, type Look, type Person } from "#tests/support/browser.ts";
import {
  aHistory,
  aMember,
  aServer,
  aUser,
  type MadeServer,
  type TestUser,
} from "#tests/support/builders.ts";
import { startTestServer, type TestServer } from "#tests/support/test-server.ts";
import type { ChannelId } from "#shared/ids.ts";
import { type PermissionName, permissionBits } from "#shared/permissions.ts";

let browser: Browser;
let server: TestServer;
const opened: AsyncDisposable[] = [];
const people: Person[] = [];

beforeAll(async () => {
  [browser, server] = await Promise.all([launchChromium(), startTestServer()]);
});
afterEach(async () => {
  for (const each of opened.splice(0).toReversed()) await each[Symbol.asyncDispose]();
});
afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

const closed = <T extends AsyncDisposable>(each: T): T => {
  opened.push(each);
  return each;
};

/** A server with #general and #plans, its owner, and a member who has yet to look at it. */
const aPlace = async () => {
  const owner = closed(await aUser(server));
  const made = await aServer(owner);
  const reader = closed(await aMember(server, made));
  const { id: plansId } = await owner.client.api.channels.create.mutate({
    serverId: made.serverId,
    name: "plans",
    type: "text",
  });
  return { made, owner, reader, plansId };
};

const read = async (
  user: TestUser,
  { serverId, channelId }: Pick<MadeServer, "serverId" | "channelId">,
  look?: Look,
) => {
  const path = pathOf({ serverId, channelId });
  const person = closed(await aReader(browser, user, { url: server.url, path, ...look }));
  people.push(person);
  return person;
};

const write = ({ client }: TestUser, channelId: ChannelId, content: string) =>
  client.api.messages.send.mutate({ channelId, content });

/** Takes rights away from everyone in a channel, or gives them back. */
const deny = ({ owner, everyoneId }: MadeServer, channelId: ChannelId, ...names: PermissionName[]) =>
  owner.client.api.channels.setOverride.mutate({
    channelId,
    target: { type: "role", id: everyoneId },
    allow: "0",
    deny: String(permissionBits(...names)),
  });

describe("a draft", () => {
  it("stays in its channel over a look into another one, and over a reload", async () => {
    const { made, reader } = await aPlace();
    const { page } = await read(reader, made);
    await composer(page).fill("half a thought");
    await channelLink(page, "plans").click();
    const plans = page.getByRole("textbox", { name: "Message #plans" });
    await expect.poll(() => plans.inputValue()).toBe("");
    await channelLink(page, "general").click();
    const general = page.getByRole("textbox", { name: "Message #general" });
    await expect.poll(() => general.inputValue()).toBe("half a thought");
    await page.reload();
    await expect.poll(() => general.inputValue()).toBe("half a thought");
  });
});

describe("a message", () => {
  it("can be answered, and its answer leads back to it", async () => {
    const { made, owner, reader } = await aPlace();
    const question = await write(owner, made.channelId, "Who brings the cake?");
    await aHistory(server, made, { count: 200 });
    const { page } = await read(reader, made);
    await page.goto(`${pathOf(made)}?message=${question.id}`);
    await message(page, "Who brings the cake?").hover();
    await message(page, "Who brings the cake?").getByRole("button", { name: "Reply" }).click();
    await page.getByText(`Replying to ${owner.username}`).waitFor();
    await say(page, "I do");
    const answer = message(page, "I do");
    await expect.poll(() => isInView(page, answer)).toBe(true);
    await answer.getByRole("button", { name: /Who brings the cake/ }).click();
    // The answer quotes it: the one sought is the source itself.
    const source = messagesOf(page).filter({ hasText: "Who brings the cake?", hasNotText: "I do" });
    await expect.poll(() => isInView(page, source)).toBe(true);
    await page.getByRole("button", { name: "Jump to newest" }).click();
    await expect.poll(() => isInView(page, answer)).toBe(true);
  });

  it("is edited from the empty field with the Up arrow; Esc leaves it as it was", async () => {
    const { made, reader } = await aPlace();
    const { page } = await read(reader, made);
    await say(page, "See you at noon");
    await message(page, "See you at noon").waitFor();
    await composer(page).press("ArrowUp");
    const editor = page.getByRole("textbox", { name: "Edit message" });
    await expect.poll(() => editor.inputValue()).toBe("See you at noon");
    await page.keyboard.type(", or one");
    await page.keyboard.press("Escape");
    await editor.waitFor({ state: "detached" });
    await expect.poll(() => message(page, "See you at noon").innerText()).not.toMatch(/or one/);
    await page.keyboard.press("ArrowUp");
    await editor.fill("See you at one");
    await page.keyboard.press("Enter");
    await message(page, "See you at one (edited)").waitFor();
    expect(await message(page, "See you at noon").count()).toBe(0);
  });
});

describe("what is unread", () => {
  it("shows at its channel with the mentions on every device, and goes everywhere when it is read", async () => {
    const { made, owner, reader, plansId } = await aPlace();
    const { page: laptop } = await read(reader, made);
    const { page: phone } = await read(reader, made);
    await write(owner, plansId, `<@${reader.id}>, cake at noon?`);
    for (const page of [laptop, phone]) {
      await expect.poll(() => channelLink(page, "plans").innerText()).toMatch(/unread[\s\S]*1/);
      await expect.poll(() => page.title()).toMatch(/^\(1\) /);
    }
    await channelLink(laptop, "plans").click();
    await message(laptop, "cake at noon?").waitFor();
    for (const page of [laptop, phone]) {
      await expect.poll(() => channelLink(page, "plans").innerText()).toBe("plans");
      await expect.poll(() => page.title()).not.toMatch(/\d/);
    }
  });

  it("stays unread while nobody looks at it", async () => {
    const { made, owner, reader, plansId } = await aPlace();
    const { page } = await read(reader, made);
    await write(owner, plansId, "first");
    await write(owner, made.channelId, "here");
    await message(page, "here").waitFor();
    await expect.poll(() => channelLink(page, "plans").innerText()).toMatch(/unread/);
    expect(await channelLink(page, "general").innerText()).toBe("general");
  });
});

/** Holds back older pages until it is told to let them through. */
const holdOlderPages = async (page: Page): Promise<() => void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  await page.route("**/api/trpc/messages.list*", async (route) => {
    await promise;
    await route.continue();
  });
  return resolve;
};

describe("a long conversation", () => {
  const oldest = async (page: Page): Promise<number> => {
    const texts = await shownTexts(page, /message \d+/);
    return Math.min(...texts.map((text) => Number(text.slice("message ".length))));
  };

  it("goes on upwards to its beginning, and holds the place while an older page comes in", async () => {
    const { made, reader } = await aPlace();
    await aHistory(server, made, { count: 300 });
    const { page } = await read(reader, made);
    await expect.poll(() => isInView(page, message(page, "message 300"))).toBe(true);
    const letThrough = await holdOlderPages(page);
    // Where the way to the newest message comes up: it must not stop who is scrolling.
    await message(page, "message 300").hover();
    const loading = page.getByText("Loading older messages");
    const scrollUp = () => page.mouse.wheel(0, -800);
    await expect
      .poll(async () => (await scrollUp(), await isInView(page, loading)), { interval: 100 })
      .toBe(true);

    const firstNumber = await oldest(page);
    const anchor = messagesOf(page).filter({ hasText: new RegExp(`message ${firstNumber + 4}$`) });
    const before = await anchor.boundingBox();
    letThrough();
    await expect.poll(() => oldest(page)).toBeLessThan(firstNumber);
    const after = await anchor.boundingBox();
    expect(Math.abs((after?.y ?? 0) - (before?.y ?? Infinity))).toBeLessThanOrEqual(4);

    const beginning = page.getByRole("heading", { name: "This is the beginning of #general" });
    await expect
      .poll(async () => (await scrollUp(), await isInView(page, beginning)), { interval: 100 })
      .toBe(true);
    expect(await isInView(page, message(page, /message 1$/))).toBe(true);
  });
});

describe("the search", () => {
  it("finds what was said long ago, here and in other channels, and leads there", async () => {
    const { made, owner, reader, plansId } = await aPlace();
    const { id: firstId } = await write(owner, made.channelId, "The recipe: two eggs");
    await write(owner, plansId, "Bring eggs");
    await aHistory(server, made, { count: 200 });
    const { page } = await read(reader, made);
    const panel = page.getByRole("search", { name: "Search messages" });
    await page.getByRole("main").getByRole("button", { name: "Search" }).click();
    await panel.getByRole("searchbox").fill("eggs");
    await panel.getByRole("button", { name: /two eggs/ }).click();
    await expect.poll(() => isInView(page, message(page, "two eggs"))).toBe(true);
    expect(await panel.getByRole("button", { name: /Bring eggs/ }).count()).toBe(0);
    await panel.getByText("Whole server").click();
    await panel.getByRole("button", { name: /#plans.*Bring eggs/ }).click();
    await page.getByRole("textbox", { name: "Message #plans" }).waitFor();
    await expect.poll(() => isInView(page, message(page, "Bring eggs"))).toBe(true);
    await page.goto(`${pathOf(made)}?message=${firstId}`);
    await expect.poll(() => isInView(page, message(page, "two eggs"))).toBe(true);
  });
});

describe("a message that does not get through", () => {
  it("goes out by itself when the browser is online again", async () => {
    const { made, owner, reader } = await aPlace();
    const { page, context } = await read(reader, made);
    await context.setOffline(true);
    await say(page, "from the tunnel");
    await message(page, "from the tunnel").waitFor();
    const list = () => owner.client.api.messages.list.query({ channelId: made.channelId });
    expect((await list()).messages).toEqual([]);
    await context.setOffline(false);
    await expect
      .poll(async () => (await list()).messages.map(({ content }) => content))
      .toEqual(["from the tunnel"]);
    expect(await message(page, "from the tunnel").count()).toBe(1);
  });

  it("says why the server refused it and can be sent again; nothing typed is lost", async () => {
    const { made, owner, reader } = await aPlace();
    const { page, context } = await read(reader, made);
    await context.setOffline(true);
    await say(page, "one");
    await say(page, "two");
    await composer(page).fill("half a thought");
    await deny(made, made.channelId, "SEND_MESSAGES");
    await context.setOffline(false);
    const refused = message(page, "one");
    await refused.getByText("You don’t have the permission to write in this channel").waitFor();
    await page.getByText("You cannot write here").waitFor();
    await message(page, "two").getByRole("button", { name: "Discard" }).click();
    await message(page, "two").waitFor({ state: "detached" });

    await page.reload();
    await refused.getByRole("button", { name: "Retry" }).waitFor();
    await deny(made, made.channelId);
    await expect.poll(() => composer(page).inputValue()).toBe("half a thought");
    await refused.getByRole("button", { name: "Retry" }).click();
    const list = () => owner.client.api.messages.list.query({ channelId: made.channelId });
    await expect.poll(async () => (await list()).messages.map(({ content }) => content)).toEqual(["one"]);
    await refused.getByText("Not sent").waitFor({ state: "detached" });
  });
});

describe("a channel that becomes private", () => {
  it("vanishes at once with all that was in it, and comes back with what was being written", async () => {
    const { made, owner, reader, plansId } = await aPlace();
    await write(owner, plansId, "a secret");
    const { page } = await read(reader, { serverId: made.serverId, channelId: plansId });
    await message(page, "a secret").waitFor();
    await composer(page).fill("half a thought");
    await deny(made, plansId, "VIEW_CHANNEL");
    await page.getByText("#plans is not available any more").waitFor();
    await page.getByText("What you were writing there is kept").waitFor();
    await page.getByRole("textbox", { name: "Message #general" }).waitFor();
    await channelLink(page, "plans").waitFor({ state: "detached" });
    expect(await page.getByText("a secret").count()).toBe(0);
    await deny(made, plansId);
    await channelLink(page, "plans").click();
    await message(page, "a secret").waitFor();
    await expect.poll(() => composer(page).inputValue()).toBe("half a thought");
  });

  it("offers to discard what was left in it, where it is told of and under its address", async () => {
    const { made, reader, plansId } = await aPlace();
    const { page } = await read(reader, { serverId: made.serverId, channelId: plansId });
    await composer(page).fill("half a thought");
    await deny(made, plansId, "VIEW_CHANNEL");
    await page.getByRole("button", { name: "Keep it" }).click();
    await page.goto(pathOf({ serverId: made.serverId, channelId: plansId }));
    await page.getByText("What you wrote in it and did not send is kept").waitFor();
    await page.getByRole("button", { name: "Discard what you wrote" }).click();
    await page.getByText("What you wrote in it and did not send is kept").waitFor({ state: "detached" });
    await deny(made, plansId);
    await composer(page).waitFor();
    expect(await composer(page).inputValue()).toBe("");

    await composer(page).fill("another thought");
    await deny(made, plansId, "VIEW_CHANNEL");
    await page.getByRole("button", { name: "Discard it" }).click();
    await deny(made, plansId);
    await channelLink(page, "plans").click();
    await page.getByRole("textbox", { name: "Message #plans" }).waitFor();
    expect(await composer(page).inputValue()).toBe("");
  });
});

it("leaves nothing on the console", () => {
  expect(people.flatMap(({ complaints }) => complaints)).toEqual([]);
});
