/** When an operator has to do something about the disk. */
import type { InstanceOverview } from "#shared/contract/instance.ts";

/** PostgreSQL stops when there is no room for its journal, well before the last byte. */
const leastFreeBytes = 1_000_000_000;
const leastFreePart = 0.1;

type Disk = InstanceOverview["storage"]["disk"];

export const getUsedPart = ({ freeBytes, totalBytes }: Disk): number =>
  totalBytes === 0 ? 0 : (totalBytes - freeBytes) / totalBytes;

export const isNearlyFull = ({ freeBytes, totalBytes }: Disk): boolean =>
  totalBytes > 0 && (freeBytes < leastFreeBytes || freeBytes < totalBytes * leastFreePart);
