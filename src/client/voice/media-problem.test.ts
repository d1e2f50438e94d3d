import { describe, expect, test } from "vitest";

import { MediaRefusal } from "./engine.ts";
import { isChoiceCancelled, isDeviceGone, requireMediaDevices, toMediaProblem } from "./media-problem.ts";

describe("VO15: what the browser says", () => {
  test.each([
    ["NotAllowedError", "denied"],
    ["SecurityError", "denied"],
    ["NotFoundError", "no-device"],
    ["OverconstrainedError", "no-device"],
    ["NotReadableError", "in-use"],
    ["AbortError", "in-use"],
    ["NotSupportedError", "unsupported"],
    ["InvalidStateError", "failed"],
  ])("%s is %s", (name, problem) => {
    expect(toMediaProblem(new DOMException("a browser's words", name))).toBe(problem);
  });

  test("an error that is no exception of the DOM goes by its name too", () => {
    expect(toMediaProblem({ name: "OverconstrainedError", constraint: "deviceId" })).toBe("no-device");
    expect(isDeviceGone({ name: "OverconstrainedError" })).toBe(true);
  });

  test.each([undefined, null, "no", {}, { name: 3 }])("%j is a failure like any other", (error) => {
    expect(toMediaProblem(error)).toBe("failed");
  });

  test("a refusal keeps its problem", () => {
    expect(toMediaProblem(new MediaRefusal("insecure"))).toBe("insecure");
  });
});

describe("VO15: a page without devices", () => {
  test.each([
    [false, "insecure"],
    [true, "unsupported"],
  ])("secure %s is told as %s", (isSecureContext, problem) => {
    const ask = (): unknown => requireMediaDevices({ isSecureContext, mediaDevices: undefined });
    expect(ask).toThrow(new MediaRefusal(problem === "insecure" ? "insecure" : "unsupported"));
  });
});

describe("the choice of a screen", () => {
  test("that is closed is no error", () => {
    expect(isChoiceCancelled(new DOMException("Permission denied", "NotAllowedError"))).toBe(true);
  });

  test.each([
    new DOMException("Permission denied by system", "NotAllowedError"),
    new DOMException("Could not start", "NotReadableError"),
  ])("%s is one", (error) => {
    expect(isChoiceCancelled(error)).toBe(false);
  });
});
