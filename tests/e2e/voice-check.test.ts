/** VO16 on the page: the check in a real browser, on real servers with a worker. */
import { AxeBuilder } from "@axe-core/playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser, Locator, Page } from "playwright-core";
import { aReader, pathOf } from "#tests/support/app.ts";
import { launchChromium, type Person } from "#tests/support/browser.ts";
import { aServer, aUser } from "#tests/support/builders.ts";
import { startTestServer } from "#tests/support/test-server.ts";
import { voiceConfig } from "#tests/support/voice-config.ts";

/** An address of this machine as well, at which no server listens. */
const announcedAddress = "127.0.0.2";

/** Nothing listens there. */
const closedPort = 1;

let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium([
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
  ]);
});
afterAll(() => browser.close());

const aVoiceServer = async (changes: Parameters<typeof voiceConfig>[0] = {}) => {
  const voice = await voiceConfig(changes);
  const server = await startTestServer({ voice });
  await using alice = await aUser(server, { username: "alice" });
  const path = pathOf(await aServer(alice));
  return {
    port: voice.port,
    open: (): Promise<Person> => aReader(browser, { username: "alice" }, { url: server.url, path }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
};

const settings = (page: Page): Locator => page.getByRole("tabpanel", { name: "Voice & video" });
const tried = (page: Page): Locator =>
  settings(page).getByRole("list", { name: "What was tried" }).getByRole("listitem");

const openSettings = async (page: Page): Promise<void> => {
  await page.getByRole("region", { name: "You" }).getByRole("button", { name: "Settings" }).click();
  await page.getByRole("tab", { name: "Voice & video" }).click();
};

const check = async (page: Page): Promise<string[]> => {
  await settings(page).getByRole("button", { name: "Check the connection" }).click();
  await settings(page)
    .getByRole("button", { name: "Check again" })
    .and(page.locator(":not([aria-busy])"))
    .waitFor();
  return tried(page).allInnerTexts();
};

const findInaccessible = async (page: Page): Promise<string[]> => {
  const found: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const axe = new AxeBuilder({ page }).include("[role=tabpanel]").setLegacyMode();
    const { violations } = await axe.analyze();
    found.push(...violations.map(({ id }) => `${colorScheme}: ${id}`));
  }
  return found;
};

describe("VO16 the check on the page", () => {
  it("reaches every worker by UDP and TCP, also while in a call", async () => {
    await using made = await aVoiceServer({ workers: 2 });
    await using person = await made.open();
    const { page } = person;
    await page.getByRole("link", { name: /^Voice \(voice channel/ }).click();
    const call = page.getByRole("region", { name: "Voice", exact: true });
    await call.getByText(/connect(ion|ed)$/).waitFor();

    await openSettings(page);
    const lines = await check(page);
    expect(lines.filter((line) => /^(UDP|TCP) 127\.0\.0\.1:\d+/.test(line))).toHaveLength(4);
    for (const line of lines.slice(0, 4)) expect(line).toMatch(/reached/);
    expect(lines.at(-1)).toMatch(/^Microphone/);
    await settings(page)
      .getByText(`UDP and TCP ${made.port} and ${made.port + 1} reach this server: voice works from here.`)
      .waitFor();
    await page.keyboard.press("Escape");
    expect(await call.getByText(/connect(ion|ed)$/).count()).toBe(1);
    expect(person.complaints).toEqual([]);
  });

  it("names an announced address where no voice is, and its mend", async () => {
    await using made = await aVoiceServer({ announcedAddress });
    await using person = await made.open();
    const { page } = person;
    await openSettings(page);
    const lines = await check(page);
    expect(lines.find((line) => line.startsWith(`UDP ${announcedAddress}:${made.port}`))).toMatch(
      /no answer/,
    );
    const fault = settings(page).getByRole("alert");
    expect(await fault.innerText()).toContain(
      `The announced address ${announcedAddress} does not answer, while 127.0.0.1 answers`,
    );
    expect(await fault.innerText()).toContain("Check that VOICE_ANNOUNCED_ADDRESS is the public address");
    expect(await findInaccessible(page)).toEqual([]);
    expect(person.complaints).toEqual([]);
  });

  it("is under way when the card of a call that could not be joined has led to it", async () => {
    await using made = await aVoiceServer();
    await using person = await made.open();
    const { page } = person;
    // A router in between that has forgotten this call's port, and nothing else.
    await page.route("**/api/trpc/voice.join*", async (route) => {
      const answer = await route.fetch();
      const body = (await answer.text()).replaceAll(`"port":${made.port}`, `"port":${closedPort}`);
      await route.fulfill({ response: answer, body });
    });
    await page.getByRole("link", { name: /^Voice \(voice channel/ }).click();
    const card = page.getByRole("alert").filter({ hasText: "No sound gets through" });
    await card.getByRole("button", { name: "Check the connection" }).click({ timeout: 60_000 });
    await settings(page)
      .getByText(`UDP and TCP ${made.port} reach this server: voice works from here.`)
      .waitFor();
    expect(await tried(page).first().innerText()).toMatch(/reached/);
  });

  it("says why there is no voice", async () => {
    await using made = await aVoiceServer({ workerProblem: "the voice worker could not be built" });
    await using person = await made.open();
    const { page } = person;
    await openSettings(page);
    await check(page);
    expect(await settings(page).getByRole("alert").innerText()).toContain(
      "This server has no voice: the voice worker could not be built.",
    );
  });
});
