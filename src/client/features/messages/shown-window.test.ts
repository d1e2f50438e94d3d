import fc from "fast-check";
import { expect, test } from "vitest";

import { createWindow, moveWindow, settleWindow } from "#client/features/messages/shown-window.ts";

const rowsOf = (...keys: (string | number)[]) => ["top", ...keys].map((key) => ({ key: String(key) }));
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);
const keysOf = (rows: readonly { key: string }[]) => rows.map(({ key }) => key);

test("rows that come at the start shift the list, rows that come at the end do not", () => {
  const shown = createWindow(rowsOf(5, 6, 7));
  const older = moveWindow(shown, rowsOf(3, 4, 5, 6, 7), 1);
  expect(older.isShift).toBe(true);
  expect(older.rows).toBe(older.target);
  const newer = moveWindow(settleWindow(older), rowsOf(3, 4, 5, 6, 7, 8), 2);
  expect(newer.isShift).toBe(false);
  expect(newer.generation).toBe(0);
});

test("a change of both ends is two steps: the start, with the old end kept, then the end", () => {
  const target = rowsOf(1, 2, 3, 4);
  const first = moveWindow(createWindow(rowsOf(3, 4, 5, 6)), target, 1);
  expect(keysOf(first.rows)).toEqual(keysOf(rowsOf(1, 2, 3, 4, 5, 6)));
  expect(first.isShift).toBe(true);
  const second = settleWindow(first);
  expect(second.rows).toBe(target);
  expect(second.isShift).toBe(false);
  expect(settleWindow(second)).toBe(second);
});

test("rows of another place begin a new list; the first rows of all do not", () => {
  expect(moveWindow(createWindow(rowsOf(50, 51)), rowsOf(1, 2), 1).generation).toBe(1);
  expect(moveWindow(createWindow(rowsOf()), rowsOf(1, 2), 0).generation).toBe(0);
});

test("whatever part of the history follows another, the row in view keeps its distance from the start of the shift", () => {
  const slice = fc
    .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 40 }))
    .map(([from, length]) => rowsOf(...range(from, from + length)));
  fc.assert(
    fc.property(slice, slice, fc.nat(45), (from, to, seed) => {
      const shown = createWindow(from);
      const topIndex = 1 + (seed % (from.length - 1));
      const first = moveWindow(shown, to, topIndex);
      const anchor = from.slice(topIndex).find(({ key }) => to.some((row) => row.key === key));
      expect(settleWindow(first).rows).toBe(to);
      if (!anchor) return;
      const before = from.findIndex(({ key }) => key === anchor.key);
      const after = first.rows.findIndex(({ key }) => key === anchor.key);
      // The list moves what it knows by as many places as it grew or shrank, and only when told to.
      expect(after - before).toBe(first.isShift ? first.rows.length - from.length : 0);
    }),
  );
});
