import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { countFromNow, RunningClock } from "./clock.ts";

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

test("what counts from now on counts whole milliseconds", () => {
  const clock = { ms: 1_790_000_000_000.7, nowMs: () => clock.ms };
  const counted = countFromNow(clock);
  expect(counted.nowMs()).toBe(0);
  clock.ms += 1_500.9;
  expect(counted.nowMs()).toBe(1_500);
});
