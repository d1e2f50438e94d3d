/**
 * From the click on a channel to the first sound of somebody who hums in it, in real Chromium: the first sample above
 * silence that the web app hands to its loudspeaker. All that a person waits for is in it: loading voice, opening the
 * microphone, the round trips, ICE and DTLS, the jitter buffer.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { Page } from "playwright-core";
import { z } from "zod";
import { pathOf, signIn } from "#tests/support/app.ts";
import { aMember, aServer, aUser } from "#tests/support/builders.ts";
import postgres from "#tests/support/postgres.global.ts";
import { startServerProcess } from "#tests/support/server-process.ts";
import { aHummerAt, type Hummer, launchHumming } from "#tests/support/tone.ts";
import { voiceVariables } from "#tests/support/voice-config.ts";
import type { BenchLine, BenchOptions } from "../bench-line.ts";
import { percentile } from "#tests/support/statistics.ts";

/** Of each kind. */
const joins = 20;
const quickJoins = 2;
const goalMs = 600;
/** For which a hand is over what it is about to click, at the least; the time counts from the click. */
const aimMs = 150;

/**
 * Looks at what goes to the loudspeaker every 5 ms, and keeps what happened when since the last click. Chromium gives the
 * look 21 ms of sound at once, so that nothing is missed between two.
 */
const stopwatch = `(() => {
  const marks = [];
  const mark = (what) => { if (!marks.some((one) => one.what === what)) marks.push({ what, atMs: performance.now() }); };
  document.addEventListener("click", (event) => {
    if (!event.target.closest("a")) return;
    marks.length = 0;
    mark("click");
  }, { capture: true });
  const connect = AudioNode.prototype.connect;
  const watched = new WeakSet();
  AudioNode.prototype.connect = function (target, ...rest) {
    if (target instanceof AudioDestinationNode && !watched.has(this)) {
      watched.add(this);
      const analyser = new AnalyserNode(this.context, { fftSize: 1024 });
      connect.call(this, analyser);
      const samples = new Float32Array(1024);
      setInterval(() => {
        analyser.getFloatTimeDomainData(samples);
        if (samples.some((sample) => Math.abs(sample) > 0.001)) mark("first sound");
      }, 5);
    }
    return connect.call(this, target, ...rest);
  };
  const Native = RTCPeerConnection;
  let opened = 0;
  window.RTCPeerConnection = class extends Native {
    constructor(...options) {
      super(...options);
      mark("connections made");
      this.addEventListener("track", () => mark("track received"));
      this.addEventListener("iceconnectionstatechange", () => {
        if (this.iceConnectionState === "connected" && this.getReceivers().length > 0) mark("ICE connected");
      });
      this.addEventListener("connectionstatechange", () => {
        if (this.connectionState === "connected" && this.getReceivers().length > 0) mark("DTLS connected");
      });
    }
  };
  const { mediaDevices } = navigator;
  const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (...wish) => {
    mark("microphone asked for");
    const stream = await getUserMedia(...wish);
    mark("microphone open");
    return stream;
  };
  window.__untilSound = async () => {
    while (!marks.some(({ what }) => what === "first sound")) await new Promise((next) => setTimeout(next, 20));
    const joins = performance.getEntriesByType("resource").filter(({ name, startTime }) =>
      name.includes("/voice.join") && startTime >= marks[0].atMs);
    return [...marks, ...joins.flatMap(({ startTime, responseEnd }) =>
      [{ what: "join asked", atMs: startTime }, { what: "join answered", atMs: responseEnd }])];
  };
})()`;

const Marks = z.array(z.object({ what: z.string(), atMs: z.number() }));

/** What happened so many ms after the click. */
type Profile = ReadonlyMap<string, number>;

const readProfile = async (page: Page): Promise<Profile> => {
  const marks = Marks.parse(await page.evaluate("window.__untilSound()"));
  const clickedAtMs = marks.find(({ what }) => what === "click")?.atMs ?? Number.NaN;
  return new Map(marks.map(({ what, atMs }) => [what, atMs - clickedAtMs]));
};

const panel = (page: Page) => page.getByRole("region", { name: "Voice", exact: true });

const channel = (page: Page) =>
  page.getByRole("navigation", { name: "Channels" }).getByRole("link", { name: /^Voice \(voice channel/ });

const leave = async (page: Page): Promise<void> => {
  await panel(page).getByRole("button", { name: "Leave voice" }).click();
  await panel(page).waitFor({ state: "hidden" });
};

const measureJoin = async ({ page }: Hummer): Promise<Profile> => {
  await channel(page).hover();
  await wait(aimMs);
  await channel(page).click();
  const profile = await readProfile(page);
  await leave(page);
  return profile;
};

/** As somebody who has just opened the app: what it fetches for voice comes from the browser's cache at best. */
const openAnew = async ({ page }: Hummer, path: string): Promise<void> => {
  await page.goto(path);
  await channel(page).waitFor();
};

const startPeople = async (stack: AsyncDisposableStack) => {
  stack.defer(await postgres());
  const server = stack.use(await startServerProcess(await voiceVariables(1)));
  const alice = stack.use(await aUser(server, { username: "alice" }));
  const made = await aServer(alice);
  stack.use(await aMember(server, made, { username: "bob" }));
  const path = pathOf(made);
  const open = async (username: string, hz: number): Promise<Hummer> => {
    const { browser } = stack.use(await launchHumming(hz));
    const person = await aHummerAt(browser, server.url + path, hz);
    await person.context.addInitScript(stopwatch);
    await signIn(person.page, username);
    await channel(person.page).waitFor();
    return person;
  };
  return { path, hummer: await open("alice", 500), joiner: await open("bob", 800) };
};

const describeProfile = (profiles: readonly Profile[]): string => {
  const names = new Set(profiles.flatMap((profile) => [...profile.keys()]));
  return [...names]
    .map((name) => {
      const times = profiles.map((profile) => profile.get(name)).filter((time) => time !== undefined);
      return [name, Math.round(percentile(times, 0.5))] as const;
    })
    .toSorted(([, a], [, b]) => a - b)
    .map(([name, ms]) => `${name} ${ms}`)
    .join(", ");
};

export const benchFirstAudio = async ({ isQuick }: BenchOptions): Promise<BenchLine[]> => {
  await using stack = new AsyncDisposableStack();
  const { path, hummer, joiner } = await startPeople(stack);
  await channel(hummer.page).click();
  await panel(hummer.page).getByRole("button", { name: "Leave voice" }).waitFor();
  const first: Profile[] = [];
  const again: Profile[] = [];
  for (let count = isQuick ? quickJoins : joins; count > 0; count -= 1) {
    await openAnew(joiner, path);
    first.push(await measureJoin(joiner));
    again.push(await measureJoin(joiner));
  }
  console.log(`  first join of a page, median ms after the click: ${describeProfile(first)}`);
  console.log(`  each further join: ${describeProfile(again)}`);
  const lineOf = (profiles: readonly Profile[], kind: string, share: number): BenchLine => ({
    what: `from the click to the first sound, ${kind}, p${share * 100}`,
    unit: "ms",
    ours: percentile(
      profiles.map((profile) => profile.get("first sound") ?? Number.POSITIVE_INFINITY),
      share,
    ),
    baseline: undefined,
    goal: share === 0.95 ? { of: "ours", atMost: goalMs } : undefined,
  });
  return [first, again].flatMap((profiles) =>
    [0.5, 0.95].map((share) =>
      lineOf(profiles, profiles === first ? "the first of a page" : "a further one", share),
    ),
  );
};
