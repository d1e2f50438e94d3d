// npm test: installs what is missing, then runs every check and every test. With arguments it runs those tests alone:
// they go to Vitest, as in `npm test -- --project unit`.
import { ensureChromium } from "./lib/chromium.mjs";
import { runChecks } from "./lib/checks.mjs";
import { askForFaults } from "./lib/known-faults.mjs";
import { ensureNode } from "./lib/node-runtime.mjs";
import { ensurePackages } from "./lib/packages.mjs";
import { runMain } from "./lib/run-main.mjs";
import { runVitest } from "./lib/run-vitest.mjs";
import { SetupError } from "./lib/setup-error.mjs";
import { sumTotals } from "./lib/test-report.mjs";
import { ensureVoiceWorker } from "./lib/voice-worker.mjs";
import { ensureWebBuild } from "./lib/web-build.mjs";

/** The kinds of test that open the built web app in a browser. */
const browserProjects = ["browser", "call"];
/** Those in which people talk, and those that start whole servers, which would each look for a worker of their own. */
const voiceProjects = ["voice", "contract", "browser", "call", "setup"];

await runMain(async (stop) => {
  const args = process.argv.slice(2);
  const node = await ensureNode(stop);
  await ensurePackages(node, stop);
  const env = {
    ...(needsAny(browserProjects, args) && { CHROMIUM_BIN: await prepareBrowserTests(node, stop) }),
    ...(needsAny(voiceProjects, args) && { MEDIASOUP_WORKER_BIN: await requireVoiceWorker(stop) }),
  };

  const parts = args.length === 0 ? [await runAllChecks(node, stop)] : [];
  if (args.length === 0 && process.env["CI"] === "true") parts.push(await auditPackages(node, stop));
  console.log("Running the tests …");
  parts.push(await runVitest(node, { args, env, stop }));
  const { passed, failed, skipped } = sumTotals(parts);
  if (skipped > 0) console.log(`${skipped} skipped`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
});

/**
 * Each check counts as one test.
 *
 * @param {string} node
 * @param {AbortSignal} stop
 */
async function runAllChecks(node, stop) {
  console.log("Running the checks …");
  // The unit tests are not left out: Vitest runs them with all others.
  const results = await runChecks({ node, stop, skip: ["check:unit"] });
  const passed = results.filter((result) => result.passed).length;
  return { passed, failed: results.length - passed, skipped: 0 };
}

/**
 * Counts as one test where the registry answers, and as none where it does not.
 *
 * @param {string} node
 * @param {AbortSignal} stop
 */
async function auditPackages(node, stop) {
  const { kind, words } = await askForFaults(node, stop);
  console.log(words);
  return { passed: kind === "none" ? 1 : 0, failed: kind === "some" ? 1 : 0, skipped: 0 };
}

/**
 * @param {string} node
 * @param {AbortSignal} stop
 * @returns {Promise<string>} the path of Chromium
 */
async function prepareBrowserTests(node, stop) {
  const chromium = await ensureChromium(stop);
  await ensureWebBuild(node, stop);
  return chromium;
}

/**
 * @param {AbortSignal} stop
 * @returns {Promise<string>} the path of the worker
 */
async function requireVoiceWorker(stop) {
  const worker = await ensureVoiceWorker(stop);
  if (worker.kind === "found") return worker.path;
  throw new SetupError(`the tests of voice need a worker: ${worker.cause}`);
}

/**
 * @param {string[]} wanted
 * @param {string[]} args
 */
function needsAny(wanted, args) {
  const projects = args.flatMap((arg, index) => {
    if (arg.startsWith("--project=")) return [arg.slice("--project=".length)];
    return arg === "--project" ? args.slice(index + 1, index + 2) : [];
  });
  return projects.length === 0 || projects.some((project) => wanted.includes(project));
}
