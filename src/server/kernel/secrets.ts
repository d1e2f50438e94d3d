/** Secrets that nobody should have to invent: made once, kept in the data directory, readable by its owner alone. */
import { randomBytes } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;

/** The secret of that name: 48 random bytes, base64url. Two processes that start at once get the same one. */
export const readOrCreateSecret = async (dataDirectory: string, name: string): Promise<string> => {
  const directory = join(dataDirectory, "secrets");
  const path = join(directory, name);
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
  await mkdir(directory, { recursive: true, mode: 0o700 });
  // Written aside and linked into place: an interruption leaves no half secret, and the first of two wins.
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, `${randomBytes(48).toString("base64url")}\n`, { mode: 0o600 });
  try {
    await link(draft, path);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return (await readFile(path, "utf8")).trim();
};
