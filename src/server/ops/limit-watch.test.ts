import { expect, it } from "vitest";
import { FakeClock } from "#tests/support/fake-clock.ts";
import { AppError } from "../kernel/app-error.ts";
import { createLogger } from "../kernel/logger.ts";
import { createLimitWatch } from "./limit-watch.ts";

const aWatch = () => {
  const clock = new FakeClock();
  const lines: string[] = [];
  const refusals: string[] = [];
  const logger = createLogger({
    level: "info",
    isPretty: false,
    destination: { write: (line) => lines.push(line) },
  });
  const metrics = { countRefusal: (kind: string) => void refusals.push(kind) };
  return { clock, lines, refusals, ...createLimitWatch({ metrics, logger, clock }) };
};

const full = (): Promise<never> => Promise.reject(new AppError("RATE_LIMITED", { retryAfterMs: 1 }));

it("counts every refusal, and tells of a caller once a minute", async () => {
  const { clock, lines, refusals, watch } = aWatch();
  const limit = watch("auth", full);
  for (let tries = 0; tries < 50; tries += 1) await expect(limit("203.0.113.7")).rejects.toThrow(AppError);
  expect(refusals).toHaveLength(50);
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
    { level: 40, limit: "auth", address: "203.0.113.7", msg: "a limit was reached" },
  ]);
  await expect(limit("203.0.113.8")).rejects.toThrow(AppError);
  expect(lines).toHaveLength(2);
  clock.advance(60_000);
  await expect(limit("203.0.113.7")).rejects.toThrow(AppError);
  expect(lines).toHaveLength(3);
});

it("says nothing of what is let through, or fails otherwise", async () => {
  const { lines, refusals, watch } = aWatch();
  await watch("requests", () => Promise.resolve())("alice");
  await expect(watch("requests", () => Promise.reject(new Error("broken")))("alice")).rejects.toThrow(
    "broken",
  );
  expect([lines, refusals]).toEqual([[], []]);
});
