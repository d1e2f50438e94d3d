/** The files beside the database, in an order that is the same each time. */
import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { hasCode } from "../../kernel/system-errors.ts";
import type { ArchiveWriter } from "./archive-writer.ts";
import { type FilesSummary, filesPrefix } from "./format.ts";

/** Adds up what goes in, and what comes out. */
export class FilesSum {
  readonly #hash: Hash = createHash("sha256");
  #count = 0;
  #bytes = 0;

  begin(path: string, sizeBytes: number): void {
    this.#count += 1;
    this.#bytes += sizeBytes;
    this.#hash.update(`${path}\0${sizeBytes}\0`);
  }

  add(chunk: Buffer): void {
    this.#hash.update(chunk);
  }

  end(): FilesSummary {
    return { count: this.#count, bytes: this.#bytes, sha256: this.#hash.digest("hex") };
  }
}

/** Regular files, one directory after the other: paths from the directory, with `/`. */
async function* walk(directory: string, prefix = ""): AsyncGenerator<string> {
  const entries = await readdir(join(directory, prefix), { withFileTypes: true }).catch((error: unknown) => {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  });
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.isDirectory()) yield* walk(directory, `${prefix}${entry.name}/`);
    if (entry.isFile()) yield prefix + entry.name;
  }
}

/**
 * Every file that the database's snapshot speaks of is there when this begins, since files are written before their rows.
 * One that is deleted meanwhile is left out.
 */
export const addFiles = async (
  archive: ArchiveWriter,
  { directory, signal }: { directory: string; signal: AbortSignal | undefined },
): Promise<FilesSummary> => {
  const sum = new FilesSum();
  for await (const path of walk(directory)) {
    signal?.throwIfAborted();
    const file = await open(join(directory, path), "r").catch((error: unknown) => {
      if (hasCode(error, "ENOENT")) return undefined;
      throw error;
    });
    if (!file) continue;
    const { size } = await file.stat();
    sum.begin(path, size);
    await archive.addFile(filesPrefix + path, size, readCounted(file, size, sum));
  }
  return sum.end();
};

/** No more than its size when it began: one that grows meanwhile is kept as it was. */
async function* readCounted(file: FileHandle, sizeBytes: number, sum: FilesSum): AsyncGenerator<Buffer> {
  try {
    if (sizeBytes === 0) return;
    for await (const chunk of file.createReadStream({ end: sizeBytes - 1, autoClose: false })) {
      if (!Buffer.isBuffer(chunk)) throw new TypeError("a file gives bytes");
      sum.add(chunk);
      yield chunk;
    }
  } finally {
    await file.close();
  }
}
