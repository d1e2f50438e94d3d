import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { RunningClock } from "./clock.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("the running clock goes as time goes, wherever the system's clock is set", () => {
  using clock = new RunningClock();
  const startMs = clock.nowMs();
  vi.advanceTimersByTime(10_500);
  vi.setSystemTime(Date.now() - 24 * 60 * 60 * 1_000);
  vi.advanceTimersByTime(10_000);
  expect(clock.nowMs() - startMs).toBe(20_500);
});

test("the running clock stands still with the process, and goes on when the process does", () => {
  let monotonicMs = 1_000;
  using clock = new RunningClock(() => monotonicMs);
  const startMs = clock.nowMs();
  monotonicMs += 1_000;
  vi.advanceTimersByTime(1_000);
  // No timer runs meanwhile.
  monotonicMs += 70_000;
  expect(clock.nowMs() - startMs).toBeLessThan(5_000);
  vi.advanceTimersByTime(1_000);
  const onMs = clock.nowMs();
  monotonicMs += 500;
  expect(clock.nowMs() - onMs).toBe(500);
});
