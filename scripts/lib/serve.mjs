import { spawn } from "node:child_process";
import path from "node:path";

import { cacheDir, inProject, projectDir } from "./paths.mjs";
import { InterruptedError } from "./setup-error.mjs";

/**
 * Megabytes of the space that new objects are made in, where Node takes 32. Starting fills it with what is garbage a moment
 * later, and that memory is never given back: with 8 the server begins with 139 MB instead of 241.
 * The Dockerfile says the same.
 */
const youngSpaceMb = 8;

/**
 * Runs the server until it ends, and hands it the wish to stop exactly once. The server stays in this process's group,
 * so that whoever kills the group kills both; it also stops by itself when this process vanishes.
 *
 * @param {string} node
 * @param {{ env: NodeJS.ProcessEnv, stop: AbortSignal }} options `env` is added to this process's own
 * @returns {Promise<number>} its exit code; 1 when a signal ended it
 */
export function serve(node, { env, stop }) {
  stop.throwIfAborted();
  const hook = inProject("scripts", "lib", "stop-with-launcher.mjs");
  const args = [
    `--max-semi-space-size=${youngSpaceMb}`,
    // The server gives back once what its start has left.
    "--expose-gc",
    "--import",
    hook,
    inProject("src", "server", "main.ts"),
  ];
  const server = spawn(node, args, {
    cwd: projectDir,
    env: { ...process.env, ...env, NODE_COMPILE_CACHE: path.join(cacheDir, "compiled") },
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  const forward = () => {
    const signalName = stop.reason instanceof InterruptedError ? stop.reason.signalName : "SIGTERM";
    // A terminal sends its Ctrl+C to the server too.
    if (signalName === "SIGINT" && process.stdin.isTTY) return;
    server.kill(signalName === "SIGHUP" ? "SIGTERM" : signalName);
  };
  stop.addEventListener("abort", forward, { once: true });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.once("exit", (code) => resolve(code ?? 1));
  });
}
