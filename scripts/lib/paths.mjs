import path from "node:path";
import { fileURLToPath } from "node:url";

export const projectDir = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

/** What can be made again at any time: logs, compiled code, half-made directories. Ignored by git. */
export const cacheDir = path.join(projectDir, ".cache");

/** @param {...string} parts */
export const inProject = (...parts) => path.join(projectDir, ...parts);
