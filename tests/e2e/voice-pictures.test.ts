/** Cameras and screens in a call, between two real browsers: what one shows the other sees, for as long as it may. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Page } from "playwright-core";
import { formatPermissions, permissionBits } from "#shared/permissions.ts";
import { pathOf, signIn } from "#tests/support/app.ts";
import { aMember, aServer, aUser, type MadeServer, type TestUser } from "#tests/support/builders.ts";
import { startTestServer, type TestServer } from "#tests/support/test-server.ts";
import { aHummerAt, type Hummer, launchHumming } from "#tests/support/tone.ts";
import { voiceConfig } from "#tests/support/voice-config.ts";

const stack = new AsyncDisposableStack();
let server: TestServer;
let alice: TestUser;
let bob: TestUser;
let made: MadeServer;
let aliceAt: Hummer;
let bobAt: Hummer;

const callBar = (page: Page) => page.getByRole("region", { name: "Call" });
const tile = (page: Page, name: string | RegExp) =>
  page.getByRole("list", { name: "In this channel" }).getByRole("listitem").filter({ hasText: name });

/** Pictures that were shown so far on the video of the tile with these words; 0 while there is none. */
const picturesOf = (page: Page, words: string): Promise<number> =>
  page.evaluate(`(() => {
    const tiles = [...document.querySelectorAll('ul[aria-label="In this channel"] > li')];
    const tile = tiles.find(({ innerText }) => innerText.includes(${JSON.stringify(words)}));
    return tile?.querySelector("video")?.getVideoPlaybackQuality().totalVideoFrames ?? 0;
  })()`);

const open = async (user: TestUser, hz: number): Promise<Hummer> => {
  const { browser } = stack.use(await launchHumming(hz));
  const person = await aHummerAt(browser, server.url + pathOf(made), hz);
  await signIn(person.page, user.username);
  await person.page
    .getByRole("navigation", { name: "Channels" })
    .getByRole("link", { name: /^Voice \(voice channel/ })
    .click();
  await callBar(person.page).getByRole("button", { name: "Leave" }).waitFor();
  return person;
};

beforeAll(async () => {
  server = stack.use(await startTestServer({ voice: await voiceConfig() }));
  alice = stack.use(await aUser(server, { username: "alice" }));
  made = await aServer(alice);
  bob = stack.use(await aMember(server, made, { username: "bob" }));
  [aliceAt, bobAt] = [await open(alice, 500), await open(bob, 800)];
});
afterAll(() => stack.disposeAsync());

const stateOfBob = async () => {
  const states = await alice.client.api.voice.states.query({ serverId: made.serverId });
  return states.find(({ userId }) => userId === bob.id);
};

describe("pictures in a call", () => {
  it("a camera is seen by the other, marked for everyone, and gone when it is switched off", async () => {
    const camera = callBar(bobAt.page).getByRole("button", { name: "Camera" });
    await camera.click();
    await expect.poll(() => picturesOf(aliceAt.page, "bob")).toBeGreaterThan(5);
    expect(await stateOfBob()).toMatchObject({ camera: true, screen: false });
    await camera.click();
    await expect.poll(() => tile(aliceAt.page, "bob").locator("video").count()).toBe(0);
    await expect.poll(stateOfBob).toMatchObject({ camera: false });
  });

  it("a screen has a tile of its own, that can be enlarged, and goes when the sharing stops", async () => {
    const share = callBar(bobAt.page).getByRole("button", { name: "Share screen" });
    await share.click();
    await expect.poll(() => picturesOf(aliceAt.page, "bob’s screen")).toBeGreaterThan(2);
    await tile(aliceAt.page, /bob’s screen/)
      .getByRole("button", { name: "bob’s screen" })
      .click();
    const enlarged = aliceAt.page.getByRole("list", { name: "Enlarged" }).getByRole("listitem");
    await expect.poll(() => enlarged.innerText()).toMatch(/bob’s screen/);
    await enlarged.getByRole("button", { name: "bob’s screen" }).click();
    await tile(aliceAt.page, /bob’s screen/).waitFor();
    await share.click();
    await expect.poll(() => tile(aliceAt.page, /bob’s screen/).count()).toBe(0);
  });

  it("VO8 whoever loses STREAM is seen no more, and can’t be tempted to try", async () => {
    const camera = callBar(bobAt.page).getByRole("button", { name: /^Camera/ });
    await camera.click();
    await expect.poll(() => picturesOf(aliceAt.page, "bob")).toBeGreaterThan(5);
    await alice.client.api.channels.setOverride.mutate({
      channelId: made.voiceChannelId,
      target: { type: "member", id: bob.id },
      allow: "0",
      deny: formatPermissions(permissionBits("STREAM")),
    });
    await expect.poll(() => tile(aliceAt.page, "bob").locator("video").count()).toBe(0);
    await expect.poll(() => camera.isDisabled()).toBe(true);
    for (const { complaints } of [aliceAt, bobAt]) expect(complaints).toEqual([]);
  });
});
