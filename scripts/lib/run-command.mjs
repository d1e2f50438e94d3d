import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import path from "node:path";

import { cacheDir } from "./paths.mjs";
import { SetupError } from "./setup-error.mjs";

const shownLogLines = 25;

/**
 * @typedef {object} Command
 * @property {string} name names the log file too
 * @property {string} file
 * @property {string[]} args
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {AbortSignal} stop
 */

/**
 * Runs a command whose output only matters when it fails, and keeps it in `.cache/logs/<name>.log`.
 *
 * @param {Command & { advice?: string }} command
 * @throws {SetupError} with the end of the output, when it does not exit with 0
 * @throws the stop signal's reason, once the command has ended
 */
export async function runQuietly({ advice, ...command }) {
  const logFile = getLogFile(command.name);
  mkdirSync(path.dirname(logFile), { recursive: true });
  const log = openSync(logFile, "w");
  const exit = await runToExit(command, ["ignore", log, log]).finally(() => closeSync(log));
  command.stop.throwIfAborted();
  if (exit.code === 0) return;
  const lines = readFileSync(logFile, "utf8").trimEnd().split("\n");
  throw new SetupError(`${path.basename(command.file)} ${command.args.join(" ")} (${describeExit(exit)})`, {
    advice: `${advice ?? "Mend the cause above and run the same command again."} The whole output is in ${logFile}`,
    details: lines.slice(-shownLogLines).join("\n"),
  });
}

/**
 * @param {string} name of a command that is run quietly
 * @returns {string} where its output is kept
 */
export function getLogFile(name) {
  return path.join(cacheDir, "logs", `${name}.log`);
}

/**
 * Runs a command whose output is for the reader.
 *
 * @param {Command} command
 * @returns {Promise<number>} its exit code; 1 when a signal ended it
 */
export async function runVisibly(command) {
  const exit = await runToExit(command, ["ignore", "inherit", "inherit"]);
  command.stop.throwIfAborted();
  return exit.code ?? 1;
}

/**
 * Runs a command that asks whoever sits at the terminal.
 *
 * @param {Command} command
 * @returns {Promise<number>} its exit code; 1 when a signal ended it
 */
export async function runInForeground(command) {
  const exit = await runToExit(command, ["inherit", "inherit", "inherit"]);
  command.stop.throwIfAborted();
  return exit.code ?? 1;
}

/**
 * @typedef {{ code: number | null, signalName: NodeJS.Signals | null, error?: Error }} Exit
 * @param {Command} command
 * @param {import("node:child_process").StdioOptions} stdio
 * @returns {Promise<Exit>}
 */
function runToExit({ file, args, cwd, env, stop }, stdio) {
  stop.throwIfAborted();
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd, env, stdio });
    const end = () => child.kill("SIGTERM");
    const finish = (/** @type {Exit} */ exit) => {
      stop.removeEventListener("abort", end);
      resolve(exit);
    };
    stop.addEventListener("abort", end, { once: true });
    child.once("error", (error) => finish({ code: null, signalName: null, error }));
    child.once("exit", (code, signalName) => finish({ code, signalName }));
  });
}

/** @param {Exit} exit */
function describeExit({ code, signalName, error }) {
  if (error) return error.message;
  return signalName ? `ended by ${signalName}` : `exit code ${code}`;
}
