import { expect, test } from "vitest";
import { alignRows } from "../align-rows.ts";
import { bytesText, countText } from "./words.ts";

test("sizes and numbers read as a person says them", () => {
  expect([0, 999, 1_000, 1_234_567, 5e12, 5e15].map(bytesText)).toEqual([
    ...["0 B", "999 B", "1.0 kB", "1.2 MB", "5.0 TB", "5000.0 TB"],
  ]);
  expect([0, 1, 12_345].map((count) => countText(count, ["file", "files"]))).toEqual([
    ...["0 files", "1 file", "12,345 files"],
  ]);
});

test("columns stand under each other, numbers at the right", () => {
  expect(
    alignRows([
      ["what", "how many"],
      ["messages", 12_345],
      ["", 1],
    ]),
  ).toEqual(["what      how many", "messages    12,345", "                 1"]);
});
