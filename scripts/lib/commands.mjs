import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";

/**
 * @param {string} name
 * @returns {string | undefined} the path of a command that the PATH leads to
 */
export function findCommand(name) {
  const dirs = (process.env["PATH"] ?? "").split(path.delimiter).filter(Boolean);
  return dirs.map((dir) => path.join(dir, name)).find(isExecutable);
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
