/**
 * VO14 and VO15 on the device's side: the built voice engine under the web app's policy, in real Chromium whose microphone
 * plays a tone of 1,000 Hz at -20 dBFS.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser, Page } from "playwright-core";
import { aPersonAt, launchChromium, type Person } from "#tests/support/browser.ts";
import { createRumbleFile, createToneFile, type SoundFile } from "#tests/support/sound-files.ts";
import { startVoicePageServer, type VoicePageServer } from "#tests/support/voice-page-server.ts";

const toneHz = 1_000;
const toneDbfs = -20;
/** A sine's peak is that much above its effective level. */
const peakOverLevel = 3.01;
const silenceDbfs = -200;

interface Heard {
  peakDbfs: number;
  loudestHz: number;
}

let tone: SoundFile;
let browser: Browser;
let server: VoicePageServer;

const withoutClick = ["--autoplay-policy=no-user-gesture-required"];

const launchHearing = ({ path }: SoundFile, flags = withoutClick): Promise<Browser> =>
  launchChromium([
    "--use-fake-device-for-media-stream",
    `--use-file-for-fake-audio-capture=${path}`,
    ...flags,
  ]);

beforeAll(async () => {
  tone = await createToneFile({ frequencyHz: toneHz, dbfs: toneDbfs });
  [browser, server] = await Promise.all([launchHearing(tone), startVoicePageServer()]);
});
afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
  await tone[Symbol.asyncDispose]();
});

const untouched = { hasEchoCancellation: false, hasAutoGain: false, hasNoiseSuppression: false };

const set = (page: Page, changes: Record<string, unknown>): Promise<unknown> =>
  page.evaluate(`voice.set(${JSON.stringify(changes)})`);
const hearMicrophone = (page: Page): Promise<Heard | null> => page.evaluate("voice.hearMicrophone()");
const hearLoudspeaker = (page: Page): Promise<Heard | null> => page.evaluate("voice.hearLoudspeaker()");
const microphoneOf = (page: Page): Promise<Record<string, unknown>> =>
  page.evaluate("voice.engine.microphone.get()");

/** Someone who lets the page have the microphone. */
const aSpeaker = async (settings: Record<string, unknown> = {}, at = browser): Promise<Person> => {
  const person = await aPersonAt(at, server.url);
  await person.context.grantPermissions(["microphone", "camera"], { origin: server.url });
  await set(person.page, { ...untouched, ...settings });
  return person;
};

const isTone = (heard: Heard | null): boolean =>
  heard !== null &&
  Math.abs(heard.loudestHz - toneHz) < 10 &&
  Math.abs(heard.peakDbfs - toneDbfs - peakOverLevel) < 1;

const expectTone = (page: Page) => expect.poll(async () => isTone(await hearMicrophone(page))).toBe(true);
const expectSilence = (page: Page) =>
  expect.poll(async () => (await hearMicrophone(page))?.peakDbfs).toBe(silenceDbfs);

