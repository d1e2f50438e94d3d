import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

import { projectDir } from "./paths.mjs";

/**
 * One hash over the names and contents of files, and of all files in directories. Contents, not times: a checkout
 * changes times without changing a byte. What does not exist counts as such.
 *
 * @param {string[]} paths
 * @param {{ ignore?: (file: string) => boolean, salt?: string }} [options]
 * @returns {string} hexadecimal
 */
export function getFingerprint(paths, { ignore = () => false, salt = "" } = {}) {
  const hash = createHash("sha256").update(salt);
  for (const file of paths.flatMap(listFiles)) {
    if (ignore(file)) continue;
    hash.update(`\0${path.relative(projectDir, file)}\0`);
    if (existsSync(file)) hash.update(readFileSync(file));
  }
  return hash.digest("hex");
}

/**
 * @param {string} file
 * @returns {string[]}
 */
function listFiles(file) {
  if (!existsSync(file) || !statSync(file).isDirectory()) return [file];
  const names = readdirSync(file);
  // The order that a file system lists in is its own.
  names.sort();
  return names.flatMap((name) => listFiles(path.join(file, name)));
}

/** @param {string} file a stamp: the fingerprint of what the directory around it was made from */
export function findStamp(file) {
  return existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
}
