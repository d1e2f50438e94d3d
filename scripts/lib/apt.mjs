import { findCommand } from "./commands.mjs";
import { withProgress } from "./progress.mjs";
import { runQuietly } from "./run-command.mjs";
import { SetupError } from "./setup-error.mjs";

const lockTimeoutSeconds = 300;

/**
 * Installs packages of Debian and its kin, where there is an apt and this process may.
 *
 * @param {string[]} packages
 * @param {object} why
 * @param {string} why.lacking what the machine lacks, for whoever has to install it by hand
 * @param {string} [why.instead] what helps as well as installing ("set CHROMIUM_BIN")
 * @param {string} why.title names the step while it is under way
 * @param {AbortSignal} why.stop
 * @throws {SetupError} with the command to run, when it cannot be done from here
 */
export async function installDebianPackages(packages, { lacking, instead, title, stop }) {
  const or = instead ? `, or ${instead}` : "";
  if (!findCommand("apt-get")) {
    throw new SetupError(lacking, { advice: `Install what your system calls ${packages.join(", ")}${or}` });
  }
  const command = `apt-get update && apt-get install -y --no-install-recommends ${packages.join(" ")}`;
  if (process.getuid?.() !== 0)
    throw new SetupError(lacking, { advice: `Run this as root${or}: ${command}` });
  const apt = { file: "apt-get", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" }, stop };
  const lock = `DPkg::Lock::Timeout=${lockTimeoutSeconds}`;
  try {
    await withProgress({ title }, async () => {
      // An install that was killed half-way leaves packages that must be set up first.
      await runQuietly({ ...apt, name: "apt-repair", file: "dpkg", args: ["--configure", "-a"] });
      await runQuietly({ ...apt, name: "apt-update", args: ["-o", lock, "update"] });
      const install = ["-o", lock, "install", "-y", "--no-install-recommends", ...packages];
      await runQuietly({ ...apt, name: "apt-install", args: install });
    });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    throw new SetupError(`${lacking}, and installing failed`, {
      advice: `Run this by hand: ${command}`,
      ...(error.details && { details: error.details }),
    });
  }
}
