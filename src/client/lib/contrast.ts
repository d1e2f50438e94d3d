/** How well colours, written `#rrggbb`, can be told apart, and how to make them so. */

type Rgb = readonly [red: number, green: number, blue: number];

const toRgb = (hex: string): Rgb => {
  const at = (start: number): number => Number.parseInt(hex.slice(start, start + 2), 16);
  return [at(1), at(3), at(5)];
};

const toHex = (rgb: Rgb): string =>
  `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;

const toLinear = (part: number): number => {
  const value = part / 255;
  return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
};

const getLuminance = ([red, green, blue]: Rgb): number =>
  0.2126 * toLinear(red) + 0.7152 * toLinear(green) + 0.0722 * toLinear(blue);

/** WCAG's, from 1 to 21. */
export const getContrast = (a: string, b: string): number => {
  const [first, second] = [getLuminance(toRgb(a)), getLuminance(toRgb(b))];
  return (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05);
};

const mix = (from: Rgb, to: Rgb, share: number): Rgb => [
  from[0] + (to[0] - from[0]) * share,
  from[1] + (to[1] - from[1]) * share,
  from[2] + (to[2] - from[2]) * share,
];

const steps = Array.from({ length: 41 }, (_, index) => index / 40);

/** The colour, or the nearest on the way to `toward` that can be read on the ground. */
export const makeReadable = (
  color: string,
  { ground, toward }: { ground: string; toward: "#000000" | "#ffffff" },
): string => {
  const [from, to] = [toRgb(color), toRgb(toward)];
  const readable = steps
    .map((share) => toHex(mix(from, to, share)))
    .find((candidate) => getContrast(candidate, ground) >= 4.5);
  return readable ?? toward;
};
