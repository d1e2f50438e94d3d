import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findStorageProblem } from "./storage.ts";

const withFree = (freeBytes: number) => () => Promise.resolve({ freeBytes, totalBytes: 10 ** 12 });

it("finds nothing wrong with a directory that is there, or can be made", async () => {
  const directory = await mkdtemp(join(tmpdir(), "together-storage-"));
  try {
    expect(await findStorageProblem(directory, withFree(10 ** 9))).toBeUndefined();
    expect(await findStorageProblem(join(directory, "a/b"), withFree(10 ** 9))).toBeUndefined();
  } finally {
    await rm(directory, { recursive: true });
  }
});

it("says when the disk is nearly full", async () => {
  expect(await findStorageProblem(tmpdir(), withFree(99 * 1024 * 1024))).toMatch(/less than 100 MB/);
});

it("says when it cannot be written to", async () => {
  // Nobody writes there, root neither.
  expect(await findStorageProblem("/proc/self", withFree(10 ** 9))).toMatch(/cannot be written/);
});
