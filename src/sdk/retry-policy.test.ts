import fc from "fast-check";
import { expect, test } from "vitest";
import { createRetryPolicy } from "./retry-policy.ts";

test("GW4 a wait is never 0, doubles up to its bound, and differs by chance", () => {
  fc.assert(
    fc.property(fc.nat(2_000), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, chance) => {
      const delayMs = createRetryPolicy({ baseMs: 500, maxMs: 15_000, random: () => chance }).nextDelayMs({
        attempt,
        elapsedMs: 0,
      });
      const longestMs = Math.min(15_000, 500 * 2 ** attempt);
      expect(delayMs).toBeGreaterThanOrEqual(longestMs / 2);
      expect(delayMs).toBeLessThanOrEqual(longestMs);
    }),
  );
});

test("a wait is never 0 even where the policy's first wait is next to nothing", () => {
  expect(createRetryPolicy({ baseMs: 0.1, random: () => 0 }).nextDelayMs({ attempt: 0, elapsedMs: 0 })).toBe(
    1,
  );
});
