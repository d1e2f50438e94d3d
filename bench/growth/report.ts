/** The plots and the table in docs/, made anew from what was just measured. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { docsDirectory, writePart } from "../page.ts";
import { costs, type Growth } from "./axes.ts";
import { drawPlot } from "./plot.ts";

const format = (figure: number): string => {
  const short = Number(figure.toPrecision(figure < 0.1 ? 2 : 3));
  return short.toLocaleString("en", { maximumFractionDigits: 6 });
};

const pathOf = ({ name }: Growth): string => `plots/growth-${name}.svg`;

/** Two points are no curve. */
const isPlotted = ({ amounts }: Growth): boolean => amounts.length > 2;

const tableOf = (growth: Growth): string => {
  const { name, amounts, rows } = growth;
  return [
    ...(isPlotted(growth) ? [`![How costs grow with ${name}](${pathOf(growth)})`, ""] : []),
    `| ${name} | ${amounts.join(" | ")} | grows by |`,
    `|---|${"---|".repeat(amounts.length + 1)}`,
    ...rows.map(({ cost, figures }) => {
      const { label, unit } = costs[cost];
      const [first = Number.NaN] = figures;
      const cells = figures.map((figure) => `${format(figure)} ${unit}`).join(" | ");
      return `| ${label} | ${cells} | ${format((figures.at(-1) ?? first) / first)} |`;
    }),
  ].join("\n");
};

export const writeReport = async (growths: readonly Growth[]): Promise<void> => {
  await mkdir(join(docsDirectory, "plots"), { recursive: true });
  for (const growth of growths.filter(isPlotted))
    await writeFile(join(docsDirectory, pathOf(growth)), drawPlot(growth));
  await writePart("growth", growths.map(tableOf).join("\n\n"));
};
