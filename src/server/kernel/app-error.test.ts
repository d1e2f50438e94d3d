import { expect, it } from "vitest";
import { AppError, isAppError } from "./app-error.ts";

it("carries its reason and its parameters, as the wire has them", () => {
  const error = new AppError("RATE_LIMITED", { retryAfterMs: 1_500 });
  expect(error.detail).toEqual({ reason: "RATE_LIMITED", params: { retryAfterMs: 1_500 } });
  expect([error.reason, error.params, error.message]).toEqual([
    "RATE_LIMITED",
    { retryAfterMs: 1_500 },
    "RATE_LIMITED",
  ]);
});

it("has empty parameters where its reason has none", () => {
  expect(new AppError("NOT_FOUND").detail).toEqual({ reason: "NOT_FOUND", params: {} });
});

it("is told from every other error", () => {
  expect(isAppError(new AppError("NOT_FOUND"))).toBe(true);
  expect(isAppError(new Error("NOT_FOUND"))).toBe(false);
  expect(isAppError({ reason: "NOT_FOUND", params: {} })).toBe(false);
  expect(isAppError(undefined)).toBe(false);
});
