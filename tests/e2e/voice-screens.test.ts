/** Voice as it is seen: every state that a call can be in, played, so that each can be looked at in the same way. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser, Locator, Page } from "playwright-core";
import { findFaults } from "#tests/support/axe.ts";
import { aPersonAt, launchChromium, type Look, type Person } from "#tests/support/browser.ts";
import { startVoiceGallery, type VoiceGallery } from "#tests/support/voice-gallery-server.ts";

let browser: Browser;
let gallery: VoiceGallery;

beforeAll(async () => {
  [browser, gallery] = await Promise.all([launchChromium(), startVoiceGallery()]);
});
afterAll(async () => {
  await browser.close();
  await gallery[Symbol.asyncDispose]();
});

const phone: Look = { width: 360, height: 740, hasTouch: true };

/** What tells that the scene stands. */
const signs: Record<string, (page: Page) => Locator> = {
  three: (page) => page.getByRole("button", { name: /^Alice \(you\)/ }),
  video: (page) => page.getByRole("button", { name: /^Heidi’s screen/ }),
  joining: (page) => page.getByRole("main").getByText("Joining Lounge…"),
  reconnecting: (page) => page.getByRole("main").getByText("It comes back by itself."),
  unreachable: (page) => page.getByRole("alert").getByText("No sound gets through"),
  off: (page) => page.getByRole("alert").getByText("UDP port 7880 is in use"),
  "no-microphone": (page) => page.getByText("This browser may not use the microphone"),
  "sound-blocked": (page) => page.getByRole("button", { name: "Turn sound on" }),
  muted: (page) => page.getByText("A moderator has muted you here."),
  listening: (page) => page.getByText("You can listen here, but not speak."),
  outside: (page) => page.getByRole("button", { name: "Join voice" }),
  closed: (page) => page.getByRole("heading", { name: "You can’t join Office" }),
};

const look = async (scene: string, options: Look = {}): Promise<Person> => {
  const person = await aPersonAt(browser, gallery.urlOf(scene), options);
  await signs[scene]?.(person.page).waitFor();
  return person;
};

const panelOf = (page: Page): Locator => page.getByRole("region", { name: "Voice", exact: true });
const listOf = (page: Page): Locator => page.getByRole("list", { name: "In Lounge" });
const callOf = (page: Page): Locator => page.getByRole("region", { name: "Call" });

describe.each(Object.keys(signs))("the scene “%s”", (scene) => {
  it("has nothing serious for axe, and complains of nothing", async () => {
    await using person = await look(scene);
    expect(await findFaults(person.page, scene)).toEqual([]);
    expect(person.complaints).toEqual([]);
  });

  it("stands on a narrow phone: nothing sideways, nothing too small for a finger", async () => {
    await using person = await look(scene, phone);
    const { page } = person;
    const isWide = "document.documentElement.scrollWidth > window.innerWidth";
    expect(await page.evaluate<boolean>(isWide)).toBe(false);
    const buttons = await page.getByRole("main").or(panelOf(page)).getByRole("button").all();
    const boxes = await Promise.all(
      buttons.map(async (button) => ({ box: await button.boundingBox(), text: await button.innerText() })),
    );
    // 36 is the smallest control of the kit there; the tiles' own tools come up over what is large enough.
    expect(boxes.filter(({ box }) => box !== null && box.height < 36).map(({ text }) => text)).toEqual([]);
  });
});

describe("in a call", () => {
  it("the keys mute and deafen, and both the switches and one's own name say so", async () => {
    await using person = await look("three");
    const { page } = person;
    const pressed = (name: string) => panelOf(page).getByRole("button", { name, pressed: true });
    await page.keyboard.press("Control+Shift+M");
    await pressed("Mute").waitFor();
    await listOf(page)
      .getByRole("button", { name: /^Alice \(.*muted\)/ })
      .waitFor();
    await page.keyboard.press("Control+Shift+D");
    await pressed("Deafen").waitFor();
    await listOf(page)
      .getByRole("button", { name: /^Alice \(.*muted, deafened\)/ })
      .waitFor();
    expect(await callOf(page).getByRole("button", { name: "Mute", pressed: true }).count()).toBe(1);
  });

  it("a person's volume is set in their card by keys, and is there the next time", async () => {
    await using person = await look("three");
    const { page } = person;
    const open = () => listOf(page).getByRole("button", { name: /^Bob/ }).click();
    const volume = page.getByRole("dialog", { name: "Bob in voice" }).getByRole("slider");
    await open();
    await volume.press("End");
    await expect.poll(() => volume.getAttribute("aria-valuetext")).toBe("200 %");
    expect(await findFaults(page, "a person's card", "[role=dialog]")).toEqual([]);
    await page.keyboard.press("Escape");
    await volume.waitFor({ state: "hidden" });
    await open();
    expect(await volume.getAttribute("aria-valuetext")).toBe("200 %");
  });

  it("a shared screen is enlarged by a click, and the others stand in a row below it", async () => {
    await using person = await look("video");
    const { page } = person;
    const screen = page.getByRole("button", { name: /^Heidi’s screen/ });
    const before = await screen.boundingBox();
    await screen.click();
    const others = page.getByRole("list", { name: "The others in this channel" });
    await others.waitFor();
    const after = await screen.boundingBox();
    expect(after?.width).toBeGreaterThan((before?.width ?? 0) * 2);
    expect(await others.getByRole("listitem").count()).toBe(8);
    await screen.click();
    await others.waitFor({ state: "hidden" });
  });

  it("one leaves by the panel, sees who is still there, and comes back", async () => {
    await using person = await look("three");
    const { page } = person;
    await panelOf(page).getByRole("button", { name: "Leave voice" }).click();
    await panelOf(page).waitFor({ state: "hidden" });
    await listOf(page).getByRole("button", { name: /^Bob/ }).waitFor();
    await callOf(page).getByRole("button", { name: "Join voice" }).click();
    await panelOf(page)
      .getByRole("button", { name: /connection/ })
      .click();
    const facts = page.getByRole("dialog", { name: "Connection" });
    await facts.waitFor();
    expect(await facts.innerText()).toMatch(/Round trip\s+24 ms[^]*UDP/);
  });

  it("why a join failed stays until it is read", async () => {
    await using person = await look("unreachable");
    const { page } = person;
    await panelOf(page).getByRole("button", { name: "Try again" }).waitFor();
    await panelOf(page).getByRole("button", { name: "Dismiss" }).click();
    await panelOf(page).waitFor({ state: "hidden" });
    expect(await signs["unreachable"]?.(page).count()).toBe(0);
  });
});

describe("the voice settings", () => {
  it("take the next key for push-to-talk, and Esc leaves the dialog open", async () => {
    await using person = await look("three");
    const { page } = person;
    await panelOf(page).getByRole("button", { name: "Voice settings" }).click();
    const settings = page.getByRole("tabpanel", { name: "Voice & video" });
    await settings.getByRole("radio", { name: "Push to talk" }).click();
    await settings.getByRole("button", { name: "Choose another key" }).click();
    await settings.getByText("Esc leaves it as it was.").waitFor();
    await page.keyboard.press("Escape");
    await settings.getByText("Hold Space to talk").waitFor();
    await settings.getByRole("button", { name: "Choose another key" }).click();
    await settings.getByText("Esc leaves it as it was.").waitFor();
    await page.keyboard.press("v");
    await settings.getByText("Hold V to talk").waitFor();
    expect(await findFaults(page, "the voice settings", "[role=dialog]")).toEqual([]);
  });
});
