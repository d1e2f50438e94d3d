/** People who hum: each has a Chromium of their own, whose microphone is one tone, and ears that know every tone. */
import type { Browser, Page } from "playwright-core";
import { aPersonAt, launchChromium, type Person } from "./browser.ts";
import { createToneFile } from "./sound-files.ts";

/** Speech that is close to the microphone. */
const dbfs = -12;

/** A tone is what every filter for speech takes away. */
const settings = JSON.stringify({
  hasNoiseSuppression: false,
  hasEchoCancellation: false,
  hasAutoGain: false,
  hasSounds: false,
});

/**
 * Ears at the wire: they analyse what each connection of the page receives, whatever the page does with it. `__hear(hz)`
 * answers how far each tone stands above the noise, in dB, on the connection where it is loudest.
 */
const ears = `(() => {
  const connections = new Set();
  const Native = RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor(...options) { super(...options); connections.add(this); }
  };
  let context;
  const analysers = new Map();
  const analyserOf = (track) => {
    if (analysers.has(track)) return analysers.get(track);
    context ??= new AudioContext({ sampleRate: 48000 });
    const analyser = new AnalyserNode(context, { fftSize: 4096, smoothingTimeConstant: 0, minDecibels: -140 });
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    analysers.set(track, analyser);
    return analyser;
  };
  window.__hear = (tones) => {
    const heard = tones.map(() => -100);
    for (const connection of connections) {
      if (connection.connectionState === "closed") continue;
      for (const { track } of connection.getReceivers()) {
        if (track?.kind !== "audio" || track.readyState !== "live") continue;
        const bins = new Float32Array(2048);
        analyserOf(track).getFloatFrequencyData(bins);
        tones.forEach((hz, index) => {
          const bin = Math.round(hz * 4096 / 48000);
          const level = Math.max(...bins.slice(bin - 2, bin + 3));
          const around = [...bins.slice(bin - 16, bin - 7), ...bins.slice(bin + 8, bin + 17)].sort((a, b) => a - b);
          // A click is loud everywhere, a tone in one place.
          if (level > -60) heard[index] = Math.max(heard[index], level - Math.max(around[9], -120));
        });
      }
    }
    return heard;
  };
})()`;

export interface Hummer extends Person {
  hz: number;
}

/** Far enough above the noise that it cannot be anything else. */
const clearlyDb = 25;

/** A browser whose microphone hums this tone. */
export const launchHumming = async (hz: number): Promise<{ browser: Browser } & AsyncDisposable> => {
  const tone = await createToneFile({ frequencyHz: hz, dbfs });
  const browser = await launchChromium([
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    `--use-file-for-fake-audio-capture=${tone.path}`,
    "--autoplay-policy=no-user-gesture-required",
  ]);
  return {
    browser,
    async [Symbol.asyncDispose]() {
      await browser.close();
      await tone[Symbol.asyncDispose]();
    },
  };
};

/** Someone who hums, at this address. */
export const aHummerAt = async (browser: Browser, url: string, hz: number): Promise<Hummer> => {
  const person = await aPersonAt(browser, url);
  await person.context.addInitScript(ears);
  await person.context.addInitScript(
    `localStorage.getItem("together.voice") ?? localStorage.setItem("together.voice", ${JSON.stringify(settings)})`,
  );
  await person.page.goto(url);
  return { ...person, hz };
};

/** Which of the tones come in at the page right now. */
export const tonesAt = async (page: Page, tones: readonly number[]): Promise<number[]> => {
  const levels: unknown = await page.evaluate(`window.__hear(${JSON.stringify(tones)})`);
  if (!Array.isArray(levels)) throw new Error("the page has no ears");
  return tones.filter((_, index) => Number(levels[index]) >= clearlyDb);
};
