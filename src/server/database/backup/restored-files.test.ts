import fs, { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { RestoredFiles } from "./restored-files.ts";

vi.mock("node:fs/promises", { spy: true });

async function* bytesOf(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

test("what was restored stays, also when what was there before could not be deleted to its end", async () => {
  const directory = await mkdtemp(join(tmpdir(), "together-files-"));
  const place = join(directory, "files");
  await mkdir(place);
  await writeFile(join(place, "picture"), "before");
  const first = await RestoredFiles.create(place);
  await first.add("picture", bytesOf("restored"));
  await first.putInPlace();
  vi.mocked(fs.rm).mockRejectedValueOnce(new Error("cut short"));
  await expect(first.settle()).rejects.toThrow("cut short");
  await using second = await RestoredFiles.create(place);
  await second.add("picture", bytesOf("half of the next"));
  await expect(readFile(join(place, "picture"), "utf8")).resolves.toBe("restored");
  await second[Symbol.asyncDispose]();
  await expect(readdir(directory)).resolves.toEqual(["files"]);
  await expect(readFile(join(place, "picture"), "utf8")).resolves.toBe("restored");
  await rm(directory, { recursive: true });
});
