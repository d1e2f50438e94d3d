import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { StatsEntry } from "./media.ts";
import { measureQuality, type QualitySample, readSample } from "./quality.ts";
import { VoiceWorld } from "./testing/voice-world.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const first: QualitySample = {
  roundTripMs: 30,
  protocol: "udp",
  jitterMs: 5,
  packetsIn: 0,
  lostIn: 0,
  packetsOut: 0,
  lostOut: 0,
};

const after = (changes: Partial<QualitySample>) =>
  measureQuality(first, { ...first, packetsIn: 1_000, packetsOut: 1_000, ...changes });

test.each<[string, Partial<QualitySample>, string]>([
  ["all is well", {}, "good"],
  ["200 ms there and back", { roundTripMs: 200 }, "good"],
  ["201 ms there and back", { roundTripMs: 201 }, "fair"],
  ["401 ms there and back", { roundTripMs: 401 }, "poor"],
  ["a little is lost on its way out", { lostOut: 30 }, "fair"],
  ["much is lost on its way out", { lostOut: 90 }, "poor"],
  ["a little is lost on its way in", { lostIn: 30 }, "fair"],
  ["much is lost on its way in", { lostIn: 100 }, "poor"],
  ["jitter that the buffer holds", { jitterMs: 41 }, "fair"],
  ["jitter beyond the buffer", { jitterMs: 101 }, "poor"],
])("%s", (_, changes, level) => {
  expect(after(changes).level).toBe(level);
});

test("loss is a share of what was sent, and of too few packets nothing is said", () => {
  expect(after({ lostIn: 250, packetsIn: 750 })).toMatchObject({ lostIn: 0.25, lostOut: 0 });
  expect(after({ packetsIn: 10, lostIn: 5, packetsOut: 3, lostOut: 3 })).toMatchObject({
    lostIn: null,
    lostOut: null,
  });
});

test("counters of streams that ended do not become a measurement", () => {
  const many = { ...first, packetsIn: 5_000, lostIn: 100 };
  expect(measureQuality(many, { ...first, packetsIn: 100 })).toMatchObject({ lostIn: null, level: "good" });
});

const pair: StatsEntry = {
  id: "P",
  type: "candidate-pair",
  localCandidateId: "L",
  currentRoundTripTime: 0.042,
};
const transport: StatsEntry = { id: "T", type: "transport", selectedCandidatePairId: "P" };
const unused: StatsEntry = { id: "Q", type: "candidate-pair", currentRoundTripTime: 9 };
const local = (changes: object): StatsEntry => ({ id: "L", type: "local-candidate", ...changes });

test("the pair in use says how long the way is, and over what", () => {
  const receive = [unused, pair, transport, local({ protocol: "udp" })];
  expect(readSample({ send: [], receive })).toMatchObject({ roundTripMs: 42, protocol: "udp" });
});

test("where the browser names no pair, the nominated one counts", () => {
  const nominated = { ...pair, state: "succeeded", nominated: true };
  const receive = [unused, nominated, local({ protocol: "tcp" })];
  expect(readSample({ send: [], receive })).toMatchObject({ roundTripMs: 42, protocol: "tcp" });
});

test("through a TURN server the way to it counts", () => {
  const receive = [pair, transport, local({ protocol: "udp", relayProtocol: "tls" })];
  expect(readSample({ send: [], receive }).protocol).toBe("tcp");
});

test("of sound the worst jitter and all the loss count, of pictures nothing", () => {
  const receive: StatsEntry[] = [
    { type: "inbound-rtp", kind: "audio", jitter: 0.01, packetsReceived: 10, packetsLost: 1 },
    { type: "inbound-rtp", kind: "audio", jitter: 0.03, packetsReceived: 20, packetsLost: 2 },
    { type: "inbound-rtp", kind: "video", jitter: 0.9, packetsReceived: 500, packetsLost: 400 },
  ];
  const send: StatsEntry[] = [
    { type: "outbound-rtp", kind: "audio", packetsSent: 50 },
    { type: "remote-inbound-rtp", kind: "audio", packetsLost: 4 },
  ];
  expect(readSample({ send, receive })).toMatchObject({
    jitterMs: 30,
    packetsIn: 30,
    lostIn: 3,
    packetsOut: 50,
    lostOut: 4,
  });
});

test("a call is measured every two seconds, and not after its end", async () => {
  using world = await VoiceWorld.createInCall();
  world.receive.stats = [pair, transport, local({ protocol: "udp" })];
  await vi.advanceTimersByTimeAsync(2_100);
  expect(world.voice.quality.get()).toMatchObject({ level: "good", roundTripMs: 42, protocol: "udp" });
  const before = world.voice.quality.get();
  await vi.advanceTimersByTimeAsync(4_000);
  expect(world.voice.quality.get()).toBe(before);
  await Promise.all([world.voice.leave(), vi.advanceTimersByTimeAsync(10)]);
  expect(world.voice.quality.get().level).toBe("unknown");
});
