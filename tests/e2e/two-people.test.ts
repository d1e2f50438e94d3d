/** The main job, as two people do it: in two real browsers, on a real server that can be killed, over a network that can be cut. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser } from "playwright-core";
import {
  composer,
  createServer,
  inviteTo,
  member,
  message,
  messagesOf,
  say,
  shownTexts,
  signUp,
} from "#tests/support/app.ts";
import { aPersonAt, launchChromium, type Person } from "#tests/support/browser.ts";
import { type CuttableNetwork, createCuttableNetwork } from "#tests/support/cuttable-network.ts";
import { type ServerProcess, startServerProcess } from "#tests/support/server-process.ts";
import { setTimeout as wait } from "node:timers/promises";

const cutMs = 20_000;

let browser: Browser;
let server: ServerProcess;
let network: CuttableNetwork;
let alice: Person;
let bob: Person;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchChromium(), startServerProcess()]);
  network = await createCuttableNetwork(server.port);
  alice = await aPersonAt(browser, server.url);
  bob = await aPersonAt(browser, network.url);
});
afterAll(async () => {
  await browser.close();
  await network[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

describe("two people", () => {
  it("meet: Alice makes a server and an invite, Bob joins by the link, signed out at first", async () => {
    await alice.page.getByRole("link", { name: /create an account|sign up/i }).click();
    await signUp(alice.page, "alice");
    await createServer(alice.page, "Harbour");
    const path = await inviteTo(alice.page, "Harbour");

    await bob.page.goto(path);
    await bob.page.getByText("Harbour").first().waitFor();
    await bob.page.getByRole("button", { name: "Sign up to join" }).click();
    await signUp(bob.page, "bob");
    await composer(bob.page).waitFor();
    await expect.poll(() => member(alice.page, "bob").innerText()).toMatch(/bob/);
  });

  it("see each other's presence live", async () => {
    await expect.poll(() => member(alice.page, "bob").innerText()).toMatch(/online/i);
    await expect.poll(() => member(bob.page, "alice").innerText()).toMatch(/online/i);
    await bob.page.getByRole("region", { name: "You" }).getByRole("button", { name: /bob/ }).click();
    await bob.page
      .getByRole("menuitemradio", { name: /^Away/ })
      .or(bob.page.getByRole("menuitemcheckbox", { name: /^Away/ }))
      .click();
    await expect.poll(() => member(alice.page, "bob").innerText()).toMatch(/away/i);
  });

  it("see each other's messages, typing, edits and deletions live", async () => {
    await say(alice.page, "Good morning, **Bob**");
    await message(bob.page, "Good morning, Bob").waitFor();
    await composer(bob.page).pressSequentially("Morning");
    await alice.page.getByText(/bob is typing/i).waitFor();
    await composer(bob.page).press("Enter");
    await message(alice.page, "Morning").last().waitFor();
    await alice.page.getByText(/bob is typing/i).waitFor({ state: "hidden" });

    await composer(alice.page).press("ArrowUp");
    const editor = alice.page.getByRole("textbox", { name: /edit/i });
    await editor.fill("Good evening, Bob");
    await editor.press("Enter");
    await message(bob.page, "Good evening, Bob").waitFor();
    expect(await message(bob.page, "Good morning").count()).toBe(0);

    await message(bob.page, "Morning").last().hover();
    await message(bob.page, "Morning").last().getByRole("button", { name: "Delete" }).click();
    await bob.page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
    await message(alice.page, "Morning").last().waitFor({ state: "detached" });
    await expect.poll(() => messagesOf(alice.page).count()).toBe(1);
  });

  it("GW6 lose nothing while Bob's network is cut for 20 s and Alice sends 30 messages", async () => {
    network.cut();
    const cutAt = Date.now();
    for (let number = 1; number <= 30; number++) await say(alice.page, `tide ${number} of 30`);
    await message(alice.page, "tide 30 of 30").waitFor();
    // The length of the cut is what is being tried; nothing else is waited for here.
    await wait(Math.max(0, cutAt + cutMs - Date.now()));
    expect(await message(bob.page, "tide").count()).toBe(0);
    network.mend();
    const expected = Array.from({ length: 30 }, (_, index) => `tide ${index + 1} of 30`);
    await expect.poll(() => shownTexts(bob.page, /tide \d+ of 30/), { timeout: 45_000 }).toEqual(expected);
  });

  it("GW16 go on without a reload after the server was killed and started again", async () => {
    for (const { page } of [alice, bob]) await page.evaluate("window.wasNotReloaded = true");
    await say(bob.page, "before the storm");
    await message(alice.page, "before the storm").waitFor();
    await server.kill();
    await alice.page
      .getByText(/connection/i)
      .first()
      .waitFor();
    await say(alice.page, "written in the storm");
    await server.start();
    await message(bob.page, "written in the storm").waitFor({ timeout: 45_000 });
    await say(bob.page, "after the storm");
    await message(alice.page, "after the storm").waitFor({ timeout: 45_000 });
    for (const { page } of [alice, bob]) {
      expect(await shownTexts(page, /(before|written in|after) the storm/)).toEqual([
        "before the storm",
        "written in the storm",
        "after the storm",
      ]);
      expect(await page.evaluate<unknown>("window.wasNotReloaded")).toBe(true);
    }
  });

  it("leave nothing on the console", () => {
    expect([...alice.complaints, ...bob.complaints]).toEqual([]);
  });
});
