import { accessSync, constants, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

import { cacheDir } from "./paths.mjs";

/** Shared by all checkouts; inside this one where the user has no home that can be written to. */
export function getUserCacheDir() {
  try {
    const dir = path.join(process.env["XDG_CACHE_HOME"] ?? path.join(homedir(), ".cache"), "together");
    mkdirSync(dir, { recursive: true });
    accessSync(dir, constants.W_OK);
    return dir;
  } catch {
    return cacheDir;
  }
}
