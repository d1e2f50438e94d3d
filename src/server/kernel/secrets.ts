/** Secrets that nobody should have to invent: made once, kept in the data directory, readable by its owner alone. */
import { randomBytes, randomUUID } from "node:crypto";
import { link, mkdir, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { hasCode } from "./system-errors.ts";

const secretBytes = 48;
/** A file that was emptied or cut short would sign tokens that anyone can make. */
const minLength = 32;

const findSecret = async (path: string): Promise<string | undefined> => {
  try {
    const secret = (await readFile(path, "utf8")).trim();
    if (secret.length >= minLength) return secret;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
  throw new Error(
    `${path} is damaged: it holds fewer than ${minLength} characters. Delete it to have it made anew.`,
  );
};

/** On the disk before it has its name, so that not even a power cut leaves an empty secret. */
const writeNew = async (path: string): Promise<void> => {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(`${randomBytes(secretBytes).toString("base64url")}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
};

/**
 * The secret of that name: 48 random bytes, base64url. Two that ask at once get the same one.
 * @throws when its file is damaged, or the directory cannot be used
 */
export const readOrCreateSecret = async (dataDirectory: string, name: string): Promise<string> => {
  const directory = join(dataDirectory, "secrets");
  const path = join(directory, name);
  const known = await findSecret(path);
  if (known !== undefined) return known;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  // Written aside and linked into place: an interruption leaves no half secret, and the first of two wins. Containers
  // that share a directory may share a process id too, so that names nobody.
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeNew(draft);
    await link(draft, path);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
  } finally {
    await rm(draft, { force: true });
  }
  const made = await findSecret(path);
  if (made === undefined) throw new Error(`${path} was deleted while it was being made`);
  return made;
};
