import fc from "fast-check";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

import { everyone } from "#client/app/voice-gallery/world.ts";
import { getContrast } from "#client/lib/contrast.ts";
import type { Role } from "#shared/contract/roles.ts";
import { RoleId } from "#shared/ids.ts";

import { findTextColor, roleColors, toTextColor } from "./role-colors.ts";

const tokens = readFileSync("src/client/ui/tokens.css", "utf8");

/** Where names stand, as [light, dark]. */
const surfaces = ["sidebar", "surface", "raised", "overlay", "mention-soft"].map((name) => {
  const [, light = "", dark = ""] =
    new RegExp(`--color-${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(tokens) ?? [];
  return [light, dark] as const;
});

const getShades = (color: string): [light: string, dark: string] => {
  const [, light = "", dark = ""] =
    /light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/.exec(toTextColor(color)) ?? [];
  return [light, dark];
};

const getWorst = (color: string): number => {
  const [light, dark] = getShades(color);
  return Math.min(...surfaces.flatMap(([l, d]) => [getContrast(light, l), getContrast(dark, d)]));
};

test("a name in any role's colour can be read wherever it stands, in both themes", () => {
  const hex = fc.integer({ min: 0, max: 0xff_ff_ff }).map((n) => `#${n.toString(16).padStart(6, "0")}`);
  fc.assert(
    fc.property(hex, (color) => {
      expect(getWorst(color)).toBeGreaterThanOrEqual(4.5);
    }),
  );
  for (const { value } of roleColors) expect(getWorst(value)).toBeGreaterThanOrEqual(4.5);
});

test("what can be read already stays as it is", () => {
  expect(getShades("#5a1010")[0]).toBe("#5a1010");
  expect(getShades("#ffe0a0")[1]).toBe("#ffe0a0");
});

test("the highest role that has a colour gives it", () => {
  const aRole = (position: number, color: string | null): Role => ({
    ...everyone,
    id: RoleId.parse(`01890000-0000-7000-8000-00000000020${position}`),
    position,
    color,
  });
  const roles = [aRole(3, "#c8473f"), aRole(2, null), aRole(1, "#2f9a5d"), everyone];
  const [red, plain, green] = roles.map(({ id }) => id);
  if (!red || !plain || !green) throw new Error("there are three roles");
  expect(findTextColor(roles, [green, red])).toBe(toTextColor("#c8473f"));
  expect(findTextColor(roles, [plain, green])).toBe(toTextColor("#2f9a5d"));
  expect(findTextColor(roles, [plain])).toBeUndefined();
});
