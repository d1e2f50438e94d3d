import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createRateLimiter } from "./rate-limiter.ts";

describe("rate limiter", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("gives a key all of its points at once, then says how long to wait", async () => {
    const limiter = createRateLimiter({ points: 2, windowSeconds: 60 });
    await limiter.take("a");
    await limiter.take("a");
    vi.advanceTimersByTime(10_000);
    await expect(limiter.take("a")).rejects.toMatchObject({
      reason: "RATE_LIMITED",
      params: { retryAfterMs: 50_000 },
    });
    await expect(limiter.take("b")).resolves.toBeUndefined();
  });

  it("starts anew after the window, however often was asked within it", async () => {
    const limiter = createRateLimiter({ points: 1, windowSeconds: 60 });
    await limiter.take("a");
    vi.advanceTimersByTime(59_999);
    await expect(limiter.take("a")).rejects.toThrow("RATE_LIMITED");
    vi.advanceTimersByTime(1);
    await expect(limiter.take("a")).resolves.toBeUndefined();
  });

  it("takes back and forgets", async () => {
    const limiter = createRateLimiter({ points: 1, windowSeconds: 60 });
    await limiter.take("a");
    await limiter.giveBack("a");
    await limiter.take("a");
    await limiter.reset("a");
    await limiter.take("a");
    await expect(limiter.take("a")).rejects.toThrow("RATE_LIMITED");
  });

  it("keeps no more keys than it may", async () => {
    const limiter = createRateLimiter({ points: 1, windowSeconds: 60, maxKeys: 100 });
    for (let index = 0; index < 1_000; index++) await limiter.take(`key ${index}`);
    expect(vi.getTimerCount()).toBeLessThanOrEqual(100);
    await expect(limiter.take("key 999")).rejects.toThrow("RATE_LIMITED");
  });

  it("limits nothing with 0 points", async () => {
    const limiter = createRateLimiter({ points: 0, windowSeconds: 60 });
    for (let index = 0; index < 1_000; index++) await limiter.take("a");
    expect(vi.getTimerCount()).toBe(0);
  });
});
