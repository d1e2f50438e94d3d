import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

import { installDebianPackages } from "./apt.mjs";
import { SetupError } from "./setup-error.mjs";

const knownPlaces = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const versionTimeoutMs = 20_000;

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
  await installDebianPackages(["chromium"], {
    lacking: "the browser tests need a Chromium, and this machine has none",
    instead: "set CHROMIUM_BIN",
    title: "Installing Chromium for the browser tests (about 100 MB)",
    stop,
  });
  const installed = knownPlaces.find(canRun);
  if (installed) return installed;
  throw new SetupError("the installed Chromium does not run", {
    advice: "Set CHROMIUM_BIN to one that does.",
  });
}

/** @param {string} file */
function canRun(file) {
  return existsSync(file) && spawnSync(file, ["--version"], { timeout: versionTimeoutMs }).status === 0;
}
