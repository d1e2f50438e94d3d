import { expect, test } from "vitest";

import { getHue, getInitials } from "./identity.ts";

test.each([
  ["Ada Lovelace", "AL"],
  ["ada", "A"],
  ["ada.lovelace_king", "AK"],
  ["👨‍👩‍👧 family", "👨‍👩‍👧F"],
  ["élan", "É"],
  ["", ""],
])("%j is shortened to %j", (name, initials) => {
  expect(getInitials(name)).toBe(initials);
});

test("ids made in one moment spread over the hues", () => {
  const ids = Array.from(
    { length: 120 },
    (_, index) => `01983c5e-7c1a-7000-8000-${String(index).padStart(12, "0")}`,
  );
  expect(new Set(ids.map(getHue)).size).toBe(12);
});
