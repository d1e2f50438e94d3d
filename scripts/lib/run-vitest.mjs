import { rmSync } from "node:fs";
import path from "node:path";

import { getEnvironmentWith } from "./npm.mjs";
import { cacheDir, inProject, projectDir } from "./paths.mjs";
import { runVisibly } from "./run-command.mjs";
import { countTests } from "./test-report.mjs";

/**
 * @param {string} node
 * @param {{ args: string[], env: NodeJS.ProcessEnv, stop: AbortSignal }} options `args` are Vitest's own; `env` is added to this process's
 * @returns {Promise<import("./test-report.mjs").Totals>}
 */
export async function runVitest(node, { args, env, stop }) {
  const reportFile = path.join(cacheDir, "test-report.json");
  // A run that breaks off must not be counted by the report of an earlier one.
  rmSync(reportFile, { force: true });
  const exitCode = await runVisibly({
    name: "vitest",
    file: node,
    args: [
      inProject("node_modules", "vitest", "vitest.mjs"),
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${reportFile}`,
      ...args,
    ],
    cwd: projectDir,
    env: { ...getEnvironmentWith(node), ...env },
    stop,
  });
  return countTests({ reportFile, exitCode });
}
