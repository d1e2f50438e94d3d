import { spawnSync } from "node:child_process";
import { closeSync, copyFileSync, fstatSync, mkdirSync, openSync, readSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import path from "node:path";

import { installDebianPackages } from "./apt.mjs";
import { findCommand } from "./commands.mjs";
import { projectDir } from "./paths.mjs";
import { withProgress } from "./progress.mjs";
import { getLogFile, runQuietly } from "./run-command.mjs";
import { SetupError } from "./setup-error.mjs";
import { mesonOptions, writeWorkerSources } from "./voice-worker-sources.mjs";

/** What the build takes from the system, by Debian's names, and how to see that it is there on any system. */
const needs = [
  { name: "meson", isThere: () => hasCommand("meson") },
  { name: "ninja-build", isThere: () => hasCommand("ninja") },
  { name: "pkg-config", isThere: () => hasCommand("pkg-config") },
  { name: "g++", isThere: () => hasCommand("c++") },
  { name: "libssl-dev", isThere: () => hasLibrary("openssl") },
  { name: "libsrtp2-dev", isThere: () => hasLibrary("libsrtp2") },
  { name: "libuv1-dev", isThere: () => hasLibrary("libuv") },
  { name: "libabsl-dev", isThere: () => hasLibrary("absl_strings") },
  { name: "flatbuffers-compiler", isThere: () => hasCommand("flatc") },
  // Debian's has no description for pkg-config.
  { name: "libflatbuffers-dev", isThere: () => hasHeader("flatbuffers/flatbuffers.h") },
];

/** What a compiler takes at its largest file, so that a small machine with many cores does not run out of memory. */
const compilerBytes = 1024 ** 3;
const shownTailBytes = 4096;
const logName = "build-voice-worker";

/**
 * Installs those Debian packages that the build needs and this machine lacks.
 *
 * @param {AbortSignal} stop
 * @throws {SetupError} when there is no apt or this process may not, with the command to run
 */
export async function ensureBuildTools(stop) {
  if (process.platform !== "linux") {
    throw new SetupError("the voice worker can be built on Linux alone", {
      advice: "Set MEDIASOUP_WORKER_BIN to a worker that runs here",
    });
  }
  const missing = listMissing();
  if (missing.length === 0) return;
  await installDebianPackages(missing, {
    lacking: `the voice worker could not be built, because this machine lacks ${missing.join(", ")}`,
    title: `Installing ${missing.length} Debian packages that the voice worker is built with`,
    stop,
  });
  const stillMissing = listMissing();
  if (stillMissing.length > 0) {
    throw new SetupError(`the voice worker could not be built: ${stillMissing.join(", ")} did not install`);
  }
}

/**
 * Builds the worker from the sources in the npm package, against the system's libraries.
 *
 * @param {string} binDir where the worker is put
 * @param {{ packageDir: string, workDir: string, stop: AbortSignal }} from `packageDir` is the installed mediasoup
 */
export async function buildWorker(binDir, { packageDir, workDir, stop }) {
  const sourceDir = path.join(workDir, "worker");
  const outDir = path.join(workDir, "out");
  const title = "Building the voice worker (2 to 5 minutes on two cores, once per version)";
  await withProgress({ title, getDetail: describeProgress }, async () => {
    writeWorkerSources(sourceDir, packageDir);
    await runStep("meson", ["setup", outDir, sourceDir, ...mesonOptions], stop);
    await compile(outDir, stop);
    mkdirSync(binDir);
    copyFileSync(path.join(outDir, "mediasoup-worker"), path.join(binDir, "mediasoup-worker"));
  });
}

/**
 * Goes on once more where the first attempt ended, one file at a time: on a machine that is short of memory the system
 * ends compilers that run side by side.
 *
 * @param {string} outDir
 * @param {AbortSignal} stop
 */
async function compile(outDir, stop) {
  const run = (/** @type {number} */ jobs) =>
    runStep("ninja", ["-C", outDir, "-j", String(jobs), "mediasoup-worker"], stop);
  try {
    await run(countJobs());
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.log(`  ${error.message}; trying once more, one file at a time.\n${error.details ?? ""}`);
    await run(1);
  }
}

/**
 * @param {string} file
 * @param {string[]} args
 * @param {AbortSignal} stop
 */
async function runStep(file, args, stop) {
  try {
    // Minutes of every core: what else the machine does goes first, but does not starve it.
    await runQuietly({ name: logName, file: "nice", args: ["-n", "10", file, ...args], stop });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    // This sentence is shown to people who know nothing of this machine's directories.
    throw new SetupError(`the voice worker could not be built: ${file} failed`, {
      advice: `What it said is in ${path.relative(projectDir, getLogFile(logName))}`,
      ...(error.details && { details: error.details }),
    });
  }
}

function countJobs() {
  const memoryBytes = Math.min(totalmem(), process.constrainedMemory() || Infinity);
  return Math.max(1, Math.min(availableParallelism(), Math.floor(memoryBytes / compilerBytes)));
}

/** Ninja begins each line with what is done of how much: "[12/261] Compiling …". */
function describeProgress() {
  const steps = [...readTail(getLogFile(logName)).matchAll(/^\[(\d+)\/(\d+)\]/gm)].at(-1);
  return steps ? `${steps[1]} of ${steps[2]}` : "";
}

/** @param {string} file */
function readTail(file) {
  try {
    const fd = openSync(file, "r");
    try {
      const buffer = Buffer.alloc(shownTailBytes);
      const position = Math.max(0, fstatSync(fd).size - shownTailBytes);
      return buffer.toString("utf8", 0, readSync(fd, buffer, { position }));
    } finally {
      closeSync(fd);
    }
  } catch {
    return "";
  }
}

function listMissing() {
  return needs.filter(({ isThere }) => !isThere()).map(({ name }) => name);
}

/** @param {string} name */
function hasCommand(name) {
  return findCommand(name) !== undefined;
}

/** @param {string} name */
function hasLibrary(name) {
  return spawnSync("pkg-config", ["--exists", name]).status === 0;
}

/** @param {string} name */
function hasHeader(name) {
  return (
    spawnSync("c++", ["-E", "-x", "c++", "-include", name, "/dev/null"], { stdio: "ignore" }).status === 0
  );
}
