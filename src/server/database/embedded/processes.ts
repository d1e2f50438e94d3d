/** Whether a process that a file names by its number is still that process. */
import { readFile, readlink, realpath, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "./command.ts";

/** What PostgreSQL writes into its directory while it runs. */
export interface Postmaster {
  pid: number;
  port: number;
  isReady: boolean;
}

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and is another user's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
};

/** The server of that cluster, when its process lives. */
export const findPostmaster = async (clusterDirectory: string): Promise<Postmaster | undefined> => {
  const text = await readFile(join(clusterDirectory, "postmaster.pid"), "utf8").catch(() => "");
  const lines = text.split("\n").map((line) => line.trim());
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !(await isServerOf(pid, clusterDirectory))) return undefined;
  return { pid, port: Number(lines[3]), isReady: lines[7] === "ready" };
};

/** In a container a small number is soon another process's. */
const isServerOf = async (pid: number, clusterDirectory: string): Promise<boolean> => {
  if (!isAlive(pid)) return false;
  if (process.platform === "win32") return true;
  if (process.platform !== "linux") {
    const { output } = await runCommand(["ps", "-o", "command=", "-p", String(pid)], undefined);
    return output.includes("postgres");
  }
  // The server works in its own directory. A container's root may not be let in on that, but on the command line.
  const directory = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  if (directory !== undefined) return directory === (await realpath(clusterDirectory));
  const [program = ""] = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).split("\0");
  return program.endsWith("/postgres");
};

/** No system gives a process this number. */
const impossiblePid = 999_999_999;

/**
 * PostgreSQL refuses to start while the process that its file names is alive, also when the number has gone to another
 * program since. The file stays, with a number that nobody has: PostgreSQL goes on to check by itself that no process of
 * the earlier server still holds its memory.
 */
export const disarmStalePidFile = async (clusterDirectory: string): Promise<void> => {
  const path = join(clusterDirectory, "postmaster.pid");
  const text = await readFile(path, "utf8").catch(() => undefined);
  const pid = Number.parseInt(text ?? "", 10);
  if (text === undefined || !(pid > 0) || !isAlive(pid)) return;
  // Written in place: a new file would be root's where PostgreSQL runs as another user.
  await writeFile(path, text.replace(/^\d+/, String(impossiblePid)));
};
