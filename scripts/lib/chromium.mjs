import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

import { withProgress } from "./progress.mjs";
import { runQuietly } from "./run-command.mjs";
import { SetupError } from "./setup-error.mjs";

const knownPlaces = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const versionTimeoutMs = 20_000;
const lockTimeoutSeconds = 300;

/**
 * Finds a Chromium for the browser tests, and installs Debian's where there is none and this process may.
 *
 * @param {AbortSignal} stop
 * @returns {Promise<string>} the path of the executable
 */
export async function ensureChromium(stop) {
  const chosen = process.env["CHROMIUM_BIN"];
  if (chosen) {
    if (canRun(chosen)) return chosen;
    throw new SetupError(`CHROMIUM_BIN names ${chosen}, which does not run`, {
      advice: "Mend or unset CHROMIUM_BIN.",
    });
  }
  const present = knownPlaces.find(canRun);
  if (present) return present;
  await installChromium(stop);
  const installed = knownPlaces.find(canRun);
  if (installed) return installed;
  throw new SetupError("the installed Chromium does not run", {
    advice: "Set CHROMIUM_BIN to one that does.",
  });
}

/** @param {AbortSignal} stop */
async function installChromium(stop) {
  const command = "apt-get update && apt-get install -y --no-install-recommends chromium";
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) {
    throw new SetupError("the browser tests need a Chromium, and this machine has none", {
      advice: `Run this as root, or set CHROMIUM_BIN: ${command}`,
    });
  }
  const apt = { file: "apt-get", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" }, stop };
  const lock = `DPkg::Lock::Timeout=${lockTimeoutSeconds}`;
  await withProgress({ title: "Installing Chromium for the browser tests (about 100 MB)" }, async () => {
    // An install that was killed half-way leaves packages that must be set up first.
    await runQuietly({ ...apt, name: "chromium-repair", file: "dpkg", args: ["--configure", "-a"] });
    await runQuietly({ ...apt, name: "chromium-update", args: ["-o", lock, "update"] });
    const install = ["-o", lock, "install", "-y", "--no-install-recommends", "chromium"];
    await runQuietly({
      ...apt,
      name: "chromium-install",
      args: install,
      advice: `Run this by hand: ${command}`,
    });
  });
}

/** @param {string} file */
function canRun(file) {
  return existsSync(file) && spawnSync(file, ["--version"], { timeout: versionTimeoutMs }).status === 0;
}