describe("VO14: the microphone", () => {
  it("sends what is above the threshold as it is, and silence below", async () => {
    await using person = await aSpeaker();
    const { page } = person;
    await page.evaluate("voice.join()");
    await expectTone(page);
    await expect.poll(() => page.evaluate<number>("voice.engine.level.get().dbfs")).toBeCloseTo(toneDbfs, 0);
    expect(await page.evaluate("voice.engine.level.get().isOpen")).toBe(true);
    await set(page, { thresholdDbfs: -10 });
    await expectSilence(page);
    expect(await page.evaluate("voice.engine.level.get().isOpen")).toBe(false);
    await set(page, { thresholdDbfs: -30 });
    await expectTone(page);
    expect(person.complaints).toEqual([]);
  });

  it("sends while the key is held, and not while somebody writes with it", async () => {
    await using person = await aSpeaker({
      inputMode: "push-to-talk",
      talkKey: { kind: "keyboard", code: "KeyV" },
      releaseDelayMs: 0,
    });
    const { page } = person;
    await page.evaluate("voice.join()");
    await expectSilence(page);
    await page.keyboard.down("v");
    await expectTone(page);
    await page.keyboard.up("v");
    await expectSilence(page);
    await page.getByLabel("Text").focus();
    await page.keyboard.down("v");
    expect(await page.getByLabel("Text").inputValue()).toBe("v");
    await expectSilence(page);
  });

  it("follows its volume", async () => {
    await using person = await aSpeaker();
    const { page } = person;
    await page.evaluate("voice.join()");
    await expectTone(page);
    await set(page, { microphoneVolume: 0.5 });
    await expect
      .poll(async () => (await hearMicrophone(page))?.peakDbfs)
      .toBeCloseTo(toneDbfs + peakOverLevel - 6.02, 0);
  });

  it("is cleaned of a fan's rumble by RNNoise, under the page's policy", async () => {
    await using noise = await createRumbleFile({ dbfs: toneDbfs });
    const noisy = await launchHearing(noise);
    await using person = await aSpeaker({ thresholdDbfs: -100 }, noisy);
    const { page } = person;
    const readLevel = () => page.evaluate<number>("voice.engine.level.get().dbfs");
    await page.evaluate("voice.join()");
    await expect.poll(readLevel).toBeGreaterThan(toneDbfs - 5);
    await set(page, { hasNoiseSuppression: true });
    await expect.poll(() => microphoneOf(page)).toMatchObject({ kind: "on", isNoiseSuppressed: true });
    await expect.poll(readLevel).toBeLessThan(toneDbfs - 20);
    await set(page, { hasNoiseSuppression: false });
    await expect.poll(readLevel).toBeGreaterThan(toneDbfs - 5);
    expect(await microphoneOf(page)).toMatchObject({ isNoiseSuppressed: false });
    expect(person.complaints).toEqual([]);
    await noisy.close();
  });

  it("goes on without RNNoise where that cannot be fetched, and says so", async () => {
    await using person = await aSpeaker({ hasNoiseSuppression: true });
    const { page } = person;
    await page.route("**/*.wasm", (route) => route.abort());
    await page.evaluate("voice.join()");
    await expectTone(page);
    expect(await microphoneOf(page)).toMatchObject({ kind: "on", isNoiseSuppressed: false });
  });

  it("fetches nothing for it before it is needed", async () => {
    await using person = await aSpeaker({ hasNoiseSuppression: true });
    const { page } = person;
    const findFetched = () =>
      page.evaluate<string[]>(
        `performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => /wasm|-graph/.test(name))`,
      );
    await page.waitForLoadState("networkidle");
    expect(await findFetched()).toEqual([]);
    await page.evaluate("voice.join()");
    await expect.poll(findFetched).toHaveLength(2);
  });

  it("is closed when the call ends, and opened by the next", async () => {
    await using person = await aSpeaker();
    const { page } = person;
    await page.evaluate("voice.join()");
    await expectTone(page);
    await page.evaluate("voice.engine.leave()");
    expect(await microphoneOf(page)).toEqual({ kind: "off" });
    expect(await page.evaluate("voice.getTrackState()")).toBe("ended");
    await page.evaluate("voice.join()");
    await expectTone(page);
  });

  it("can be heard by oneself in a test outside a call", async () => {
    await using person = await aSpeaker();
    const { page } = person;
    await page.evaluate(
      "voice.engine.testMicrophone({ canHear: true }).then((stop) => { voice.stop = stop; })",
    );
    await expect.poll(async () => (await hearLoudspeaker(page))?.loudestHz).toBeCloseTo(toneHz, -1);
    await page.evaluate("voice.stop()");
    expect(await microphoneOf(page)).toEqual({ kind: "off" });
    expect(await page.evaluate("voice.getTrackState()")).toBe("ended");
  });
});

describe("VO15: no microphone", () => {
  it("is told, and one stays and listens", async () => {
    await using person = await aPersonAt(browser, server.url);
    const { page } = person;
    await page.evaluate("voice.join()");
    await expect.poll(() => microphoneOf(page)).toEqual({ kind: "failed", problem: "denied" });
    expect(await page.evaluate("voice.engine.call.state.get().kind")).toBe("connected");
    await page.evaluate("voice.letBobHum(600)");
    await expect.poll(async () => (await hearLoudspeaker(page))?.loudestHz).toBeCloseTo(600, -1);
  });

  it("is there after a retry, once the person allows it", async () => {
    await using person = await aPersonAt(browser, server.url);
    const { page, context } = person;
    await set(page, untouched);
    await page.evaluate("voice.join()");
    await expect.poll(() => microphoneOf(page)).toEqual({ kind: "failed", problem: "denied" });
    await context.grantPermissions(["microphone"], { origin: server.url });
    await page.evaluate("voice.engine.retryMicrophone()");
    await expectTone(page);
  });
});

