/** What a run writes into docs/performance.md: parts between two marks, so that the words around them stay. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

export const docsDirectory = join(import.meta.dirname, "../docs");
const page = join(docsDirectory, "performance.md");

/** @throws when the page has no place of that name */
export const writePart = async (name: string, markdown: string): Promise<void> => {
  const begin = `<!-- ${name} -->`;
  const end = `<!-- /${name} -->`;
  const text = await readFile(page, "utf8");
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from === -1 || to < from) throw new Error(`${page} has no place for ${name}`);
  await writeFile(page, `${text.slice(0, from)}${begin}\n${markdown}\n${text.slice(to)}`);
};
