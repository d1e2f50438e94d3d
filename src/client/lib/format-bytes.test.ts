import { expect, test } from "vitest";

import { formatBytes } from "#client/lib/format-bytes.ts";

test.each([
  [0, "0 bytes"],
  [1, "1 byte"],
  [999, "999 bytes"],
  [1_000, "1 kB"],
  [34_560_000, "34.6 MB"],
  [345_600_000, "346 MB"],
  [40_000_000_000, "40 GB"],
  [1_234_000_000_000, "1.2 TB"],
  [5e18, "5,000 PB"],
])("%d are %s", (bytes, words) => {
  expect(formatBytes(bytes, "en")).toBe(words);
});
