/** A plot of how costs grow along one axis, as SVG: readable on white and on black, its lines named where they end. */
import { costs, type Growth } from "./axes.ts";

const view = { width: 760, height: 420 };
const area = { left: 56, right: 520, top: 24, bottom: 372 };
/** What the highest line may reach, and the lowest; both in times of the smallest community's cost. */
const range = { from: 0.5, to: 200 };
const labelHeight = 18;
/** Each in the middle between black and white, so that it stands out from both. */
const colours = [
  "#e5534b",
  "#2f81f7",
  "#2da44e",
  "#bf8700",
  "#a371f7",
  "#1b9aaa",
  "#db61a2",
  "#d4702a",
  "#5f8a3a",
  "#7d7fd9",
];
const axisColour = "#808890";

/** Where the value lies between two others, from 0 to 1, by their logarithms. */
const placeOf = (value: number, from: number, to: number): number =>
  Math.log(value / from) / Math.log(to / from);

const yOf = (ratio: number): number =>
  area.bottom - placeOf(Math.max(range.from, ratio), range.from, range.to) * (area.bottom - area.top);

const round = (value: number): number => Math.round(value * 10) / 10;

interface Label {
  text: string;
  colour: string;
  /** Where the line ends. */
  at: number;
}

/** Pushed apart until none lies on another, as near to their lines as that allows. */
const spread = (labels: readonly Label[]): (Label & { y: number })[] => {
  const placed = labels.toSorted((a, b) => a.at - b.at).map((label) => ({ ...label, y: label.at }));
  for (let pass = 0; pass < 200; pass += 1) {
    for (const [index, upper] of placed.entries()) {
      const lower = placed[index + 1];
      const overlap = lower ? labelHeight - (lower.y - upper.y) : 0;
      if (!lower || overlap <= 0) continue;
      upper.y -= overlap / 2;
      lower.y += overlap / 2;
    }
    for (const label of placed) label.y = Math.min(area.bottom, Math.max(area.top, label.y));
  }
  return placed;
};

const format = (ratio: number): string => (ratio < 10 ? ratio.toFixed(1) : ratio.toFixed(0));

const drawGrid = ({ amounts, name }: Growth, xOf: (index: number) => number): string[] => [
  ...[1, 10, 100].flatMap((ratio) => {
    const y = round(yOf(ratio));
    return [
      `<path d="M${area.left} ${y}H${area.right}" stroke="${axisColour}" stroke-opacity=".35"/>`,
      `<text x="${area.left - 8}" y="${y + 4}" text-anchor="end" fill="${axisColour}">${ratio} ×</text>`,
    ];
  }),
  ...amounts.map(
    (amount, index) =>
      `<text x="${round(xOf(index))}" y="${area.bottom + 22}" text-anchor="middle" fill="${axisColour}">${amount}</text>`,
  ),
  `<text x="${(area.left + area.right) / 2}" y="${area.bottom + 42}" text-anchor="middle" fill="${axisColour}">${name}</text>`,
];

/** Of one that grows by ten at each step. */
export const drawPlot = (growth: Growth): string => {
  const { name, amounts, rows } = growth;
  const steps = amounts.length - 1;
  const xOf = (index: number): number => area.left + (index / steps) * (area.right - area.left);
  const proportional = `M${area.left} ${round(yOf(1))}L${area.right} ${round(yOf(10 ** steps))}`;
  const labels: Label[] = [];
  const lines = rows.map(({ cost, figures }, index) => {
    const colour = colours[index % colours.length] ?? axisColour;
    const [first = 1] = figures;
    const last = (figures.at(-1) ?? first) / first;
    labels.push({ text: `${costs[cost].label} ${format(last)} ×`, colour, at: yOf(last) });
    const points = figures.map((figure, at) => `${round(xOf(at))} ${round(yOf(figure / first))}`);
    return `<path d="M${points.join("L")}" stroke="${colour}" stroke-width="2" fill="none"/>`;
  });
  const texts = spread(labels).flatMap(({ text, colour, at, y }) => [
    `<path d="M${area.right + 2} ${round(at)}L${area.right + 18} ${round(y)}" stroke="${colour}" stroke-opacity=".6"/>`,
    `<text x="${area.right + 22}" y="${round(y + 4)}" fill="${colour}">${text}</text>`,
  ]);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${view.width} ${view.height}" width="${view.width}" height="${view.height}" font-family="system-ui, sans-serif" font-size="13">`,
    `<title>How costs grow with ${name}</title>`,
    ...drawGrid(growth, xOf),
    `<path d="${proportional}" stroke="${axisColour}" stroke-dasharray="3 5"/>`,
    ...lines,
    ...texts,
    "</svg>",
    "",
  ].join("\n");
};
