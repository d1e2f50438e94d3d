/** Runs the faults that are named, one after the other; prints a line for each figure, and at the end all as one line of JSON. */
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { databaseOutage } from "./database-outage.ts";
import { clockJumps } from "./clock-jumps.ts";
import { diskFull } from "./disk-full.ts";
import { slowDatabase } from "./slow-database.ts";
import { kills } from "./kills.ts";
import { restart } from "./restart.ts";
import { type Fault, type FaultLine, formatLine, isKept } from "./fault-line.ts";

const faults: ReadonlyMap<string, Fault> = new Map([
  ["database-outage", databaseOutage],
  ["kills", kills],
  ["slow-database", slowDatabase],
  ["disk-full", diskFull],
  ["restart", restart],
  ["clock-jumps", clockJumps],
]);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: "boolean", default: false } },
});
const names = positionals.length === 0 ? [...faults.keys()] : positionals;
const results: Record<string, FaultLine[]> = {};
for (const name of names) {
  const fault = faults.get(name);
  if (!fault) throw new Error(`there is no fault ${name}, but ${[...faults.keys()].join(", ")}`);
  console.log(`${name} (load average ${loadavg()[0]?.toFixed(1)})`);
  const lines: FaultLine[] = [];
  for await (const line of fault({ isQuick: values.quick })) {
    console.log(formatLine(line));
    lines.push(line);
  }
  console.log(JSON.stringify({ [name]: lines.map((line) => ({ ...line, isKept: isKept(line) })) }));
  results[name] = lines;
}
const broken = Object.values(results)
  .flat()
  .filter((line) => !isKept(line));
// Whatever a fault has left open must not keep the run from its end.
process.exit(broken.length > 0 ? 1 : 0);
