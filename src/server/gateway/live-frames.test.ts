import { expect, test } from "vitest";
import { UserId } from "#shared/ids.ts";
import { readTextFrame } from "#tests/support/fake-link.ts";
import { buildTextFrame, type EventEntry, LiveFrames } from "./live-frames.ts";

const userId = UserId.parse("01890a5d-ac96-774b-bcce-b302099a8057");

const anEntry = (sequence: number): EventEntry => ({
  kind: "event",
  sequence,
  json: '{"t":"RESUMED","d":{}}',
  audience: { kind: "user", userId },
  event: { t: "RESUMED", d: {} },
});

const countingFrames = () => {
  const built: string[] = [];
  const build = (text: string) => {
    built.push(text);
    return buildTextFrame(text);
  };
  return { built, frames: new LiveFrames({ epoch: "e", build }) };
};

test("GW10 requests whose answers begin alike share one frame, and each other one has its own", () => {
  const { built, frames } = countingFrames();
  const entry = anEntry(7);
  const first = frames.frameOf(entry, '{"id":1');
  expect(frames.frameOf(entry, '{"id":1')).toBe(first);
  const other = frames.frameOf(entry, '{"id":"two","jsonrpc":"2.0"');
  expect(frames.frameOf(entry, '{"id":1')).toBe(first);
  expect(built).toHaveLength(2);
  const result = { type: "data", data: { id: "e-7", data: { t: "RESUMED", d: {} } }, id: "e-7" };
  expect(JSON.parse(readTextFrame(first))).toEqual({ id: 1, result });
  expect(JSON.parse(readTextFrame(other))).toEqual({ id: "two", jsonrpc: "2.0", result });
});

test("GW10 the next event has frames of its own", () => {
  const { built, frames } = countingFrames();
  for (const sequence of [1, 2]) frames.frameOf(anEntry(sequence), '{"id":1');
  expect(built.map((text) => /e-\d/.exec(text)?.[0])).toEqual(["e-1", "e-2"]);
});

test("GW11 however many ids the clients make up, few frames of an event are kept, and the common one soon again", () => {
  const { built, frames } = countingFrames();
  const entry = anEntry(1);
  for (let id = 1; id <= 1_000; id++) frames.frameOf(entry, `{"id":${id}`);
  for (let count = 0; count < 1_000; count++) frames.frameOf(entry, '{"id":1');
  expect(built).toHaveLength(1_001);
});

test.each([0, 125, 126, 65_535, 65_536, 200_000])("a frame of %i bytes holds its text", (length) => {
  const text = "x".repeat(length);
  expect(readTextFrame(buildTextFrame(text))).toBe(text);
});

test("a frame counts bytes and not letters", () => {
  const text = "ü€😀".repeat(20);
  expect(readTextFrame(buildTextFrame(text))).toBe(text);
});
