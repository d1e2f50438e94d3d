/** What roles look like. Pure. */
import { makeReadable } from "#client/lib/contrast.ts";
import type { Role } from "#shared/contract/roles.ts";

/** Far enough from one another to be told apart, in the order of the rainbow. */
export const roleColors: readonly { name: string; value: string }[] = [
  { name: "Red", value: "#c8473f" },
  { name: "Vermilion", value: "#d2622b" },
  { name: "Orange", value: "#cf7d17" },
  { name: "Amber", value: "#b98a0b" },
  { name: "Olive", value: "#84902a" },
  { name: "Leaf", value: "#559a38" },
  { name: "Green", value: "#2f9a5d" },
  { name: "Pine", value: "#1f9384" },
  { name: "Teal", value: "#1c93a8" },
  { name: "Sky", value: "#3188cf" },
  { name: "Blue", value: "#4a72d8" },
  { name: "Indigo", value: "#6d66d6" },
  { name: "Violet", value: "#8f5bcf" },
  { name: "Plum", value: "#aa54b4" },
  { name: "Rose", value: "#c84c86" },
  { name: "Stone", value: "#85776a" },
];

/** The least favourable grounds that a name stands on in each theme: a row under the pointer. */
const grounds = { light: "#e6e0d6", dark: "#403832" } as const;

const readable = new Map<string, string>();

/** A role's colour for words, by the nearest shade that can be read in either theme; for CSS. */
export const toTextColor = (color: string): string => {
  const known = readable.get(color);
  if (known !== undefined) return known;
  const light = makeReadable(color, { ground: grounds.light, toward: "#000000" });
  const dark = makeReadable(color, { ground: grounds.dark, toward: "#ffffff" });
  const value = `light-dark(${light}, ${dark})`;
  readable.set(color, value);
  return value;
};

/** The colour of whoever has these roles: that of the highest that has one; for CSS. `roles` stand highest first. */
export const findTextColor = (roles: readonly Role[], roleIds: readonly Role["id"][]): string | undefined => {
  const color = roles.find((role) => role.color !== null && roleIds.includes(role.id))?.color;
  return typeof color === "string" ? toTextColor(color) : undefined;
};
