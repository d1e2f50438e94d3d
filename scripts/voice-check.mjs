// npm run voice:check [-- https://chat.example.org]: tries every way to a server's voice from this machine.
import { ensureNode } from "./lib/node-runtime.mjs";
import { ensurePackages } from "./lib/packages.mjs";
import { inProject, projectDir } from "./lib/paths.mjs";
import { runInForeground } from "./lib/run-command.mjs";
import { runMain } from "./lib/run-main.mjs";

await runMain(async (stop) => {
  const node = await ensureNode(stop);
  await ensurePackages(node, stop);
  return runInForeground({
    name: "voice-check",
    file: node,
    args: [inProject("src", "cli", "voice-check", "main.ts"), ...process.argv.slice(2)],
    cwd: projectDir,
    stop,
  });
});
