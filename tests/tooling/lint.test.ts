import { expect, test } from "vitest";
import { lintPlanted } from "./planted-tree.ts";

/** One violation per house rule that the linter guards, and the rule that has to catch it. */
const violations: [file: string, statement: string, rule: string][] = [
  ["src/shared/a.ts", `export const a: any = 1;`, "typescript(no-explicit-any)"],
  ["src/shared/b.ts", `export const b = (x?: string) => x!.length;`, "typescript(no-non-null-assertion)"],
  ["src/shared/c.ts", `export const c = () => { Promise.resolve(1); };`, "typescript(no-floating-promises)"],
  ["src/shared/d.ts", `export const d = [1].filter(async () => true);`, "typescript(no-misused-promises)"],
  [
    "src/shared/e.ts",
    `import { a } from "./a.ts"; export type E = typeof a;`,
    "typescript(consistent-type-imports)",
  ],
  ["src/shared/f.ts", `export default 1;`, "import(no-default-export)"],
  ["src/shared/g.ts", `export const g = (a: 1, b: 1, c: 1, d: 1) => [a, b, c, d];`, "eslint(max-params)"],
  ["src/shared/h.ts", `import { i } from "#shared/i.ts"; export const h = () => i;`, "import(no-cycle)"],
  ["src/shared/i.ts", `import { h } from "./h.ts"; export const i = () => h;`, "import(no-cycle)"],
  ["src/shared/j.ts", `export const j = process.pid;`, "eslint(no-restricted-globals)"],
  [
    "src/shared/k.ts",
    `export const k = (x: object) => x as { a: 1 };`,
    "typescript(no-unsafe-type-assertion)",
  ],
  ["src/shared/badName.ts", `export const l = 1;`, "unicorn(filename-case)"],
  ["src/sdk/a.ts", `export const a = Buffer.from("");`, "eslint(no-restricted-globals)"],
  ["src/server/kernel/a.ts", `console.log(1);`, "eslint(no-console)"],
  ["src/server/kernel/b.ts", `export const b = document.title;`, "eslint(no-restricted-globals)"],
  ["src/client/app/a.tsx", `console.log(1);`, "eslint(no-console)"],
  ["src/client/app/b.tsx", `export const b = process.env;`, "eslint(no-restricted-globals)"],
  ["src/client/app/c.tsx", `export const C = () => <img src="/a.png" />;`, "jsx-a11y(alt-text)"],
  [
    "src/client/app/d.tsx",
    `export const D = () => <div onClick={() => undefined} />;`,
    "jsx-a11y(click-events-have-key-events)",
  ],
  [
    "src/client/app/e.tsx",
    `import { useRef } from "react"; export const E = (p: { a: 1 }) => { if (p.a) useRef(1); return null; };`,
    "react-hooks(rules-of-hooks)",
  ],
  [
    "tests/contract/a.test.ts",
    `import { test } from "vitest"; test.only("a", () => undefined);`,
    "vitest(no-focused-tests)",
  ],
  [
    "tests/contract/b.test.ts",
    `import { test } from "vitest"; test.skip("b", () => undefined);`,
    "vitest(no-disabled-tests)",
  ],
  [
    "src/shared/c.test.ts",
    `import { test } from "vitest"; test.only("c", () => undefined);`,
    "vitest(no-focused-tests)",
  ],
  [
    "src/client/app/c.test.tsx",
    `import { test } from "vitest"; test.skip("c", () => undefined);`,
    "vitest(no-disabled-tests)",
  ],
  ["src/client/app/long.ts", `export const a = [${"1,\n".repeat(400)}];`, "eslint(max-lines)"],
  [
    "src/client/app/long-function.ts",
    `export const a = () => { let x = 1;\n${"x += 1;\n".repeat(50)}return x; };`,
    "house(max-own-lines)",
  ],
];

const cases = lintPlanted(violations.map(([file, statement, rule]) => ({ file, statement, rule })));

test("a factory is not charged with the lines of what it returns", () => {
  const method = `() => {\n${"f();\n".repeat(40)}}`;
  const [factory] = lintPlanted([
    {
      file: "src/shared/a.ts",
      statement: `export const make = (f: () => void) => ({ a: ${method}, b: ${method} });`,
    },
  ]);
  expect(factory?.findings).toEqual([]);
});

test.each(cases)("$rule is caught in $file", ({ rule, findings }) => {
  expect(findings).toContainEqual(expect.stringContaining(rule));
});
