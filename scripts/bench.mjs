// npm run bench: installs what is missing, then measures. With names it runs those suites alone, and with --quick it only
// sees whether they run: `npm run bench voice`, `npm run bench -- --quick`.
import { ensureChromium } from "./lib/chromium.mjs";
import { ensureNode } from "./lib/node-runtime.mjs";
import { getEnvironmentWith } from "./lib/npm.mjs";
import { ensurePackages } from "./lib/packages.mjs";
import { inProject, projectDir } from "./lib/paths.mjs";
import { runMain } from "./lib/run-main.mjs";
import { runVisibly } from "./lib/run-command.mjs";
import { SetupError } from "./lib/setup-error.mjs";
import { ensureVoiceWorker } from "./lib/voice-worker.mjs";
import { ensureWebBuild } from "./lib/web-build.mjs";

await runMain(async (stop) => {
  const args = process.argv.slice(2);
  const node = await ensureNode(stop);
  await ensurePackages(node, stop);
  const names = args.filter((arg) => !arg.startsWith("-"));
  const env = names.length === 0 || names.includes("voice") ? await prepareVoice(node, stop) : {};
  console.log("Measuring …");
  return runVisibly({
    name: "bench",
    file: node,
    args: [inProject("bench", "run.ts"), ...args],
    cwd: projectDir,
    env: { ...getEnvironmentWith(node), ...env },
    stop,
  });
});

/**
 * A worker, and people in browsers who join a call on it.
 *
 * @param {string} node
 * @param {AbortSignal} stop
 * @returns {Promise<NodeJS.ProcessEnv>}
 */
async function prepareVoice(node, stop) {
  const worker = await ensureVoiceWorker(stop);
  if (worker.kind !== "found") throw new SetupError(`the bench of voice needs a worker: ${worker.cause}`);
  const chromium = await ensureChromium(stop);
  await ensureWebBuild(node, stop);
  return { MEDIASOUP_WORKER_BIN: worker.path, CHROMIUM_BIN: chromium };
}
