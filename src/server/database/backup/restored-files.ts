/** A directory that takes another's place: filled beside it, and renamed, so that neither is ever there by half. */
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { hasCode } from "../../kernel/system-errors.ts";

export class RestoredFiles implements AsyncDisposable {
  readonly #directory: string;
  readonly #draft: string;
  readonly #former: string;
  #state: "filling" | "placed" | "settled" = "filling";

  private constructor(directory: string) {
    this.#directory = directory;
    this.#draft = `${directory}.restoring`;
    this.#former = `${directory}.before-restore`;
  }

  static async create(directory: string): Promise<RestoredFiles> {
    const files = new RestoredFiles(directory);
    await files.#takeBack();
    await mkdir(files.#draft, { recursive: true, mode: 0o700 });
    return files;
  }

  /** The path is relative, and leads nowhere but below. */
  async add(path: string, content: AsyncIterable<Buffer>): Promise<void> {
    const target = join(this.#draft, path);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await pipeline(content, createWriteStream(target, { flags: "wx", mode: 0o600, flush: true }));
  }

  /** Until `settle`, what was there before comes back when this is disposed. */
  async putInPlace(): Promise<void> {
    await renameExisting(this.#directory, this.#former);
    this.#state = "placed";
    await rename(this.#draft, this.#directory);
  }

  /** What was there before goes. */
  async settle(): Promise<void> {
    this.#state = "settled";
    await this.#removeAsides();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state === "settled") return;
    if (this.#state === "placed") await this.#takeBack();
    await this.#removeAsides();
  }

  /** Also what a restore that was killed has left aside. */
  async #takeBack(): Promise<void> {
    await rm(this.#draft, { recursive: true, force: true });
    if (!(await exists(this.#former))) return;
    await renameExisting(this.#directory, this.#draft);
    await rename(this.#former, this.#directory);
    await rm(this.#draft, { recursive: true, force: true });
  }

  async #removeAsides(): Promise<void> {
    for (const path of [this.#draft, this.#former]) await rm(path, { recursive: true, force: true });
  }
}

const exists = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined)) !== undefined;

const renameExisting = async (from: string, to: string): Promise<void> => {
  await rename(from, to).catch((error: unknown) => {
    if (!hasCode(error, "ENOENT")) throw error;
  });
};
