// node scripts/build-voice-worker.mjs <directory>: builds the voice worker for an image. From the sources, not fetched, so
// that it is linked to the libraries of the system that it will run on.
import path from "node:path";
import { parseArgs } from "node:util";
import { runMain } from "./lib/run-main.mjs";
import { SetupError } from "./lib/setup-error.mjs";
import { buildVoiceWorker } from "./lib/voice-worker.mjs";

await runMain(async (stop) => {
  const [directory] = parseArgs({ allowPositionals: true }).positionals;
  if (directory === undefined) {
    throw new SetupError("no directory was named", {
      advice: "Run node scripts/build-voice-worker.mjs <directory>",
    });
  }
  console.log(await buildVoiceWorker(path.resolve(directory), stop));
  return 0;
});
