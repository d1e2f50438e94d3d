/** A suite's figures as a table of docs/performance.md, under the day they were measured on. */
import { cpus } from "node:os";
import { type BenchLine, describeGoal, isMet, ratioOf, round } from "./bench-line.ts";
import { writePart } from "./page.ts";

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
  return `| ${cells.join(" | ")} |`;
};

/** @throws when the page has no place for the suite */
export const writeSummary = async (suite: string, lines: readonly BenchLine[]): Promise<void> => {
  const day = new Date().toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim() ?? "unknown"}), Node ${process.versions.node}`;
  const table = [
    `**${suite}**, ${day}, ${machine}`,
    "",
    "| | Together | baseline | ratio | goal | |",
    "|---|---|---|---|---|---|",
    ...lines.map(toRow),
  ];
  await writePart(`summary of ${suite}`, table.join("\n"));
};
