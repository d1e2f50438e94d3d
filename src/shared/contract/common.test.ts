import { describe, expect, it } from "vitest";
import { BitsInput, optionalText, text, TimeInput } from "./common.ts";

const accepts = (schema: { safeParse: (value: unknown) => { success: boolean } }, value: unknown): boolean =>
  schema.safeParse(value).success;

describe("text", () => {
  const name = text({ minLength: 1, maxLength: 5 });

  it("is trimmed before it is measured", () => {
    expect(name.parse("  abcde\n")).toBe("abcde");
    expect(accepts(name, "   ")).toBe(false);
    expect(accepts(name, "")).toBe(false);
    expect(accepts(name, "abcdef")).toBe(false);
  });

  it("keeps what is inside", () => {
    expect(name.parse("a \n b")).toBe("a \n b");
  });

  it("is measured in code points, so that an emoji is one", () => {
    expect(name.parse("😀😀😀😀😀")).toBe("😀😀😀😀😀");
    expect(accepts(name, "😀😀😀😀😀😀")).toBe(false);
  });

  it("is not trimmed without bound", () => {
    expect(accepts(name, `${" ".repeat(1_000_000)}a`)).toBe(false);
  });

  it("holds nothing that PostgreSQL cannot store", () => {
    expect(accepts(name, "a\u0000b")).toBe(false);
  });

  it("puts U+FFFD for half of an emoji, which the audit log's JSON cannot store", () => {
    expect(name.parse("a\ud83d")).toBe("a\ufffd");
  });

  it.each([undefined, null, 5, ["a"], {}])("is not %j", (value) => {
    expect(accepts(name, value)).toBe(false);
  });
});

it("takes empty text, blank text and null alike for none, where none is allowed", () => {
  const topic = optionalText({ maxLength: 5 });
  expect(["", "  ", null, " a "].map((value) => topic.parse(value))).toEqual([null, null, null, "a"]);
  expect(accepts(topic, undefined)).toBe(false);
  expect(accepts(topic, "abcdef")).toBe(false);
});

it("reads points in time that name their offset", () => {
  expect(accepts(TimeInput, "2026-01-01T00:00:00Z")).toBe(true);
  expect(accepts(TimeInput, "2026-01-01T00:00:00+02:00")).toBe(true);
  expect(accepts(TimeInput, "2026-01-01T00:00:00")).toBe(false);
  expect(accepts(TimeInput, "2026-13-01T00:00:00Z")).toBe(false);
  expect(accepts(TimeInput, 0)).toBe(false);
});

it("reads permission bits from decimal strings alone", () => {
  expect([BitsInput.parse("0"), BitsInput.parse("5")]).toEqual([0n, 5n]);
  for (const value of [5, "-1", "0x1", "1.5", "", "9".repeat(100)])
    expect(accepts(BitsInput, value)).toBe(false);
});
