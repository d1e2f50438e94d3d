// npm start: from a fresh clone, or from anything in between, to a running Together. Runs on an old Node, without any
// package; every step looks first whether it is needed.
import { ensureNode } from "./lib/node-runtime.mjs";
import { ensurePackages } from "./lib/packages.mjs";
import { runMain } from "./lib/run-main.mjs";
import { serve } from "./lib/serve.mjs";
import { ensureWebBuild } from "./lib/web-build.mjs";

await runMain(async (stop) => {
  const node = await ensureNode(stop);
  await ensurePackages(node, stop);
  await ensureWebBuild(node, stop);
  console.log("Starting Together …");
  return serve(node, stop);
});
