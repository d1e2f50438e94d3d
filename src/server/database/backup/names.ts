/** What backups are called, and which of them may go: those of their kind alone, so that nobody else's file is ever deleted. */
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";

export type AutomaticKind = "scheduled" | "before";

/** In its name, and as text in the order of time: 20260102T030405Z. */
const momentText = (moment: Date): string => moment.toISOString().replace(/[-:]|\.\d+/g, "");

/** `together-20260102T030405Z.tar.gz`. */
export const backupFileName = (kind: string, moment: Date): string => `${kind}-${momentText(moment)}.tar.gz`;

const patterns: Record<AutomaticKind, RegExp> = {
  scheduled: /^scheduled-(\d{8}T\d{6}Z)\.tar\.gz$/,
  // Which migration it was made before stands between.
  before: /^before-[a-z0-9_]+-(\d{8}T\d{6}Z)\.tar\.gz$/,
};

interface FoundBackup {
  name: string;
  moment: string;
}

/** The newest first; none where there is no such directory. */
const listBackups = async (directory: string, kind: AutomaticKind): Promise<FoundBackup[]> => {
  const names = await readdir(directory).catch(() => []);
  return names
    .flatMap((name) => {
      const moment = patterns[kind].exec(name)?.[1];
      return moment === undefined ? [] : [{ name, moment }];
    })
    .toSorted((a, b) => (a.moment < b.moment ? 1 : -1));
};

/** When the newest of that kind was begun. */
export const findNewestMoment = async (directory: string, kind: AutomaticKind): Promise<Date | undefined> => {
  const [newest] = await listBackups(directory, kind);
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(newest?.moment ?? "");
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
};

/** Deletes what is older than the newest `keep` of that kind. */
export const deleteSurplus = async (directory: string, kind: AutomaticKind, keep: number): Promise<void> => {
  const backups = await listBackups(directory, kind);
  for (const { name } of backups.slice(keep)) await rm(join(directory, name), { force: true });
};
