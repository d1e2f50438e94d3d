import { readFileSync } from "node:fs";

const source = readFileSync("src/server/kernel/config.ts", "utf8");

/** Every variable that the server reads: by its own name, and a secret also by that of a file. */
export const knownVariables: ReadonlySet<string> = new Set(
  [...source.matchAll(/variable\("([A-Z_]+)"/g)].flatMap(([, name = ""]) => [name, `${name}_FILE`]),
);
