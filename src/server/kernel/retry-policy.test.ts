import { expect, test } from "vitest";
import { createRetryPolicy } from "./retry-policy.ts";

const delays = (random: () => number): number[] => {
  const policy = createRetryPolicy({ firstMs: 100, longestMs: 1_000, random });
  return [1, 2, 3, 4, 5, 60].map((attempt) => policy.nextDelayMs(attempt));
};

test("waits double up to the longest", () => {
  expect(delays(() => 1)).toEqual([100, 200, 400, 800, 1_000, 1_000]);
});

test("no wait is shorter than half of it, so that none is nothing", () => {
  expect(delays(() => 0)).toEqual([50, 100, 200, 400, 500, 500]);
});
