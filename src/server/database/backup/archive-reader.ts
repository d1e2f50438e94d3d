/** Reads an archive, one member after the other. It is not trusted: what it says is parsed, and counted again. */
import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import type { z } from "zod";
import { FilesSum } from "./files.ts";
import {
  BackupError,
  BackupHeader,
  BackupManifest,
  databasePrefix,
  filesPrefix,
  type FilesSummary,
  formatVersion,
  memberNames,
} from "./format.ts";

type Entry = ReturnType<typeof extract> extends AsyncIterable<infer Item> ? Item : never;

/** Header and manifest are held in memory. */
const maxTextBytes = 16 * 1024 * 1024;

export type Member =
  | { kind: "header"; header: BackupHeader }
  | { kind: "table"; table: string; content: AsyncIterable<Buffer> }
  | { kind: "file"; path: string; sizeBytes: number; content: AsyncIterable<Buffer> }
  | { kind: "manifest"; manifest: BackupManifest };

/** Each member's content must be read before the next member is asked for. @throws BackupError for what is no backup */
export async function* readMembers(path: string, signal?: AbortSignal): AsyncGenerator<Member> {
  const tar = extract();
  const reading = pipeline(createReadStream(path), createGunzip(), tar, signal ? { signal } : {});
  // The iteration below fails as well.
  reading.catch(() => undefined);
  try {
    for await (const entry of tar) yield await toMember(entry);
    await reading;
  } catch (error) {
    signal?.throwIfAborted();
    throw explain(path, error);
  }
}

const explain = (path: string, error: unknown): unknown => {
  if (!(error instanceof Error) || error instanceof BackupError) return error;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (code === "ENOENT") return new BackupError(`There is no file ${path}.`);
  if (code.startsWith("Z_") || /^invalid tar|^unexpected end/i.test(error.message))
    return new BackupError(`${path} is no whole backup of Together: it is damaged or cut short.`, {
      cause: error,
    });
  return error;
};

const toMember = async (entry: Entry): Promise<Member> => {
  const { name } = entry.header;
  if (name === memberNames.header) return { kind: "header", header: parseHeader(await readText(entry)) };
  if (name === memberNames.manifest)
    return { kind: "manifest", manifest: parseAs(BackupManifest, await readText(entry)) };
  const table = new RegExp(`^${databasePrefix}([a-z0-9_]+)/\\d+\\.copy$`).exec(name)?.[1];
  if (table !== undefined) return { kind: "table", table, content: bytesOf(entry) };
  const path = name.startsWith(filesPrefix) ? name.slice(filesPrefix.length) : "";
  if (!isSafePath(path)) throw new BackupError(`The archive has a member that no backup has: ${name}`);
  return { kind: "file", path, sizeBytes: entry.header.size ?? 0, content: bytesOf(entry) };
};

async function* bytesOf(entry: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  for await (const chunk of entry) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError("a tar gives bytes");
    yield chunk;
  }
}

/** It leads nowhere but below. */
const isSafePath = (path: string): boolean =>
  path.split("/").every((part) => part !== "" && part !== "." && part !== ".." && !/[\\\0]/.test(part));

const readText = async (entry: Entry): Promise<string> => {
  if ((entry.header.size ?? 0) > maxTextBytes)
    throw new BackupError("The archive's description is too long.");
  const chunks: Buffer[] = [];
  for await (const chunk of bytesOf(entry)) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
};

const parseAs = <T>(schema: z.ZodType<T>, text: string): T => {
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new BackupError("The archive's description cannot be read: it is damaged, or no backup of Together.");
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const parseHeader = (text: string): BackupHeader => {
  const header = parseAs(BackupHeader, text);
  if (header.format !== formatVersion)
    throw new BackupError(
      `The backup has format ${header.format}, of Together ${header.togetherVersion}; this version reads format ` +
        `${formatVersion}.`,
    );
  return header;
};

export interface CheckedBackup {
  header: BackupHeader;
  manifest: BackupManifest;
}

interface TableSum {
  hash: Hash;
  bytes: number;
}

/**
 * Reads the whole archive and holds each sum against its manifest.
 * @throws BackupError for one that is damaged, cut short, or of another format
 */
export const checkArchive = async (path: string, signal?: AbortSignal): Promise<CheckedBackup> => {
  let [header, manifest]: [BackupHeader | undefined, BackupManifest | undefined] = [undefined, undefined];
  const tables = new Map<string, TableSum>();
  const files = new FilesSum();
  for await (const member of readMembers(path, signal)) {
    if ((header === undefined) !== (member.kind === "header") || manifest)
      throw new BackupError(`${path} is no backup of Together: its parts are not in their order.`);
    if (member.kind === "header") ({ header } = member);
    if (member.kind === "manifest") ({ manifest } = member);
    if (member.kind === "table") await addUp(tables, member);
    if (member.kind === "file") {
      files.begin(member.path, member.sizeBytes);
      for await (const chunk of member.content) files.add(chunk);
    }
  }
  if (!header || !manifest) throw new BackupError(`${path} is no whole backup: its end is missing.`);
  requireSums(manifest, tables, files.end());
  return { header, manifest };
};

const addUp = async (
  sums: Map<string, TableSum>,
  { table, content }: Extract<Member, { kind: "table" }>,
): Promise<void> => {
  const sum = sums.get(table) ?? { hash: createHash("sha256"), bytes: 0 };
  sums.set(table, sum);
  for await (const chunk of content) {
    sum.hash.update(chunk);
    sum.bytes += chunk.length;
  }
};

const requireSums = (manifest: BackupManifest, sums: Map<string, TableSum>, files: FilesSummary): void => {
  const emptySum = createHash("sha256").digest("hex");
  const listed = new Set(manifest.tables.map(({ name }) => name));
  const wrong = manifest.tables.filter(({ name, bytes, sha256 }) => {
    const sum = sums.get(name);
    return bytes !== (sum?.bytes ?? 0) || sha256 !== (sum?.hash.digest("hex") ?? emptySum);
  });
  const extra = [...sums.keys()].filter((name) => !listed.has(name));
  const named = [...wrong.map(({ name }) => name), ...extra];
  const wanted = manifest.files ?? new FilesSum().end();
  if (files.count !== wanted.count || files.sha256 !== wanted.sha256) named.push("files");
  if (named.length > 0)
    throw new BackupError(
      `The backup is damaged: the sums of ${named.join(", ")} are not those of its manifest.`,
    );
};
