import { constants } from "node:os";

import { InterruptedError, SetupError } from "./setup-error.mjs";

const stopSignals = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
const parentCheckMs = 500;

/**
 * Runs a whole script: turns the first stop signal into an aborted `AbortSignal` (its reason is an `InterruptedError`),
 * prints what went wrong, and ends with the exit code.
 *
 * @param {(stop: AbortSignal) => Promise<number>} work resolves with the exit code
 */
export async function runMain(work) {
  const stopping = new AbortController();
  for (const signalName of stopSignals) {
    // A Ctrl+C arrives twice, from the terminal and from npm: an aborted controller ignores the second.
    process.on(signalName, () => stopping.abort(new InterruptedError(signalName)));
  }
  const stopQuietly = () => stopping.abort(new InterruptedError("SIGTERM"));
  onNpmGone(stopQuietly);
  // Whoever read the output is gone. Unheard, the error would end this process and leave its commands running.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", stopQuietly);
  try {
    process.exit(await work(stopping.signal));
  } catch (error) {
    process.exit(report(error));
  }
}

/**
 * A killed npm tells nobody, and nothing that it started may go on in the dark. Started without npm, this process may
 * well outlive its parent, as a service does.
 *
 * @param {() => void} callback
 */
function onNpmGone(callback) {
  const npmPid = process.ppid;
  if (process.env["npm_lifecycle_event"] === undefined) return;
  setInterval(() => process.ppid !== npmPid && callback(), parentCheckMs).unref();
}

/**
 * @param {unknown} error
 * @returns {number} the exit code
 */
function report(error) {
  if (error instanceof InterruptedError) {
    console.error(`\n${error.message} Nothing is half-done: the same command goes on from here.`);
    return 128 + (constants.signals[error.signalName] ?? 0);
  }
  if (error instanceof SetupError) {
    if (error.details) console.error(`\n${error.details}`);
    console.error(`\nThis failed: ${error.message}`);
    if (error.advice) console.error(`What to do: ${error.advice}`);
    return 1;
  }
  console.error(error);
  return 1;
}
