import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";

import { inProject } from "./paths.mjs";
import { SetupError } from "./setup-error.mjs";
import { makeDirectory } from "./temporary.mjs";
import { getUserCacheDir } from "./user-cache.mjs";
import { buildWorker, ensureBuildTools } from "./voice-worker-build.mjs";
import { fetchWorker } from "./voice-worker-fetch.mjs";
import { getRecipe } from "./voice-worker-sources.mjs";

const packageDir = inProject("node_modules", "mediasoup");
const fileName = process.platform === "win32" ? "mediasoup-worker.exe" : "mediasoup-worker";
const runTimeoutMs = 10_000;
/** The worker's own "missing MEDIASOUP_VERSION": it was loaded with all its libraries, and refused to go on. */
const refusedExitCode = 41;

/** @typedef {{ kind: "found", path: string } | { kind: "lacking", cause: string }} VoiceWorker */

/**
 * Finds a mediasoup worker that runs on this machine, or gets one: the one that MEDIASOUP_WORKER_BIN names; one fetched
 * or built before, kept for every checkout of this user; the prebuilt one of the mediasoup release; one built from the
 * sources in the npm package. Needs the packages to be installed.
 *
 * A machine without one is a machine without voice, and nothing worse: this says so in one sentence (`cause`).
 *
 * @param {AbortSignal} stop
 * @returns {Promise<VoiceWorker>}
 * @throws the stop signal's reason, and nothing else
 */
export async function ensureVoiceWorker(stop) {
  try {
    return { kind: "found", path: await getWorker(stop) };
  } catch (error) {
    stop.throwIfAborted();
    return { kind: "lacking", cause: describeCause(error) };
  }
}

/**
 * @param {AbortSignal} stop
 * @returns {Promise<string>} the path of the executable
 */
async function getWorker(stop) {
  const chosen = process.env["MEDIASOUP_WORKER_BIN"];
  if (chosen) {
    if (canRun(chosen)) return path.resolve(chosen);
    throw new SetupError(`MEDIASOUP_WORKER_BIN names ${chosen}, which does not run`, {
      advice: "Mend or unset MEDIASOUP_WORKER_BIN.",
    });
  }
  /** @type {{ version: string, repository: { url: string } }} */
  const release = JSON.parse(readFileSync(path.join(packageDir, "package.json"), "utf8"));
  const name = `mediasoup-worker-${release.version}-${process.platform}-${process.arch}`;
  const fetchedDir = path.join(getUserCacheDir(), `${name}-fetched`);
  // A mended recipe must not meet what the old one made.
  const builtDir = path.join(getUserCacheDir(), `${name}-built-${getRecipe()}`);
  const places = [
    path.join(fetchedDir, fileName),
    path.join(builtDir, fileName),
    // Where an install by hand, with install scripts, leaves it.
    path.join(packageDir, "worker", "out", "Release", fileName),
  ];
  // Not only whether it is there: an upgraded system may have other libraries than the worker was linked to.
  const present = places.find(canRun);
  if (present) return present;

  try {
    return await makeWorker(fetchedDir, (binDir, workDir) => fetchWorker(binDir, { release, workDir, stop }));
  } catch (error) {
    stop.throwIfAborted();
    console.log(`  No prebuilt voice worker (${describe(error)}): trying to build one.`);
  }
  return buildVoiceWorker(builtDir, stop);
}

/**
 * Builds the worker for this machine, whatever there is already. Needs the installed mediasoup, and no other package.
 *
 * @param {string} target the directory that it is put into
 * @param {AbortSignal} stop
 * @returns {Promise<string>} the path of the executable
 */
export async function buildVoiceWorker(target, stop) {
  await ensureBuildTools(stop);
  return makeWorker(target, (binDir, workDir) => buildWorker(binDir, { packageDir, workDir, stop }));
}

/**
 * @param {string} target
 * @param {(binDir: string, workDir: string) => Promise<void>} make leaves the worker in `binDir`
 * @returns {Promise<string>} the path of the executable
 */
async function makeWorker(target, make) {
  const file = path.join(target, fileName);
  await makeDirectory(target, {
    make: async (workDir) => {
      const binDir = path.join(workDir, "bin");
      await make(binDir, workDir);
      if (!canRun(path.join(binDir, fileName))) {
        throw new SetupError("the voice worker that came of it does not run on this machine");
      }
    },
    pick: (workDir) => path.join(workDir, "bin"),
    isMade: () => canRun(file),
  });
  return file;
}

/** @param {string} file */
function canRun(file) {
  const { MEDIASOUP_VERSION: _, ...env } = process.env;
  return spawnSync(file, { env, stdio: "ignore", timeout: runTimeoutMs }).status === refusedExitCode;
}

/** @param {unknown} error */
function describeCause(error) {
  const advice = error instanceof SetupError ? error.advice : undefined;
  if (!advice) return describe(error);
  return `${describe(error)}; ${advice.charAt(0).toLowerCase()}${advice.slice(1).replace(/\.$/, "")}`;
}

/** @param {unknown} error */
function describe(error) {
  return error instanceof Error ? error.message : String(error);
}
