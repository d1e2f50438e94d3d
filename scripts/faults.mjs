// npm run faults: installs what is missing, then lets things go wrong under load, and fails when a promise is broken. With
// names it runs those faults alone, and with --quick shorter ones: `npm run faults kills`, `npm run faults -- --quick`.
import { ensureNode } from "./lib/node-runtime.mjs";
import { getEnvironmentWith } from "./lib/npm.mjs";
import { ensurePackages } from "./lib/packages.mjs";
import { inProject, projectDir } from "./lib/paths.mjs";
import { runMain } from "./lib/run-main.mjs";
import { runVisibly } from "./lib/run-command.mjs";

await runMain(async (stop) => {
  const node = await ensureNode(stop);
  await ensurePackages(node, stop);
  return runVisibly({
    name: "faults",
    file: node,
    args: [inProject("tests", "faults", "run.ts"), ...process.argv.slice(2)],
    cwd: projectDir,
    env: getEnvironmentWith(node),
    stop,
  });
});
