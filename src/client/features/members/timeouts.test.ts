import { describe, expect, test } from "vitest";

import { getTimeoutEndMs, readSpan } from "./timeouts.ts";

describe("a length of time that was typed", () => {
  test.each([
    ["5", "minutes", 300],
    [" 2 ", "hours", 7_200],
    ["28", "days", 28 * 86_400],
  ] as const)("%s %s is taken", (amount, unit, seconds) => {
    expect(readSpan(amount, unit)).toBe(seconds);
  });

  test.each([
    ["", "minutes"],
    ["0", "hours"],
    ["-3", "hours"],
    ["1.5", "days"],
    ["29", "days"],
    ["ten", "minutes"],
  ] as const)("%s %s is not", (amount, unit) => {
    expect(readSpan(amount, unit)).toBeUndefined();
  });
});

test("a timeout counts until its end", () => {
  const member = { timeoutUntil: "2026-11-24T13:30:00Z" };
  const endMs = Date.parse(member.timeoutUntil);
  expect(getTimeoutEndMs(member, endMs - 1)).toBe(endMs);
  expect(getTimeoutEndMs(member, endMs)).toBeUndefined();
  expect(getTimeoutEndMs({ timeoutUntil: null }, 0)).toBeUndefined();
});
