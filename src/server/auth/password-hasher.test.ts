import { describe, expect, it } from "vitest";
import { AppError } from "../kernel/app-error.ts";
import { createPasswordHasher } from "./password-hasher.ts";

const rounds = 4;

describe("password hasher", () => {
  it("makes bcrypt hashes that name their cost", async () => {
    const hash = await createPasswordHasher({ rounds }).hash("correct horse");
    expect(hash).toMatch(/^\$2[aby]\$04\$[./A-Za-z0-9]{53}$/);
  });

  it("tells the right password from others", async () => {
    const hasher = createPasswordHasher({ rounds });
    const hash = await hasher.hash("correct horse");
    expect(await hasher.verify("correct horse", hash)).toBe(true);
    expect(await hasher.verify("correct horsf", hash)).toBe(false);
  });

  it("cuts nothing off: passwords that differ after 72 bytes or after a NUL differ", async () => {
    const hasher = createPasswordHasher({ rounds });
    const long = await hasher.hash(`${"x".repeat(255)}a`);
    expect(await hasher.verify(`${"x".repeat(255)}b`, long)).toBe(false);
    const withNul = await hasher.hash("abcdefgh\u0000a");
    expect(await hasher.verify("abcdefgh\u0000b", withNul)).toBe(false);
  });

  it("takes a password however the system composes its characters", async () => {
    const hasher = createPasswordHasher({ rounds });
    expect(await hasher.verify("cafe\u0301 au lait", await hasher.hash("caf\u00e9 au lait"))).toBe(true);
  });

  it.each([undefined, "", "not a hash"])("says no to everything for the hash %j", async (hash) => {
    expect(await createPasswordHasher({ rounds }).verify("", hash)).toBe(false);
  });

  it("refuses what would wait too long, and goes on with the rest", async () => {
    const hasher = createPasswordHasher({ rounds, maxConcurrent: 2, maxWaiting: 3 });
    const outcomes = await Promise.allSettled(Array.from({ length: 7 }, () => hasher.hash("password")));
    const refusals = outcomes.flatMap((outcome) =>
      outcome.status === "rejected" && outcome.reason instanceof AppError ? [outcome.reason.reason] : [],
    );
    expect(refusals).toEqual(["UNAVAILABLE", "UNAVAILABLE"]);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
    await expect(hasher.hash("password")).resolves.toMatch(/^\$2/);
  });

  it("has room left for who is known when strangers have filled theirs, and lets them go first", async () => {
    const hasher = createPasswordHasher({ rounds, maxConcurrent: 1, maxWaiting: 3, maxKnownWaiting: 1 });
    const hash = await hasher.hash("password");
    const done: string[] = [];
    const strangers = Array.from({ length: 4 }, async () => {
      await hasher.hash("anything");
      done.push("stranger");
    });
    await expect(hasher.hash("anything")).rejects.toMatchObject({ reason: "UNAVAILABLE" });
    expect(await hasher.verify("password", hash, "known")).toBe(true);
    expect(done.length).toBeLessThanOrEqual(1);
    await Promise.all(strangers);
  });
});
