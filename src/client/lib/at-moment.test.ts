import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { atMoment } from "./at-moment.ts";

const dayMs = 24 * 60 * 60 * 1_000;

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

test("it calls when the moment has come, and not before", () => {
  const onCome = vi.fn<() => void>();
  atMoment(1_000, onCome);
  vi.advanceTimersByTime(999);
  expect(onCome).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(onCome).toHaveBeenCalledOnce();
});

test("a moment beyond the reach of one timer is waited for as well", () => {
  const onCome = vi.fn<() => void>();
  atMoment(28 * dayMs, onCome);
  vi.advanceTimersByTime(28 * dayMs - 1);
  expect(onCome).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(onCome).toHaveBeenCalledOnce();
});

test("what is taken back is not called", () => {
  const onCome = vi.fn<() => void>();
  atMoment(1_000, onCome)();
  vi.advanceTimersByTime(2_000);
  expect(onCome).not.toHaveBeenCalled();
});
