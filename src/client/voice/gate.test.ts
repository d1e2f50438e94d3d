import { expect, test } from "vitest";

import { Gate, type GateReport, type GateRule, toDbfs } from "./gate.ts";

const sampleRate = 48_000;
const blockSamples = 128;
const samplesPerMs = sampleRate / 1_000;

/** A tone of this level, as a sine's effective value. */
const createTone = (dbfs: number): ((at: number) => number) => {
  const amplitude = 10 ** (dbfs / 20) * Math.SQRT2;
  return (at) => amplitude * Math.sin((2 * Math.PI * 440 * at) / sampleRate);
};

const silence = (): number => 0;

/** A gate with its own time, fed with whole blocks. */
const createFed = (rule: GateRule) => {
  const gate = new Gate(sampleRate);
  gate.setRule(rule);
  let at = 0;
  const feed = (sound: (at: number) => number, ms: number) => {
    const reports: GateReport[] = [];
    let peak = 0;
    const endsAt = at + ms * samplesPerMs;
    let openMs = 0;
    for (; at < endsAt; at += blockSamples) {
      const start = at;
      const input = Float32Array.from({ length: blockSamples }, (_, index) => sound(start + index));
      const output = new Float32Array(blockSamples);
      const report = gate.process(input, output);
      if (report) reports.push(report);
      const loudest = Math.max(...output.map(Math.abs));
      peak = Math.max(peak, loudest);
      if (loudest > 0) openMs += blockSamples / samplesPerMs;
    }
    return { reports, peak, openMs, last: reports.at(-1) };
  };
  return { gate, feed };
};

const atThirty: GateRule = { kind: "level", thresholdDbfs: -30 };

test("VO14: what is above the threshold comes through unchanged in loudness", () => {
  const { feed } = createFed(atThirty);
  feed(createTone(-20), 200);
  expect(feed(createTone(-20), 100).peak).toBeCloseTo(10 ** (-20 / 20) * Math.SQRT2, 3);
});

test("VO14: what is below the threshold is silence, not merely quiet", () => {
  const { feed } = createFed(atThirty);
  const { peak, reports } = feed(createTone(-35), 1_000);
  expect(peak).toBe(0);
  expect(reports.some(({ isOpen }) => isOpen)).toBe(false);
});

test("VO14: it stays open for 300 ms after the last sound, and closes then", () => {
  const { feed } = createFed(atThirty);
  feed(createTone(-20), 500);
  const faint = createTone(-60);
  const { openMs, last } = feed(faint, 1_000);
  // The level needs a little to fall to the threshold.
  expect(openMs).toBeGreaterThan(300);
  expect(openMs).toBeLessThan(450);
  expect(last?.isOpen).toBe(false);
});

test("a pause between two words does not close it", () => {
  const { feed } = createFed(atThirty);
  feed(createTone(-20), 300);
  expect(feed(silence, 250).reports.every(({ isOpen }) => isOpen)).toBe(true);
});

test("the beginning of the word that opens it is not cut", () => {
  const { feed } = createFed(atThirty);
  feed(silence, 200);
  const { openMs } = feed(createTone(-20), 300);
  // The look-ahead holds the sound back for 20 ms, and no more than a few of its first are lost.
  expect(openMs).toBeGreaterThan(300 - 20 - 5);
});

test("it opens and closes without a step that would click", () => {
  const closed: GateRule = { kind: "key", isHeld: false, releaseDelayMs: 0 };
  const { gate, feed } = createFed(closed);
  const constant = (): number => 0.5;
  feed(constant, 100);
  const heard: number[] = [];
  const output = new Float32Array(blockSamples);
  for (const rule of [closed, atThirty, closed]) {
    gate.setRule(rule);
    for (let block = 0; block < 20; block += 1) {
      gate.process(new Float32Array(blockSamples).fill(0.5), output);
      heard.push(...output);
    }
  }
  const steps = heard.map((sample, index) => Math.abs(sample - (heard[index - 1] ?? 0)));
  expect(heard[0]).toBe(0);
  expect(Math.max(...heard)).toBeCloseTo(0.5, 5);
  expect(heard.at(-1)).toBe(0);
  expect(Math.max(...steps)).toBeLessThan(0.5 / (7 * samplesPerMs));
});

test("the level is told about 20 times a second, and rests on the tone's", () => {
  const { feed } = createFed(atThirty);
  feed(createTone(-25), 500);
  const { reports, last } = feed(createTone(-25), 1_000);
  expect(reports.length).toBeGreaterThanOrEqual(18);
  expect(reports.length).toBeLessThanOrEqual(21);
  expect(last?.dbfs).toBeGreaterThan(-26);
  expect(last?.dbfs).toBeLessThan(-24);
});

test("an opening is told at once", () => {
  const { feed } = createFed(atThirty);
  feed(silence, 100);
  expect(feed(createTone(-10), 20).last?.isOpen).toBe(true);
});

test("VO14: a held key opens it whatever the level, and letting go closes it after the delay", () => {
  const { gate, feed } = createFed({ kind: "key", isHeld: false, releaseDelayMs: 200 });
  const faint = createTone(-50);
  expect(feed(createTone(-10), 300).peak).toBe(0);
  gate.setRule({ kind: "key", isHeld: true, releaseDelayMs: 200 });
  expect(feed(faint, 1_000).last?.isOpen).toBe(true);
  gate.setRule({ kind: "key", isHeld: false, releaseDelayMs: 200 });
  const { openMs, last } = feed(faint, 600);
  expect(openMs).toBeGreaterThan(195);
  expect(openMs).toBeLessThan(225);
  expect(last?.isOpen).toBe(false);
});

test("changing over to the key closes at once what the level had opened", () => {
  const { gate, feed } = createFed(atThirty);
  feed(createTone(-10), 300);
  gate.setRule({ kind: "key", isHeld: false, releaseDelayMs: 200 });
  expect(feed(createTone(-10), 50).last?.isOpen).toBe(false);
});

test("without an input it goes on, in silence", () => {
  const gate = new Gate(sampleRate);
  gate.setRule(atThirty);
  const output = new Float32Array(blockSamples).fill(1);
  expect(gate.process(undefined, output)).toEqual({ dbfs: -100, isOpen: false });
  expect(Math.max(...output)).toBe(0);
});

test.each([
  [0, -100],
  [1, 0],
  [4, 0],
  [1e-3, -30],
  [1e-12, -100],
])("a power of %d is %d dBFS", (power, dbfs) => {
  expect(toDbfs(power)).toBeCloseTo(dbfs, 6);
});
