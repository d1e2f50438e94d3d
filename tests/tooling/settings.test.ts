/** What can be set is what the README says, no more and no less. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const read = (path: string): Promise<string> => readFile(join(root, path), "utf8");

/** Set by the start scripts for the server that they start. */
const internal = /^TOGETHER_/;

test("every setting has its line in the README, and every line its setting", async () => {
  const declared = [...(await read("src/server/kernel/config.ts")).matchAll(/variable\("([A-Z_]+)"/g)];
  const names = declared.flatMap(([, name = ""]) => (internal.test(name) ? [] : [name]));
  const [, table = ""] =
    /^\| variable \| default[^\n]*\n((?:\|[^\n]*\n)+)/m.exec(await read("README.md")) ?? [];
  const told = table
    .split("\n")
    .flatMap((line) => [...(line.split("|")[1] ?? "").matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name));
  expect(names.length).toBeGreaterThan(20);
  expect(new Set(told)).toEqual(new Set(names));
});

test("the README names every setting that may stand in a file", async () => {
  const source = await read("src/server/kernel/config.ts");
  const secrets = source.split(/\bvariable\("/).flatMap((part) => {
    const [declaration = ""] = part.split("\n  }),");
    return declaration.includes("isSecret: true") ? [/^[A-Z_]+/.exec(declaration)?.[0]] : [];
  });
  const [, told = ""] = /^A secret \(([^)]+)\)/m.exec(await read("README.md")) ?? [];
  expect(new Set([...told.matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name))).toEqual(new Set(secrets));
});
