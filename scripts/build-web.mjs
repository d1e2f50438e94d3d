// node scripts/build-web.mjs: builds the web app ahead of the first start, as when an image is made. Needs the packages to be
// installed.
import { runMain } from "./lib/run-main.mjs";
import { ensureWebBuild } from "./lib/web-build.mjs";

await runMain(async (stop) => {
  await ensureWebBuild(process.execPath, stop);
  return 0;
});
