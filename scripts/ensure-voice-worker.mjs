// npm run voice:worker: gets the voice worker ahead of the first start, as when an image is made, and says where it is.
import { ensureNode } from "./lib/node-runtime.mjs";
import { ensurePackages } from "./lib/packages.mjs";
import { runMain } from "./lib/run-main.mjs";
import { ensureVoiceWorker } from "./lib/voice-worker.mjs";

await runMain(async (stop) => {
  await ensurePackages(await ensureNode(stop), stop);
  const worker = await ensureVoiceWorker(stop);
  console.log(worker.kind === "found" ? worker.path : `There is no voice worker: ${worker.cause}.`);
  return worker.kind === "found" ? 0 : 1;
});
