/** What a command is, and what all of them print. */
import type { Config } from "#server/kernel/config.ts";
import { RefusedError, say } from "../operator/run.ts";
import { alignRows } from "../align-rows.ts";

export interface Call {
  config: Config;
  /** What follows the command's name. */
  words: readonly string[];
  /** For programs: one JSON value on the output. */
  isJson: boolean;
  /** Said --yes, for what cannot be taken back. */
  isSure: boolean;
  reason: string | undefined;
}

export interface Command {
  /** In angle brackets, and in square ones what may be left out. */
  args: string;
  does: string;
  /** Resolves to the exit code. */
  run(call: Call): Promise<number>;
}

type Cell = string | number;

/** As JSON, or as a table under its headings. */
export const show = (
  { isJson }: Call,
  value: unknown,
  { headings, rows }: { headings: readonly string[]; rows: readonly (readonly Cell[])[] },
): void => {
  if (isJson) say(JSON.stringify(value, undefined, 2));
  else if (rows.length === 0) say("None.");
  else say(...alignRows([headings, ...rows]));
};

/** @throws RefusedError without --yes */
export const requireSure = ({ isSure }: Call, what: string): void => {
  if (!isSure) throw new RefusedError(`${what} Say --yes to do it.`);
};

/** A day and a minute, in UTC as the logs. */
export const timeText = (time: Date | null): string =>
  time ? time.toISOString().slice(0, 16).replace("T", " ") : "–";
