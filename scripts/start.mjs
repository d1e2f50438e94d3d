// npm start: from a fresh clone, or from anything in between, to a running Together. Runs on an old Node, without any
// package; every step looks first whether it is needed.
import { ensureNode } from "./lib/node-runtime.mjs";
import { ensurePackages } from "./lib/packages.mjs";
import { runMain } from "./lib/run-main.mjs";
import { serve } from "./lib/serve.mjs";
import { ensureVoiceWorker } from "./lib/voice-worker.mjs";
import { ensureWebBuild } from "./lib/web-build.mjs";

await runMain(async (stop) => {
  const node = await ensureNode(stop);
  await ensurePackages(node, stop);
  await ensureWebBuild(node, stop);
  const env = await prepareVoice(stop);
  console.log("Starting Together …");
  return serve(node, { env, stop });
});

/**
 * A server without voice is still a place to talk, so nothing that goes wrong here ends the start.
 *
 * @param {AbortSignal} stop
 * @returns {Promise<NodeJS.ProcessEnv>} what tells the server of the worker, or why there is none
 */
async function prepareVoice(stop) {
  if (process.env["VOICE_WORKERS"] === "0") return {};
  const worker = await ensureVoiceWorker(stop);
  if (worker.kind === "found") return { MEDIASOUP_WORKER_BIN: worker.path };
  console.log(`Voice will be off, all else works: ${worker.cause}.`);
  return { TOGETHER_VOICE_WORKER_PROBLEM: worker.cause };
}
