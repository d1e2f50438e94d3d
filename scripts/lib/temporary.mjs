// Whatever takes long is made in a directory of its own and renamed into place when it is whole. So a kill at any
// moment leaves either the old or the new, and what was half-made is thrown away by the next run.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import path from "node:path";

const marker = ".making-";
const longestStepMs = 60 * 60 * 1000;

/**
 * @typedef {object} Making
 * @property {(dir: string) => Promise<void>} make fills an empty directory
 * @property {(dir: string) => string} [pick] the part of it that becomes the target; all of it when left out
 * @property {() => boolean} [isMade] whether another process has made the target meanwhile, so that ours is not needed
 * @property {string} [nearby] where the work is done: on the target's file system; beside the target when left out
 */

/**
 * Makes `target` anew and puts it into place as a whole.
 *
 * @param {string} target
 * @param {Making} making
 */
export async function makeDirectory(target, { make, pick, isMade, nearby = path.dirname(target) }) {
  const workDir = path.join(nearby, `${path.basename(target)}${marker}`);
  mkdirSync(nearby, { recursive: true });
  mkdirSync(path.dirname(target), { recursive: true });
  removeAbandoned(workDir);
  const dir = `${workDir}${process.pid}`;
  mkdirSync(dir);
  try {
    await make(dir);
    if (!isMade?.()) replaceDirectory(target, { by: pick?.(dir) ?? dir, old: `${dir}-old` });
  } finally {
    removeQuietly(dir);
    removeQuietly(`${dir}-old`);
  }
}

/**
 * @param {string} target
 * @param {{ by: string, old: string }} paths
 */
function replaceDirectory(target, { by, old }) {
  if (existsSync(target)) renameSync(target, old);
  renameSync(by, target);
}

/** @param {string} workDir what the names of all work directories of one target begin with */
function removeAbandoned(workDir) {
  const { dir: parent, base: prefix } = path.parse(workDir);
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(prefix)) continue;
    const ownerPid = Number.parseInt(name.slice(prefix.length), 10);
    const dir = path.join(parent, name);
    // In a container process ids come back soon, and a strange process would protect the rubbish for ever.
    const isOld = Date.now() - statSync(dir).birthtimeMs > longestStepMs;
    if (ownerPid === process.pid || isOld || !isAlive(ownerPid)) removeQuietly(dir);
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    // A container without an init keeps the killed as zombies.
    const statFile = `/proc/${pid}/stat`;
    return !existsSync(statFile) || !/\) Z /.test(readFileSync(statFile, "utf8"));
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/**
 * A command that outlived its killed parent may still be writing there; the next run removes what is left.
 *
 * @param {string} dir
 */
function removeQuietly(dir) {
  try {
    rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // Rubbish in an ignored directory is no reason to stop.
  }
}
