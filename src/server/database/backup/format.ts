/**
 * What a backup is: a gzipped tar of which every member can be read with the system's own tools.
 *
 *     header.json                        what it is, known before the rest is read
 *     database/<table>/<number>.copy     a table in PostgreSQL's COPY text, in parts, since tar wants sizes beforehand
 *     files/<path>                       the data directory's files
 *     manifest.json                      what the rest must be; its presence says that the archive is whole
 */
import { z } from "zod";

/** A change that an older Together would read wrongly gets the next number. */
export const formatVersion = 1;

/** A table's part is held in memory while it is collected. */
export const partBytes = 1024 * 1024;

export const memberNames = { header: "header.json", manifest: "manifest.json" } as const;
export const databasePrefix = "database/";
export const filesPrefix = "files/";
/** In the data directory: what people have uploaded. */
export const filesDirectoryName = "files";

export const BackupHeader = z.object({
  format: z.number().int(),
  togetherVersion: z.string(),
  createdAt: z.iso.datetime(),
  /** SHA-256 of each applied migration, in order: the state of the tables. */
  migrations: z.array(z.string()),
});
export type BackupHeader = z.infer<typeof BackupHeader>;

const Sum = { bytes: z.number().int(), sha256: z.string() };
const TableSummary = z.object({
  name: z.string(),
  /** In the order of the values in each line. */
  columns: z.array(z.string()),
  rows: z.number().int(),
  /** Of the table's parts, one after the other. */
  ...Sum,
});
export type TableSummary = z.infer<typeof TableSummary>;

/** The digest is of each file's path, a zero byte, its length and its bytes, one file after the other. */
const FilesSummary = z.object({ count: z.number().int(), ...Sum });
export type FilesSummary = z.infer<typeof FilesSummary>;

export const BackupManifest = z.object({
  tables: z.array(TableSummary),
  /** Null where only the database was kept: a restore leaves the files alone then. */
  files: FilesSummary.nullable(),
});
export type BackupManifest = z.infer<typeof BackupManifest>;

/** Why a backup cannot be made, read or restored, in a sentence for the operator. */
export class BackupError extends Error {
  override readonly name = "BackupError";
}
