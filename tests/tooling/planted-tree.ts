import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";

export const root = resolve(import.meta.dirname, "../..");

/** Far more than it ever takes; a linter that hangs shall fail the test and not the whole run. */
const lintTimeoutMs = 60_000;

/** One statement to be planted, on a line of its own, in a file of that name. */
export type Planted = { file: string; statement: string };

const Report = z.object({
  number_of_files: z.int(),
  diagnostics: z.array(
    z.object({
      code: z.string().optional(),
      message: z.string(),
      filename: z.string(),
      labels: z.array(z.object({ span: z.object({ line: z.int() }) })),
    }),
  ),
});

/** Runs the project's linter over a directory as `npm run lint` does, and gives its report. */
export const lint = (cwd: string): z.infer<typeof Report> => {
  const bin = join(root, "node_modules/oxlint/bin/oxlint");
  const args = [bin, "--type-aware", "--format=json"];
  // The linter looks for its type-aware half beside the linted files, where a tree apart has none.
  const env = { ...process.env, OXLINT_TSGOLINT_PATH: join(root, "node_modules/.bin/tsgolint") };
  const { stdout } = spawnSync(process.execPath, args, {
    cwd,
    env,
    encoding: "utf8",
    timeout: lintTimeoutMs,
  });
  if (!stdout.startsWith("{")) throw new Error(`The linter did not run: ${stdout}`);
  return Report.parse(JSON.parse(stdout));
};

/** A tree apart with the project's own settings and nothing in it, so that no planted file can stay behind. */
const createEmptyTree = () => {
  const path = mkdtempSync(join(tmpdir(), "together-lint-"));
  for (const name of [".oxlintrc.json", "package.json", "tsconfig.base.json", "tooling"]) {
    cpSync(join(root, name), join(path, name), { recursive: true });
  }
  const compilerOptions = { jsx: "react-jsx", lib: ["es2024", "dom"], types: [] };
  const tsconfig = { extends: "./tsconfig.base.json", compilerOptions, include: ["src", "tests"] };
  writeFileSync(join(path, "tsconfig.json"), JSON.stringify(tsconfig));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
};

/** Plants every statement, lints the tree once, and gives each with the findings on its lines, as `rule: message`. */
export const lintPlanted = <T extends Planted>(planted: readonly T[]): (T & { findings: string[] })[] => {
  using tree = createEmptyTree();
  const texts = new Map<string, string>();
  const placed = planted.map((entry) => {
    const before = texts.get(entry.file) ?? "";
    const text = `${before}${entry.statement}\n`;
    texts.set(entry.file, text);
    return { entry, firstLine: before.split("\n").length, endLine: text.split("\n").length };
  });
  for (const [file, text] of texts) {
    mkdirSync(dirname(join(tree.path, file)), { recursive: true });
    writeFileSync(join(tree.path, file), text);
  }
  const { diagnostics } = lint(tree.path);
  const unparsed = diagnostics.find(({ code }) => code === undefined);
  // A file that does not parse gets no findings, and would pass for allowed.
  if (unparsed) throw new Error(`${unparsed.filename}: ${unparsed.message}`);
  return placed.map(({ entry, firstLine, endLine }) => {
    const own = diagnostics.filter(({ filename, labels }) => {
      const line = labels[0]?.span.line ?? 1;
      return filename === entry.file && line >= firstLine && line < endLine;
    });
    return { ...entry, findings: own.map(({ code, message }) => `${code}: ${message}`) };
  });
};
