import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AppError } from "../kernel/app-error.ts";
import { type Attempt, createFailedLogins } from "./failed-logins.ts";

const right = (): Promise<boolean> => Promise.resolve(true);
const wrong = (): Promise<boolean> => Promise.resolve(false);

const from = (network: string, attempt: Partial<Attempt> = {}): Attempt => ({
  network,
  account: "alice",
  isKnownNetwork: false,
  ...attempt,
});

const repeat = async (times: number, work: (index: number) => Promise<unknown>): Promise<void> => {
  for (let index = 0; index < times; index++) await work(index);
};

describe("failed logins", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("bound the wrong passwords of one place for one account, with the time to wait, and ask no more", async () => {
    const logins = createFailedLogins();
    await repeat(5, () => logins.guard(from("a"), wrong));
    const verify = vi.fn(right);
    vi.setSystemTime(Date.now() + 60_000);
    await expect(logins.guard(from("a"), verify)).rejects.toMatchObject({
      reason: "RATE_LIMITED",
      params: { retryAfterMs: 14 * 60_000 },
    });
    expect(verify).not.toHaveBeenCalled();
    expect(await logins.guard(from("b"), right)).toBe(true);
    expect(await logins.guard(from("a", { account: "bob" }), right)).toBe(true);
  });

  it("count attempts that are made at once", async () => {
    const logins = createFailedLogins();
    const attempts = Array.from({ length: 20 }, () => logins.guard(from("a"), wrong));
    const outcomes = await Promise.allSettled(attempts);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
  });

  it("forget the place's failures with the right password", async () => {
    const logins = createFailedLogins();
    await repeat(4, () => logins.guard(from("a"), wrong));
    expect(await logins.guard(from("a"), right)).toBe(true);
    await repeat(4, () => logins.guard(from("a"), wrong));
    expect(await logins.guard(from("a"), right)).toBe(true);
  });

  it("do not count what could not be looked at", async () => {
    const logins = createFailedLogins();
    const fail = (): Promise<boolean> => Promise.reject(new AppError("UNAVAILABLE"));
    await repeat(60, () => expect(logins.guard(from("a"), fail)).rejects.toThrow("UNAVAILABLE"));
    expect(await logins.guard(from("a"), right)).toBe(true);
  });

  it("bound the guessing at one account from many places, but not from where it is signed in", async () => {
    const logins = createFailedLogins();
    await repeat(50, (index) => logins.guard(from(`stranger ${index}`), wrong));
    await expect(logins.guard(from("a new place"), right)).rejects.toThrow("RATE_LIMITED");
    expect(await logins.guard(from("home", { isKnownNetwork: true }), right)).toBe(true);
    expect(await logins.guard(from("a new place", { account: "bob" }), right)).toBe(true);
  });
});
