import { ensureNode } from "./node-runtime.mjs";
import { ensurePackages } from "./packages.mjs";
import { inProject, projectDir } from "./paths.mjs";
import { runInForeground } from "./run-command.mjs";
import { runMain } from "./run-main.mjs";

/**
 * Runs a command of src/cli with this process's arguments, on a Node that is new enough and with the packages there.
 *
 * @param {string} name its folder
 */
export async function runCommandLine(name) {
  await runMain(async (stop) => {
    const node = await ensureNode(stop);
    await ensurePackages(node, stop);
    return runInForeground({
      name,
      file: node,
      args: [inProject("src", "cli", name, "main.ts"), ...process.argv.slice(2)],
      cwd: projectDir,
      stop,
    });
  });
}
