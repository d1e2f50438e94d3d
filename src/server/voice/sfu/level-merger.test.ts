import { expect, test } from "vitest";
import { ProducerId } from "#shared/ids.ts";
import { LevelMerger } from "./level-merger.ts";
import type { SpeakerLevel } from "./sfu.ts";

const level = (digit: number, levelDbov: number): SpeakerLevel => ({
  producerId: ProducerId.parse(`00000000-0000-4000-8000-00000000000${digit}`),
  levelDbov,
});
const [ada, ben] = [level(1, -20), level(2, -40)];

const aMerger = () => {
  const told: (readonly SpeakerLevel[])[] = [];
  return { told, merger: new LevelMerger<string>((levels) => told.push(levels)) };
};

test("passes on at once what the only router says, and its silence once", () => {
  const { told, merger } = aMerger();
  merger.report("first", []);
  merger.report("first", [ada]);
  merger.report("first", [ada, ben]);
  merger.report("first", []);
  merger.report("first", []);
  expect(told).toEqual([[ada], [ada, ben], []]);
});

test("makes one report of several routers", () => {
  const { told, merger } = aMerger();
  merger.report("first", [ada]);
  merger.report("second", [ben]);
  expect(told).toEqual([[ada]]);
  merger.report("first", [ada]);
  expect(told).toEqual([[ada], [ben, ada]]);
  merger.report("second", [ben]);
  merger.report("first", []);
  expect(told.at(-1)).toEqual([ben]);
});

test("does not wait for a router that says nothing more", () => {
  const { told, merger } = aMerger();
  merger.report("second", [ben]);
  merger.report("first", [ada]);
  merger.report("first", [ada]);
  merger.report("first", [ada]);
  expect(told.slice(1)).toEqual([[ada], [ada]]);
});
