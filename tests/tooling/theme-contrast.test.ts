import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

const tokens = readFileSync("src/client/ui/tokens.css", "utf8");

type Theme = "light" | "dark";

const colors = new Map(
  [...tokens.matchAll(/--color-([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)].map(
    ([, name = "", light = "", dark = ""]) => [name, { light, dark }],
  ),
);

const getChannel = (hex: string, at: number): number => {
  const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
  return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
};

const getLuminance = (hex: string): number =>
  0.2126 * getChannel(hex, 1) + 0.7152 * getChannel(hex, 3) + 0.0722 * getChannel(hex, 5);

/** The WCAG contrast of two tokens, 1 to 21. */
const getContrast = (theme: Theme, a: string, b: string): number => {
  const [first, second] = [a, b].map((name) => {
    const color = colors.get(name);
    if (color === undefined) throw new Error(`no colour is called ${name}`);
    return getLuminance(color[theme]);
  });
  const [lighter, darker] = [Math.max(first ?? 0, second ?? 0), Math.min(first ?? 0, second ?? 0)];
  return (lighter + 0.05) / (darker + 0.05);
};

const surfaces = ["rail", "sidebar", "surface", "raised", "overlay"];

type Pair = [shown: string, under: string];

const textPairs: Pair[] = [
  ...surfaces.flatMap((surface): Pair[] => [
    ["text", surface],
    ["text-muted", surface],
    ["accent-text", surface],
    ["danger-text", surface],
    ["warning-text", surface],
    ["success-text", surface],
  ]),
  ["text", "button"],
  ["text", "segment"],
  ["on-accent", "accent"],
  ["on-accent", "accent-hover"],
  ["on-mention", "mention"],
  ["on-danger", "danger"],
  ["on-danger", "danger-hover"],
  ["on-tooltip", "tooltip"],
  ["text", "accent-soft"],
  ["accent-text", "accent-soft"],
  ["text", "mention-soft"],
  ["text-muted", "mention-soft"],
  ["text", "danger-soft"],
  ["danger-text", "danger-soft"],
  ["text", "warning-soft"],
  ["warning-text", "warning-soft"],
];

/** What is no text but must be told apart: WCAG asks for 3. */
const shapePairs = ["surface", "raised", "overlay", "sidebar"].flatMap((surface): Pair[] => [
  ["border-field", surface],
  ["focus", surface],
  ["mention", surface],
  ["danger", surface],
]);

describe.each(["light", "dark"] as const)("the %s theme", (theme) => {
  test.each(textPairs)("%s is readable on %s", (text, surface) => {
    expect(getContrast(theme, text, surface)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(shapePairs)("%s stands out from %s", (shape, surface) => {
    expect(getContrast(theme, shape, surface)).toBeGreaterThanOrEqual(3);
  });
});
