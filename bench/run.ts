/** Runs the suites that are named, prints a line for each figure, and at the end all of them as one line of JSON. */
import { parseArgs } from "node:util";
import { type BenchLine, formatLine, type Suite, toJson } from "./bench-line.ts";
import { benchFootprint } from "./footprint.ts";
import { benchConnections } from "./connections.ts";
import { benchGateway } from "./gateway.ts";
import { benchGrowth } from "./growth.ts";
import { benchLoad } from "./load.ts";
import { benchMessages } from "./messages.ts";
import { benchRights } from "./rights.ts";
import { writeSummary } from "./summary.ts";
import { benchVoice } from "./voice.ts";

const suites: ReadonlyMap<string, Suite> = new Map([
  ["footprint", benchFootprint],
  ["connections", benchConnections],
  ["gateway", benchGateway],
  ["growth", benchGrowth],
  ["load", benchLoad],
  ["messages", benchMessages],
  ["rights", benchRights],
  ["voice", benchVoice],
]);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: "boolean", default: false }, docs: { type: "boolean", default: false } },
});
const names = positionals.length === 0 ? [...suites.keys()] : positionals;
const linesBySuite = new Map<string, BenchLine[]>();
for (const name of names) {
  const suite = suites.get(name);
  if (!suite) throw new Error(`there is no suite ${name}, but ${[...suites.keys()].join(", ")}`);
  const lines: BenchLine[] = [];
  const startMs = performance.now();
  for await (const line of suite({ isQuick: values.quick, isDrawn: values.docs })) {
    console.log(formatLine(line));
    lines.push(line);
  }
  linesBySuite.set(name, lines);
  console.error(`${name} took ${((performance.now() - startMs) / 1_000).toFixed(0)} s`);
  if (values.docs) await writeSummary(name, lines);
}
const results = [...linesBySuite].map(([name, lines]) => [name, lines.map(toJson)]);
console.log(JSON.stringify(Object.fromEntries(results)));
// Whatever a suite has left open must not keep the run from its end.
process.exit(0);
