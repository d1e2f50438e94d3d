import fc from "fast-check";
import { expect, test } from "vitest";

import { fitTiles, tileGapPx } from "./fit-tiles.ts";

const desktop = { widthPx: 852, heightPx: 748 };
const phone = { widthPx: 366, heightPx: 640 };

test.each([
  [1, desktop, 1],
  [2, desktop, 1],
  [3, desktop, 2],
  [9, desktop, 3],
  [1, phone, 1],
  [9, phone, 2],
])("%i tiles in %o stand in %i columns", (count, place, columns) => {
  expect(fitTiles(count, place).columns).toBe(columns);
});

test("whatever the place, no row is wider than it", () => {
  const place = fc.record({
    widthPx: fc.integer({ min: 152, max: 4_000 }),
    heightPx: fc.integer({ min: 40, max: 3_000 }),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), place, (count, { widthPx, heightPx }) => {
      const fit = fitTiles(count, { widthPx, heightPx });
      const rowPx = fit.columns * fit.widthPx + (fit.columns - 1) * tileGapPx;
      expect(fit.columns).toBeGreaterThanOrEqual(1);
      expect(rowPx).toBeLessThanOrEqual(widthPx);
      expect(fit.widthPx).toBeGreaterThanOrEqual(152);
    }),
  );
});
