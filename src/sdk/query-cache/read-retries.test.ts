import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import type { ErrorDetail } from "#shared/errors.ts";
import { findRetryAtMs, readRetries } from "./read-retries.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

class Refused extends Error {
  readonly data: ErrorDetail;

  constructor(data: ErrorDetail) {
    super(data.reason);
    this.data = data;
  }
}

/** A query that is refused with each of these in turn, and then answered. */
const watchQuery = async (refusals: ErrorDetail[]) => {
  const queryClient = new QueryClient({ defaultOptions: { queries: readRetries } });
  const queryFn = vi.fn(() => {
    const detail = refusals.shift();
    return detail ? Promise.reject(new Refused(detail)) : Promise.resolve("answer");
  });
  const observer = new QueryObserver(queryClient, { queryKey: ["asked"], queryFn });
  onTestFinished(observer.subscribe(() => undefined));
  await vi.advanceTimersByTimeAsync(0);
  return { queryFn, get: () => observer.getCurrentResult() };
};

const limitOf = (retryAfterMs: number): ErrorDetail => ({ reason: "RATE_LIMITED", params: { retryAfterMs } });

test("a limit is waited for as often as it is met, and the wait can be told of", async () => {
  const { queryFn, get } = await watchQuery([42_000, 10_000, 5_000].map(limitOf));
  expect(get()).toMatchObject({ status: "pending", fetchStatus: "fetching" });
  expect(findRetryAtMs(get().failureReason)).toBe(Date.now() + 42_000);
  await vi.advanceTimersByTimeAsync(41_900);
  expect(queryFn).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(100);
  expect(findRetryAtMs(get().failureReason)).toBe(Date.now() + 10_000);
  await vi.advanceTimersByTimeAsync(15_000);
  expect(get()).toMatchObject({ data: "answer", failureReason: null });
});

test("limits that end at once are not asked about over and over", async () => {
  const { queryFn } = await watchQuery(Array.from({ length: 100 }, () => limitOf(1)));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(queryFn.mock.calls.length).toBeLessThan(8);
});

test("another failure is tried twice again, and a refusal never", async () => {
  const busy = await watchQuery(Array.from({ length: 9 }, () => ({ reason: "UNAVAILABLE", params: {} })));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(busy.queryFn).toHaveBeenCalledTimes(3);
  expect(busy.get().status).toBe("error");
  expect(findRetryAtMs(busy.get().error)).toBeUndefined();
  const gone = await watchQuery([{ reason: "NOT_FOUND", params: {} }]);
  expect(gone.queryFn).toHaveBeenCalledTimes(1);
  expect(gone.get().status).toBe("error");
});
