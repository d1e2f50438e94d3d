import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const manifest = join(import.meta.dirname, "../../../package.json");

/** Together's own, of package.json. */
export const readVersion = async (): Promise<string> =>
  z.object({ version: z.string() }).parse(JSON.parse(await readFile(manifest, "utf8"))).version;
