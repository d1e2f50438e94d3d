import { describe, expect, test } from "vitest";

import {
  formatCountdown,
  formatDay,
  formatDayInText,
  formatMoment,
  formatRelative,
  formatSpan,
  formatTime,
  formatTimestamp,
  formatUntil,
  isSameDay,
} from "./time.ts";

const options = { nowMs: Date.parse("2026-11-24T12:00:00Z"), locale: "en-GB", timeZone: "Europe/Berlin" };

test.each([
  ["2026-11-24T08:05:00Z", "Today"],
  ["2026-11-23T23:00:00Z", "Today"],
  ["2026-11-23T22:59:59Z", "Yesterday"],
  ["2026-11-22T22:59:59Z", "22 November 2026"],
  ["2025-11-24T08:05:00Z", "24 November 2025"],
  ["2026-11-25T08:05:00Z", "25 November 2026"],
])("the day of %s is %s", (moment, text) => {
  expect(formatDay(moment, options)).toBe(text);
});

test("the day is said in the reader's language", () => {
  expect(formatDay("2026-11-23T12:00:00Z", { ...options, locale: "de" })).toBe("Gestern");
  expect(formatDayInText("2026-11-23T12:00:00Z", options)).toBe("yesterday");
});

test("yesterday is a day of 25 hours when the clocks go back", () => {
  const nowMs = Date.parse("2026-10-25T22:30:00Z");
  expect(formatDay("2026-10-24T22:30:00Z", { ...options, nowMs })).toBe("Today");
  expect(formatDay("2026-10-24T21:30:00Z", { ...options, nowMs })).toBe("Yesterday");
});

test("a moment is told with its time, in the reader's zone", () => {
  expect(formatTime("2026-11-24T08:05:00Z", options)).toBe("09:05");
  expect(formatMoment("2026-11-24T08:05:00Z", options)).toBe("09:05");
  expect(formatMoment("2026-11-23T08:05:00Z", options)).toBe("Yesterday, 09:05");
  expect(formatMoment("2026-01-02T08:05:00Z", options)).toBe("2 Jan 2026, 09:05");
  expect(formatTimestamp("2026-11-24T08:05:12Z", options)).toMatch(
    /^Tuesday,? 24 November 2026 at 09:05:12$/,
  );
});

test("midnight parts two days where the reader is", () => {
  expect(isSameDay("2026-11-23T22:59:59Z", "2026-11-23T23:00:00Z", options)).toBe(false);
  expect(isSameDay("2026-11-23T22:59:59Z", "2026-11-23T23:00:00Z", { ...options, timeZone: "UTC" })).toBe(
    true,
  );
});

describe("how far from now", () => {
  test.each([
    ["2026-11-24T11:59:30Z", "now"],
    ["2026-11-24T11:55:00Z", "5 minutes ago"],
    ["2026-11-24T09:00:00Z", "3 hours ago"],
    ["2026-11-23T12:00:00Z", "yesterday"],
    ["2026-11-27T12:00:00Z", "in 3 days"],
    ["2024-11-23T12:00:00Z", "2 years ago"],
  ])("%s is %s", (moment, text) => {
    expect(formatRelative(moment, options)).toBe(text);
  });
});

test.each([
  [1, "1 second"],
  [30, "30 seconds"],
  [90, "90 seconds"],
  [120, "2 minutes"],
  [3_600, "1 hour"],
  [5_400, "90 minutes"],
  [14 * 86_400, "2 weeks"],
])("a span of %d seconds is %s", (seconds, text) => {
  expect(formatSpan(seconds, { locale: "en-GB" })).toBe(text);
});

test.each([
  [9, "0:09"],
  [725, "12:05"],
  [3_600, "1:00:00"],
])("%d seconds are left as %s", (seconds, text) => {
  expect(formatCountdown(seconds)).toBe(text);
});

test.each([
  ["2026-11-24T13:30:00Z", "14:30"],
  ["2026-11-25T13:30:00Z", "tomorrow, 14:30"],
  ["2026-12-01T13:30:00Z", "1 Dec 2026, 14:30"],
])("what ends at %s ends %s", (moment, text) => {
  expect(formatUntil(moment, options)).toBe(text);
});
