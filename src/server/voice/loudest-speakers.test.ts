import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UserId } from "#shared/ids.ts";
import { LoudestSpeakers } from "./loudest-speakers.ts";

const idOf = (number: number): UserId =>
  UserId.parse(`01890a5d-ac96-774b-bcce-${String(number).padStart(12, "0")}`);

const aRoom = (count: number, max = 8) => {
  const loudest = new LoudestSpeakers(max);
  for (let number = 0; number < count; number++) loudest.add(idOf(number), false);
  loudest.choose(0);
  const forwarded = (): number[] =>
    Array.from({ length: count }, (_, number) => number).filter((number) =>
      loudest.isForwarded(idOf(number)),
    );
  /** Levels by number, told every 100 ms as the SFU does. */
  const hear = (levels: Record<number, number>, range: { fromMs: number; toMs: number }): void => {
    for (let nowMs = range.fromMs; nowMs <= range.toMs; nowMs += 100) {
      loudest.hear(
        Object.entries(levels).map(([number, levelDbov]) => ({ userId: idOf(Number(number)), levelDbov })),
        nowMs,
      );
      loudest.choose(nowMs);
    }
  };
  return { loudest, forwarded, hear };
};

const levelsOf = (numbers: readonly number[], levelDbov: number): Record<number, number> =>
  Object.fromEntries(numbers.map((number) => [number, levelDbov]));
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

describe("VO5", () => {
  test("up to eight unmuted members are all forwarded, heard or not", () => {
    expect(aRoom(8).forwarded()).toEqual(range(0, 8));
  });

  test("among more, the eight loudest are", () => {
    const { forwarded, hear } = aRoom(50);
    hear({ ...levelsOf(range(0, 50), -60), ...levelsOf(range(20, 28), -20) }, { fromMs: 0, toMs: 300 });
    expect(forwarded()).toEqual(range(20, 28));
  });

  test("others as loud take over within half a second after they begin and the first fall silent", () => {
    const { forwarded, hear } = aRoom(50);
    hear(levelsOf(range(0, 8), -20), { fromMs: 0, toMs: 1_000 });
    hear(levelsOf(range(30, 38), -20), { fromMs: 1_100, toMs: 1_400 });
    expect(forwarded()).toEqual(range(30, 38));
  });

  test("two of the same loudness do not take turns", () => {
    const { forwarded, hear } = aRoom(9);
    hear(levelsOf(range(0, 8), -30), { fromMs: 0, toMs: 500 });
    const before = forwarded();
    for (let fromMs = 600; fromMs < 3_000; fromMs += 200) {
      hear(levelsOf(range(0, 9), -30 - (fromMs % 400 === 0 ? 3 : 0)), { fromMs, toMs: fromMs + 100 });
      expect(forwarded()).toEqual(before);
    }
  });

  test("a pause of a second does not cost the place while nobody as loud wants it", () => {
    const { forwarded, hear } = aRoom(9);
    hear({ ...levelsOf(range(0, 8), -20), 8: -70 }, { fromMs: 0, toMs: 1_000 });
    hear({ 8: -70 }, { fromMs: 1_100, toMs: 1_900 });
    expect(forwarded()).toEqual(range(0, 8));
  });

  test("after all have fallen silent the places stay as they were", () => {
    const { forwarded, hear } = aRoom(20);
    hear(levelsOf(range(5, 13), -20), { fromMs: 0, toMs: 300 });
    hear({}, { fromMs: 400, toMs: 5_000 });
    expect(forwarded()).toEqual(range(5, 13));
  });

  test("priority speakers are always forwarded, and count among the eight", () => {
    const { loudest, forwarded, hear } = aRoom(20);
    loudest.add(idOf(19), true);
    hear(levelsOf(range(0, 10), -20), { fromMs: 0, toMs: 300 });
    expect(forwarded()).toHaveLength(8);
    expect(forwarded()).toContain(19);
  });

  test("whoever leaves makes place", () => {
    const { loudest, forwarded, hear } = aRoom(9);
    hear(levelsOf(range(0, 8), -20), { fromMs: 0, toMs: 300 });
    loudest.delete(idOf(0));
    expect(loudest.choose(400).toSorted()).toEqual([idOf(0), idOf(8)]);
    expect(forwarded()).toEqual(range(1, 9));
  });

  test("whatever is heard, eight are forwarded and nobody louder for half a second is left out", () => {
    const scene = fc.record({
      count: fc.integer({ min: 9, max: 30 }),
      noise: fc.array(fc.record({ number: fc.nat(29), levelDbov: fc.integer({ min: -90, max: -45 }) }), {
        maxLength: 60,
      }),
      loud: fc.nat(29),
    });
    fc.assert(
      fc.property(scene, ({ count, noise, loud }) => {
        const { forwarded, hear } = aRoom(count);
        for (const [index, { number, levelDbov }] of noise.entries())
          hear({ [number % count]: levelDbov }, { fromMs: index * 100, toMs: index * 100 });
        const fromMs = noise.length * 100;
        hear({ [loud % count]: -20 }, { fromMs, toMs: fromMs + 400 });
        expect(forwarded()).toHaveLength(8);
        expect(forwarded()).toContain(loud % count);
      }),
    );
  });
});
