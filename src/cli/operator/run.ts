/** How an operator's command runs: its configuration, the wish to stop, and what went wrong in one sentence. */
import { resolve } from "node:path";
import { BackupError } from "#server/database/backup/format.ts";
import { DatabaseStartError } from "#server/database/errors.ts";
import { type Config, ConfigError, readConfig } from "#server/kernel/config.ts";

/** It was called in a way that it does not know; the sentence says how it is called. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** What was asked for cannot be, for a reason of the operator's. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
}

const exitCodes = { failed: 1, usage: 2, interrupted: 130 } as const;

export const say = (...lines: string[]): void => void process.stdout.write(`${lines.join("\n")}\n`);

/** A path as whoever typed it means it: npm runs its scripts in the project's directory. */
export const resolvePath = (path: string): string => resolve(process.env["INIT_CWD"] ?? ".", path);

/** parseArgs says what it does not know in an error with a code of its own. */
const isUsageError = (error: Error): boolean =>
  error instanceof UsageError ||
  ("code" in error && typeof error.code === "string" && error.code.startsWith("ERR_PARSE_ARGS_"));

const complain = (error: unknown, usage: string): number => {
  if (!(error instanceof Error)) throw error;
  if (isUsageError(error)) {
    process.stderr.write(`${error.message}\n\n${usage}\n`);
    return exitCodes.usage;
  }
  const isExplained = [BackupError, ConfigError, DatabaseStartError, RefusedError].some(
    (kind) => error instanceof kind,
  );
  // A fault of the system or of ours: its code is what can be looked up, its stack only for us.
  process.stderr.write(`${isExplained || "code" in error ? error.message : String(error.stack)}\n`);
  return exitCodes.failed;
};

export interface Operation {
  config: Config;
  /** Aborted when the command is told to stop: it undoes what it has begun. */
  stop: AbortSignal;
}

/** Runs the command to its end, and sets the exit code: what `work` resolves to, 1 for what could not be, 2 for a wrong call. */
export const runOperation = async (
  usage: string,
  work: (operation: Operation) => Promise<number>,
): Promise<void> => {
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => stopping.abort(new Error(`stopped by ${signal}`)));
  try {
    process.exitCode = await work({ config: readConfig(process.env), stop: stopping.signal });
  } catch (error) {
    process.exitCode = stopping.signal.aborted ? exitCodes.interrupted : complain(error, usage);
  }
};
