import { describe, expect, it, test } from "vitest";

import { adminPath, adminSections, readPlace, readQuery } from "#client/features/navigation/paths.ts";

describe("the administrators' page", () => {
  it.each(adminSections)("has a path for %s that leads back to it", (section) => {
    expect(readPlace(adminPath(section))).toEqual({ kind: "admin", section });
    expect(readPlace(`${adminPath(section)}/`)).toEqual({ kind: "admin", section });
  });

  it.each(["/admin/nothing", "/admin/users/more", "/administrators", "/admin/overview"])(
    "%s leads nowhere",
    (path) => {
      expect(readPlace(path)).toEqual({ kind: "unknown" });
    },
  );
});

test("what is searched for comes back as it was, whatever it is", () => {
  const path = adminPath("servers", "a&b=c #d");
  expect(readQuery(path.slice(path.indexOf("?")))).toBe("a&b=c #d");
  expect(readQuery("")).toBe("");
});
