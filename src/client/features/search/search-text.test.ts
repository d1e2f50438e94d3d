import { expect, test } from "vitest";

import { markMatches } from "#client/features/search/search-text.ts";

const matchesOf = (text: string, query: string): string[] =>
  markMatches(text, query)
    .filter(({ isMatch }) => isMatch)
    .map(({ text: part }) => part);

test("whole words are found, whatever their case", () => {
  expect(matchesOf("It drips. Drip, and DRIP-dry", "drip")).toEqual(["Drip", "DRIP"]);
  expect(matchesOf("The art of starting", "art the")).toEqual(["The", "art"]);
});

test("signs of patterns and of the search mean nothing here", () => {
  expect(matchesOf("a (b) c++", '"(b" -c++')).toEqual(["b", "c"]);
  expect(markMatches("plain", "***")).toEqual([{ text: "plain", isMatch: false }]);
});

test("a long text is cut to where the match stands", () => {
  const text = `${"before ".repeat(60)}needle${" after".repeat(90)}`;
  const shown = markMatches(text, "needle")
    .map((part) => part.text)
    .join("");
  expect(shown).toMatch(/^…before .*needle after.*…$/s);
  expect(shown.length).toBeLessThan(300);
});
