/** Writes an archive's file: under another name until it is whole, so that an interruption leaves nothing that looks like one. */
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { type Pack, pack as createPack } from "tar-stream";
import { isAlive } from "../embedded/processes.ts";
import { databasePrefix, partBytes } from "./format.ts";

/** Whoever may read it can read every message; nobody but its owner. */
const fileMode = 0o600;
const directoryMode = 0o700;
const partialPattern = /^\..+\.(\d+)\.partial$/;

export interface Sum {
  bytes: number;
  sha256: string;
}

export class ArchiveWriter implements AsyncDisposable {
  readonly #path: string;
  readonly #draft: string;
  readonly #pack: Pack;
  readonly #written: Promise<void>;
  #isFinished = false;

  private constructor(path: string, draft: string, stream: NodeJS.WritableStream) {
    this.#path = path;
    this.#draft = draft;
    this.#pack = createPack();
    // The lowest level that is worth it: a small machine has other work, and text shrinks to a third.
    this.#written = pipeline(this.#pack, createGzip({ level: 4 }), stream);
    // Told by whatever is written next, and by `finish`.
    this.#written.catch((error: unknown) => this.#pack.destroy(error instanceof Error ? error : undefined));
  }

  /** @throws when the directory cannot be made or written */
  static async create(path: string): Promise<ArchiveWriter> {
    const directory = dirname(path);
    await mkdir(directory, { recursive: true, mode: directoryMode });
    await removeAbandoned(directory);
    const draft = join(directory, `.${basename(path)}.${process.pid}.partial`);
    const file = await open(draft, "wx", fileMode);
    return new ArchiveWriter(path, draft, createWriteStream(draft, { fd: file, flush: true }));
  }

  /** A small member, at once. */
  async addText(name: string, text: string): Promise<void> {
    await this.#addBuffer(name, Buffer.from(text));
  }

  /** A table's lines, in members of bounded size. */
  async addTable(table: string, lines: Readable): Promise<Sum> {
    const hash = createHash("sha256");
    let [bytes, number] = [0, 0];
    let [collected, collectedBytes]: [Buffer[], number] = [[], 0];
    const flush = async (): Promise<void> => {
      number += 1;
      const name = `${databasePrefix}${table}/${String(number).padStart(8, "0")}.copy`;
      const part = Buffer.concat(collected, collectedBytes);
      [collected, collectedBytes] = [[], 0];
      await this.#addBuffer(name, part);
    };
    for await (const chunk of lines) {
      if (!Buffer.isBuffer(chunk)) throw new TypeError("COPY gives bytes");
      hash.update(chunk);
      bytes += chunk.length;
      collected.push(chunk);
      collectedBytes += chunk.length;
      if (collectedBytes >= partBytes) await flush();
    }
    if (collectedBytes > 0) await flush();
    return { bytes, sha256: hash.digest("hex") };
  }

  /** A member of a size that is known: the content must have it. */
  async addFile(name: string, sizeBytes: number, content: AsyncIterable<Buffer>): Promise<void> {
    await pipeline(content, this.#pack.entry({ name, size: sizeBytes, mode: fileMode }));
  }

  /** All of it is on the disk, under its name. */
  async finish(): Promise<void> {
    this.#pack.finalize();
    await this.#written;
    await rename(this.#draft, this.#path);
    await syncDirectory(dirname(this.#path));
    this.#isFinished = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isFinished) return;
    this.#pack.destroy();
    await this.#written.catch(() => undefined);
    await rm(this.#draft, { force: true });
  }

  async #addBuffer(name: string, content: Buffer): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#pack.entry({ name, mode: fileMode }, content, (error) => (error ? reject(error) : resolve()));
    });
  }
}

/** The new name survives a power cut too, where a directory can be synced. */
const syncDirectory = async (directory: string): Promise<void> => {
  const handle = await open(directory, "r").catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
};

/** What a process that was killed has left behind. */
const removeAbandoned = async (directory: string): Promise<void> => {
  for (const name of await readdir(directory)) {
    const owner = Number(partialPattern.exec(name)?.[1]);
    // Our own number is one of an earlier container's.
    if (!(owner > 0) || (owner !== process.pid && isAlive(owner))) continue;
    await rm(join(directory, name), { force: true });
  }
};
