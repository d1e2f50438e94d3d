import { describe, expect, it } from "vitest";
import { limits } from "../limits.ts";
import { Email, Login, NewPassword, Refresh, Register, Username } from "./auth.ts";

describe("a username", () => {
  it.each([
    ["alice", "alice"],
    ["  Alice.B-c_9 ", "alice.b-c_9"],
    ["ab", "ab"],
    ["x".repeat(32), "x".repeat(32)],
  ])("%j is stored as %j", (given, stored) => {
    expect(Username.parse(given)).toBe(stored);
  });

  it.each(["a", "x".repeat(33), "al ice", "al@ice", "ålice", "аlice", "İstanbul", "", "a\u0000b", 42, null])(
    "is not %j",
    (value) => {
      expect(Username.safeParse(value).success).toBe(false);
    },
  );
});

describe("an email address", () => {
  it("is stored in lower case", () => {
    expect(Email.parse(" Alice@Example.org ")).toBe("alice@example.org");
  });

  it.each(["alice", "alice@", "@example.org", "a b@example.org", `${"a".repeat(250)}@example.org`])(
    "is not %j",
    (value) => {
      expect(Email.safeParse(value).success).toBe(false);
    },
  );
});

it("takes a password as it is typed, of 8 to 256 characters", () => {
  expect(NewPassword.parse("  spaces  ")).toBe("  spaces  ");
  expect(NewPassword.safeParse("x".repeat(limits.password.minLength - 1)).success).toBe(false);
  expect(NewPassword.safeParse("x".repeat(limits.password.maxLength)).success).toBe(true);
  expect(NewPassword.safeParse("x".repeat(limits.password.maxLength + 1)).success).toBe(false);
});

it("signs in by name or address, whatever the case, with a password of any rules", () => {
  expect(Login.parse({ username: " Alice@Example.org", password: "short" })).toEqual({
    username: "alice@example.org",
    password: "short",
    session: "body",
  });
});

it("registers without an address, into the body", () => {
  expect(Register.parse({ username: "Alice", password: "correct horse battery" })).toEqual({
    username: "alice",
    password: "correct horse battery",
    session: "body",
  });
});

it("refreshes without any input, by the cookie", () => {
  expect(Refresh.parse(undefined)).toEqual({});
  expect(Refresh.safeParse({ refreshToken: "x".repeat(201) }).success).toBe(false);
});
