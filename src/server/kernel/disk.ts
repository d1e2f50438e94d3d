/** How full the disk is that holds a directory. */
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { hasCode } from "./system-errors.ts";

export interface DiskSpace {
  freeBytes: number;
  totalBytes: number;
}

/** A directory that is not there yet will be on the disk of the one that it goes into. */
export const measureDisk = async (directory: string): Promise<DiskSpace> => {
  try {
    const { bavail, blocks, bsize } = await statfs(directory);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch (error) {
    const parent = dirname(directory);
    if (!hasCode(error, "ENOENT") || parent === directory) throw error;
    return measureDisk(parent);
  }
};
