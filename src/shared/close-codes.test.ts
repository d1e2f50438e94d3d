import { expect, it } from "vitest";
import { CloseCode, closeCodes, mayReconnectAfter } from "./close-codes.ts";

it("GW3 says of every code why, and whether a client comes back by itself", () => {
  const mayReconnect = Object.fromEntries(
    Object.entries(CloseCode).map(([name, code]) => [name, closeCodes[code].mayReconnect]),
  );
  expect(mayReconnect).toEqual({
    goingAway: true,
    sessionEnded: false,
    idle: true,
    rateLimited: true,
    tooSlow: true,
    accessReset: true,
  });
  // A close frame has room for 123 bytes (RFC 6455, 5.5).
  for (const { reason } of Object.values(closeCodes)) expect(reason.length).toBeLessThanOrEqual(123);
});

it("uses codes that an application may send", () => {
  for (const code of Object.values(CloseCode)) {
    expect(code === 1001 || (code >= 4000 && code <= 4999), String(code)).toBe(true);
  }
});

it.each([1000, 1006, 1012, 4999])("tries again after %i, which is not one of ours", (code) => {
  expect(mayReconnectAfter(code)).toBe(true);
});

it("does not try again when the session has ended", () => {
  expect(mayReconnectAfter(CloseCode.sessionEnded)).toBe(false);
  expect(mayReconnectAfter(CloseCode.tooSlow)).toBe(true);
});
