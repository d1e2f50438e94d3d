/** Makes a backup in a process of its own, which gives way to others: the server's own turns stay short. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants, setPriority } from "node:os";
import { join } from "node:path";
import { text as textOf } from "node:stream/consumers";

const stopTimeoutMs = 500;
const command = join(import.meta.dirname, "../../../cli/backup/main.ts");

export interface BackupProcessOptions {
  dataDirectory: string;
  databaseUrl: string | undefined;
}

/** @throws with what it said, when it did not make one */
export const createBackupProcess =
  ({ dataDirectory, databaseUrl = "" }: BackupProcessOptions) =>
  async (path: string, signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    const child = spawn(process.execPath, [command, "--to", path], {
      env: { ...process.env, DATA_DIR: dataDirectory, DATABASE_URL: databaseUrl },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const stop = (): void => {
      child.kill("SIGTERM");
      // Of low priority, it may not come to its end in time. What it leaves then, the next one removes.
      setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs).unref();
    };
    signal.addEventListener("abort", stop, { once: true });
    const said = textOf(child.stderr);
    try {
      lowerPriority(child.pid);
      await once(child, "close");
      if (child.exitCode !== 0) throw new Error((await said).trim() || "it was ended");
    } finally {
      signal.removeEventListener("abort", stop);
    }
  };

const lowerPriority = (pid: number | undefined): void => {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has ended already, or the system does not let us.
  }
};
