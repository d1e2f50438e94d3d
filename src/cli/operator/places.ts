import { join } from "node:path";

/** drizzle-kit's folder. */
export const migrationsDirectory = join(import.meta.dirname, "../../../drizzle");
