import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";

import { getNpmCommand } from "./npm.mjs";
import { withProgress } from "./progress.mjs";
import { runQuietly } from "./run-command.mjs";
import { SetupError } from "./setup-error.mjs";
import { makeDirectory } from "./temporary.mjs";
import { getUserCacheDir } from "./user-cache.mjs";

const requiredMajor = 24;
const fetchedVersion = "24.21.0";
const advice = `Install Node ${requiredMajor} or newer yourself and run the same command again.`;

/**
 * Finds a Node that is new enough: the one that runs this script, or one fetched from the npm registry and kept for
 * every checkout of this user.
 *
 * @param {AbortSignal} stop
 * @returns {Promise<string>} the path of the executable
 */
export async function ensureNode(stop) {
  if (Number.parseInt(process.versions.node, 10) >= requiredMajor) return process.execPath;
  const home = path.join(getUserCacheDir(), `node-${fetchedVersion}-${process.platform}-${process.arch}`);
  const node = path.join(home, process.platform === "win32" ? "node.exe" : path.join("bin", "node"));
  if (existsSync(node)) return node;

  const title = `Fetching Node ${fetchedVersion} (this is ${process.version}; about 60 MB, once per user)`;
  await withProgress({ title }, () =>
    makeDirectory(home, {
      make: (dir) => fetchNode(dir, stop),
      pick: (dir) => path.join(dir, "node_modules", getPackageName()),
      isMade: () => existsSync(node),
    }),
  );
  return node;
}

/**
 * @param {string} dir
 * @param {AbortSignal} stop
 */
async function fetchNode(dir, stop) {
  // Without a package.json of its own, npm would install into the next project further up.
  writeFileSync(path.join(dir, "package.json"), "{}");
  const wanted = `${getPackageName()}@${fetchedVersion}`;
  const flags = ["--ignore-scripts", "--no-save", "--no-audit", "--no-fund", "--global=false"];
  const npm = getNpmCommand(process.execPath, ["install", ...flags, wanted]);
  await runQuietly({ ...npm, name: "fetch-node", cwd: dir, stop, advice });

  const binDir = path.join(dir, "node_modules", getPackageName(), "bin");
  const { stdout, error } = spawnSync(path.join(binDir, "node"), ["--version"], { encoding: "utf8" });
  if (stdout?.trim() !== `v${fetchedVersion}`) {
    throw new SetupError(`the fetched Node does not run on this machine (${error?.message ?? stdout})`, {
      advice,
    });
  }
}

/**
 * The npm package `node` only runs an install script that installs the package of the platform. Asking for that one
 * directly works where npm does not run install scripts, as its newest versions and careful users have it.
 */
function getPackageName() {
  const platform = process.platform === "win32" ? "win" : process.platform;
  const prefix = process.platform === "darwin" && process.arch === "arm64" ? "node-bin" : "node";
  return `${prefix}-${platform}-${process.arch}`;
}
