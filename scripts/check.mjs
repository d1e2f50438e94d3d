// npm run check: types, lint, format, dead code and unit tests. Shows the output of those that fail alone.
import { runChecks } from "./lib/checks.mjs";
import { formatSeconds } from "./lib/progress.mjs";
import { runMain } from "./lib/run-main.mjs";

await runMain(async (stop) => {
  const startedMs = performance.now();
  const results = await runChecks({ stop });
  const failed = results.filter(({ passed }) => !passed);
  const total = formatSeconds(performance.now() - startedMs);
  console.log(`\n${results.length - failed.length} passed, ${failed.length} failed in ${total}`);
  return failed.length === 0 && results.length > 0 ? 0 : 1;
});
