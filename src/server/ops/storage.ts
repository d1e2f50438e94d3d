/** Whether the data directory can take what is written into it. Looks only: an attempt would write for whoever asks. */
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { dirname } from "node:path";
import { measureDisk } from "../kernel/disk.ts";
import { hasCode } from "../kernel/system-errors.ts";

/** PostgreSQL takes its journal in files of 16 MB and stops when there is no space for one. */
const minFreeBytes = 100 * 1024 * 1024;

/** A directory that is not there yet will be made in the one that it goes into. */
const isWritable = async (directory: string): Promise<boolean> => {
  try {
    await access(directory, constants.W_OK);
    return true;
  } catch (error) {
    const parent = dirname(directory);
    return hasCode(error, "ENOENT") && parent !== directory ? isWritable(parent) : false;
  }
};

/** What is wrong with it, in a sentence for the operator; undefined when nothing is. */
export const findStorageProblem = async (
  directory: string,
  measure: typeof measureDisk = measureDisk,
): Promise<string | undefined> => {
  if (!(await isWritable(directory))) return "DATA_DIR cannot be written to";
  const { freeBytes } = await measure(directory);
  return freeBytes < minFreeBytes ? "less than 100 MB are free on the disk of DATA_DIR" : undefined;
};
