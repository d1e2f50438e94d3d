import { expect, test } from "vitest";

import { getUsedPart, isNearlyFull } from "#client/features/admin/disk.ts";

const gigabyte = 1_000_000_000;

test.each([
  { freeGb: 30, totalGb: 40, isFull: false, part: 0.25 },
  { freeGb: 4, totalGb: 40, isFull: false, part: 0.9 },
  { freeGb: 3.9, totalGb: 40, isFull: true, part: 0.9025 },
  { freeGb: 0.9, totalGb: 5, isFull: true, part: 0.82 },
  { freeGb: 0, totalGb: 40, isFull: true, part: 1 },
  // Where the system does not tell.
  { freeGb: 0, totalGb: 0, isFull: false, part: 0 },
])("$freeGb of $totalGb GB free", ({ freeGb, totalGb, isFull, part }) => {
  const disk = { freeBytes: freeGb * gigabyte, totalBytes: totalGb * gigabyte };
  expect(isNearlyFull(disk)).toBe(isFull);
  expect(getUsedPart(disk)).toBeCloseTo(part);
});
