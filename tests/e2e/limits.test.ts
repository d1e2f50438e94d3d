/** Whoever meets a limit of the server is told so, sees until when, and has to do nothing about it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Browser, Page } from "playwright-core";
import { aReader, composer, message, openServerSettings, pathOf, say } from "#tests/support/app.ts";
import { launchChromium, type Person } from "#tests/support/browser.ts";
import { aServer, aUser, type MadeServer, type TestUser } from "#tests/support/builders.ts";
import { callRaw } from "#tests/support/raw-call.ts";
import { startTestServer, type TestServer } from "#tests/support/test-server.ts";

let browser: Browser;
let server: TestServer;
let alice: TestUser;
let harbour: MadeServer;

beforeAll(async () => {
  const rateLimits = {
    requestsPerMinute: 150,
    authPerMinute: 0,
    socketsPerAddress: 0,
    socketMessagesPerMinute: 0,
  };
  [browser, server] = await Promise.all([launchChromium(), startTestServer({ rateLimits })]);
  alice = await aUser(server, { username: "alice" });
  harbour = await aServer(alice, { name: "Harbour" });
  const { channelId } = harbour;
  const { send } = alice.client.api.messages;
  // More pages than are read at once.
  const lines = Array.from({ length: 400 }, (_, index) => `line ${index + 1} of the log`);
  for (let from = 0; from < lines.length; from += 100)
    await Promise.all(lines.slice(from, from + 100).map((content) => send.mutate({ channelId, content })));
  for (const content of ["the boat is blue", "the ferry is late"]) await send.mutate({ channelId, content });
});
afterAll(async () => {
  await browser.close();
  await alice[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});
// Its limits are in its memory.
beforeEach(() => server.restart());

/** Alice, with a clock of the page's that can be put forward. */
const aliceReads = async (): Promise<Person> => {
  const person = await aReader(browser, alice, { url: server.url, path: pathOf(harbour) });
  await message(person.page, "the ferry is late").waitFor();
  await person.page.clock.install();
  return person;
};

/** The minute passes, for the server and the page. */
const passMinute = async (page: Page): Promise<void> => {
  await server.restart();
  await page.clock.fastForward(60_000);
};

/** Asks past the library, which does not ask what would be refused, until that is refused. */
const useUp = async (path: string, input?: unknown): Promise<void> => {
  const token = await alice.token();
  const ask = () => callRaw(server.url, { type: "query", path, input, token });
  await expect.poll(async () => (await ask()).reason, { interval: 0 }).toBe("RATE_LIMITED");
};
const useUpSearches = () => useUp("messages.search", { channelId: harbour.channelId, query: "anything" });
const useUpRequests = () => useUp("users.me");

describe("the search", () => {
  it("says that there were many and when it goes on, counts down, and goes on by itself", async () => {
    await using person = await aliceReads();
    const { page } = person;
    const panel = page.getByRole("search", { name: "Search messages" });
    await page.getByRole("main").getByRole("button", { name: "Search" }).click();
    await panel.getByRole("searchbox").fill("boat");
    await panel.getByRole("listitem").filter({ hasText: "boat is blue" }).waitFor();
    await useUpSearches();
    await panel.getByRole("searchbox").fill("ferry");

    const words = panel.getByRole("note");
    await words.getByText("You have searched a lot in a short time", { exact: true }).waitFor();
    const secondsLeft = async () => Number(/in (\d+) seconds/.exec(await words.innerText())?.[1]);
    const before = await secondsLeft();
    expect(before).toBeGreaterThan(10);
    await page.clock.fastForward(5_000);
    await expect.poll(secondsLeft).toBeLessThanOrEqual(before - 5);
    // What was found for other words does not stand there as if it were the answer.
    expect(await panel.getByRole("listitem").count()).toBe(0);
    expect(await panel.getByRole("status").allInnerTexts()).toEqual([
      expect.stringMatching(
        /^You have searched a lot in a short time\. It goes on by itself in \d+ seconds\.$/,
      ),
    ]);

    await passMinute(page);
    await panel.getByRole("listitem").filter({ hasText: "ferry is late" }).waitFor();
    await words.waitFor({ state: "detached" });
  });
});

describe("whoever has asked for too much of everything", () => {
  it("sees their message wait and why, and then sees it sent", async () => {
    await using person = await aliceReads();
    const { page } = person;
    await useUpRequests();
    for (const text of ["patience one", "patience two"]) await say(page, text);
    const first = message(page, "patience one");
    await first
      .getByText(/^That was a lot in a short time\. It is sent by itself in \d+ seconds\.$/)
      .first()
      .waitFor();
    await composer(page).fill("a draft");

    await passMinute(page);
    const sent = async (): Promise<string[]> => {
      const { channelId } = harbour;
      const { messages } = await alice.client.api.messages.list.query({ channelId });
      return messages.map(({ content }) => content).filter((content) => content.startsWith("patience"));
    };
    await expect.poll(sent).toEqual(["patience one", "patience two"]);
    await page.getByText("That was a lot").first().waitFor({ state: "detached" });
    expect(await composer(page).inputValue()).toBe("a draft");
  });

  it("is told so where a list would stand, and sees the list afterwards", async () => {
    await using person = await aliceReads();
    const { page } = person;
    await useUpRequests();
    const invites = await openServerSettings(page, "Invites");
    await invites.getByText("That was a lot in a short time", { exact: true }).waitFor();
    await passMinute(page);
    await invites.getByRole("heading", { name: "No invites" }).waitFor();
  });

  it("reads back as far as is loaded, is told so above it, and reads on afterwards", async () => {
    await using person = await aliceReads();
    const { page } = person;
    await useUpRequests();
    const log = page.getByRole("log");
    const readBack = async (): Promise<void> => {
      await log.hover();
      await page.mouse.wheel(0, -3_000);
    };
    const told = log.getByText("That was a lot in a short time", { exact: true });
    await expect
      .poll(async () => {
        await readBack();
        return told.isVisible();
      })
      .toBe(true);
    await passMinute(page);
    await expect
      .poll(async () => {
        await readBack();
        return log.getByText("This is the beginning of #general").isVisible();
      })
      .toBe(true);
    expect(await told.count()).toBe(0);
  });

  it("is told so by a form, which can be sent when the wait is over", async () => {
    await using person = await aliceReads();
    const { page } = person;
    await useUpRequests();
    await page.getByRole("button", { name: "Add a server" }).click();
    await page.getByRole("menuitem", { name: "Create a server" }).click();
    const dialog = page.getByRole("dialog", { name: "Create a server" });
    await dialog.getByRole("textbox", { name: "Server name" }).fill("Garden");
    const create = dialog.getByRole("button", { name: "Create server" });
    await create.click();
    const words = dialog.getByRole("note");
    await expect.poll(() => words.innerText()).toMatch(/lot in a short time\s+Try again in \d+ seconds\./);
    await passMinute(page);
    await expect.poll(() => words.innerText()).toContain("You can try again now.");
    await create.click();
    await page.getByRole("button", { name: /^Garden/ }).waitFor();
  });
});