describe("VO14: the others", () => {
  const humDbfs = -20;

  it("are as loud as they were set, over a new visit too, and silent when deafened", async () => {
    await using person = await aSpeaker({ hasSounds: false });
    const { page } = person;
    const expectPeak = (dbfs: number) =>
      expect.poll(async () => (await hearLoudspeaker(page))?.peakDbfs).toBeCloseTo(dbfs, 0);
    await page.evaluate("voice.join()");
    await page.evaluate("voice.letBobHum(600)");
    await expectPeak(humDbfs);
    await page.evaluate("voice.setBobsVolume(2)");
    await expectPeak(humDbfs + 6.02);
    await set(page, { loudspeakerVolume: 0.5 });
    await expectPeak(humDbfs);
    await page.evaluate("voice.engine.toggleDeaf()");
    await expect.poll(async () => (await hearLoudspeaker(page))?.peakDbfs).toBeLessThan(-100);
    await page.evaluate("voice.engine.toggleDeaf()");
    await expectPeak(humDbfs);
    await page.reload();
    await page.evaluate("voice.join()");
    await page.evaluate("voice.letBobHum(600)");
    await expectPeak(humDbfs);
  });
});

describe("a page that nobody has clicked on yet", () => {
  it("says that it is silent, and sends and plays from the first click on", async () => {
    const strict = await launchHearing(tone, []);
    await using person = await aSpeaker({}, strict);
    const { page, context } = person;
    // From within: what a test does from outside counts as a click.
    await context.addInitScript("addEventListener('load', () => setTimeout(() => voice.join()))");
    await page.reload();
    await expect.poll(() => page.evaluate("voice.engine.isSoundBlocked.get()")).toBe(true);
    await page.getByRole("button", { name: "Click" }).click();
    await expect.poll(() => page.evaluate("voice.engine.isSoundBlocked.get()")).toBe(false);
    await expectTone(page);
    await strict.close();
  });
});

describe("VO14: one's own sounds", () => {
  it("are heard on the loudspeaker", async () => {
    await using person = await aSpeaker();
    await person.page.evaluate("Promise.all([voice.engine.testLoudspeaker(), voice.catchSound()])");
    expect(person.complaints).toEqual([]);
  });
});

describe("a camera and a screen", () => {
  const ownOf = (page: Page, source: "camera" | "screen") =>
    page.evaluate<string | undefined>(`voice.engine.call.own.get().${source}?.readyState`);
  const problemOf = (page: Page, action: string) =>
    page.evaluate<string>(`voice.engine.${action}().then(() => "none", (error) => error.problem)`);

  it("are shown until they are stopped, or the call ends", async () => {
    await using person = await aSpeaker();
    const { page } = person;
    await page.evaluate("voice.join()");
    for (const end of ["voice.engine.stopVideo('camera')", "voice.engine.leave()"]) {
      await page.evaluate("voice.engine.startCamera()");
      await page.evaluate("voice.camera = voice.engine.call.own.get().camera");
      expect(await page.evaluate("voice.camera.readyState")).toBe("live");
      await page.evaluate(end);
      expect(await ownOf(page, "camera")).toBeUndefined();
      expect(await page.evaluate("voice.camera.readyState")).toBe("ended");
    }
  });

  it("are refused with the problem where the person, or the machine, says no", async () => {
    await using person = await aPersonAt(browser, server.url);
    const { page } = person;
    expect(await problemOf(page, "startCamera")).toBe("denied");
    await page.evaluate(`navigator.mediaDevices.getDisplayMedia = async () => {
      throw new DOMException("in use", "NotReadableError");
    }`);
    expect(await problemOf(page, "startScreen")).toBe("in-use");
  });

  it("a choice of a screen that is closed is no problem, and one that ends by the browser's button is stopped", async () => {
    await using person = await aSpeaker();
    const { page } = person;
    await page.evaluate(`navigator.mediaDevices.getDisplayMedia = async () => {
      throw new DOMException("Permission denied", "NotAllowedError");
    }`);
    expect(await problemOf(page, "startScreen")).toBe("none");
    expect(await ownOf(page, "screen")).toBeUndefined();
    await page.evaluate(`navigator.mediaDevices.getDisplayMedia = async () => {
      const canvas = document.createElement("canvas");
      canvas.getContext("2d");
      return canvas.captureStream();
    }`);
    await page.evaluate("voice.engine.startScreen()");
    expect(await ownOf(page, "screen")).toBe("live");
    await page.evaluate("voice.engine.call.own.get().screen.dispatchEvent(new Event('ended'))");
    expect(await ownOf(page, "screen")).toBeUndefined();
  });
});
