/** All figures of a run as one table of docs/performance.md, under the day they were measured on. */
import { readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { type BenchLine, describeGoal, isMet, ratioOf, round } from "./bench-line.ts";

const page = new URL("../docs/performance.md", import.meta.url);
const begin = "<!-- Written by `npm run bench -- --summary`. -->";
const end = "<!-- The end of what is written. -->";

const cell = (text: string): string => text.replaceAll("|", "\\|");

const verdictOf = (line: BenchLine): string => {
  const isGood = isMet(line);
  if (isGood === undefined) return "";
  return isGood ? "met" : "**missed**";
};

const toRow = (line: BenchLine): string => {
  const { what, unit, ours, baseline } = line;
  const cells = [
    what,
    `${round(ours).toLocaleString("en")} ${unit}`,
    baseline ? `${round(baseline.figure).toLocaleString("en")} (${baseline.name})` : "",
    String(ratioOf(line) ?? ""),
    describeGoal(line) ?? "",
    verdictOf(line),
  ];
  return `| ${cells.map(cell).join(" | ")} |`;
};

/** A table for each suite. */
const toMarkdown = (linesBySuite: ReadonlyMap<string, readonly BenchLine[]>): string =>
  [...linesBySuite]
    .map(([name, lines]) =>
      [
        `| ${name} | Together | baseline | ratio | goal | |`,
        "|---|---|---|---|---|---|",
        ...lines.map(toRow),
      ].join("\n"),
    )
    .join("\n\n");

/** @throws when the page has no place for it */
export const writeSummary = async (
  linesBySuite: ReadonlyMap<string, readonly BenchLine[]>,
): Promise<void> => {
  const text = await readFile(page, "utf8");
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from === -1 || to < from) throw new Error("docs/performance.md has no place for the summary");
  const day = new Date().toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim() ?? "unknown"}), Node ${process.versions.node}`;
  const summary = `${begin}\n\n\`npm run bench\`, ${day}, ${machine}.\n\n${toMarkdown(linesBySuite)}\n\n`;
  await writeFile(page, text.slice(0, from) + summary + text.slice(to));
};
