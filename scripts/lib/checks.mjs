import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

import { getNpmCommand } from "./npm.mjs";
import { inProject, projectDir } from "./paths.mjs";
import { formatSeconds } from "./progress.mjs";

const maxOutputBytes = 32 * 1024 * 1024;

/** @typedef {{ name: string, passed: boolean, seconds: number, output: string }} CheckResult */

/**
 * Runs every `check:…` script of package.json, as many at a time as there are cores. All of them run, whatever the first
 * one says. Prints a line for each as it ends, and then the output of those that failed alone.
 *
 * @param {object} [options]
 * @param {string} [options.node] the Node to run them with; the one at hand by default
 * @param {AbortSignal} [options.stop] ends what runs
 * @param {string[]} [options.skip] names of scripts that are not to run; none by default
 * @returns {Promise<CheckResult[]>} in the order in which they ended
 * @throws the stop signal's reason, once it is aborted
 */
export async function runChecks({ node = process.execPath, stop, skip = [] } = {}) {
  /** @type {{ scripts: Record<string, string> }} */
  const { scripts } = JSON.parse(readFileSync(inProject("package.json"), "utf8"));
  const waiting = Object.keys(scripts).filter((name) => name.startsWith("check:") && !skip.includes(name));
  /** @type {CheckResult[]} */
  const results = [];
  const work = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const result = await runCheck(name, node, stop);
      stop?.throwIfAborted();
      results.push(result);
      console.log(`  ${result.passed ? "✓" : "✗"} ${name} (${formatSeconds(result.seconds * 1000)})`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  for (const { name, passed, output } of results) if (!passed) console.log(`\n${name}\n${output}`);
  return results;
}

/**
 * @param {string} name
 * @param {string} node
 * @param {AbortSignal | undefined} stop
 * @returns {Promise<CheckResult>}
 */
function runCheck(name, node, stop) {
  const startedMs = performance.now();
  const { file, args, env } = getNpmCommand(node, ["run", "--silent", name]);
  const options = { cwd: projectDir, env, maxBuffer: maxOutputBytes, ...(stop && { signal: stop }) };
  return new Promise((resolve) => {
    execFile(file, args, options, (error, stdout, stderr) => {
      const seconds = (performance.now() - startedMs) / 1000;
      const output = `${stdout}${stderr}`.trim() || (error?.message ?? "");
      resolve({ name, passed: error === null, seconds, output });
    });
  });
}
