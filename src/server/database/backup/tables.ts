/** Which tables are Together's, as the snapshots of its migrations know them; and what PostgreSQL knows of those. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Client, escapeIdentifier } from "pg";
import { z } from "zod";

const Snapshot = z.object({ tables: z.record(z.string(), z.object({ name: z.string() })) });

/** The names of all tables that any version up to this one has had. */
export const readTableNames = async (migrationsDirectory: string): Promise<string[]> => {
  const meta = join(migrationsDirectory, "meta");
  const files = (await readdir(meta)).filter((name) => name.endsWith("_snapshot.json"));
  const snapshots = await Promise.all(
    files.map(async (name) => Snapshot.parse(JSON.parse(await readFile(join(meta, name), "utf8")))),
  );
  const names = snapshots.flatMap(({ tables }) => Object.values(tables).map(({ name }) => name));
  return [...new Set(names)].toSorted();
};

export interface StoredTable {
  name: string;
  /** Without those that PostgreSQL fills itself. */
  columns: string[];
}

/** The tables of the database, by name. */
export const listTables = async (client: Client): Promise<StoredTable[]> => {
  const { rows } = await client.query<StoredTable>(
    `SELECT relname::text AS name,
       array(SELECT attname::text FROM pg_attribute
             WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
             ORDER BY attnum) AS columns
     FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY 1`,
  );
  return rows;
};

/** `COPY table (a, b)`, of which the rest says where to. */
export const copyOf = ({ name, columns }: StoredTable): string =>
  `COPY public.${escapeIdentifier(name)} (${columns.map(escapeIdentifier).join(", ")})`;
