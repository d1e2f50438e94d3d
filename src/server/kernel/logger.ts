/**
 * The log: JSON lines, pretty on a terminal. Never message contents, tokens or passwords; ids are enough to find a thing.
 * error: someone has to act. warn: something is off, the server copes. info: what an operator wants to know happened.
 * debug: for whoever searches a fault. docs/operations.md has examples, and the fields that a line may have.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { pino } from "pino";

/** What every line has that is written for a request, whichever part writes it. */
export interface RequestFields {
  requestId: string;
  userId?: string;
}

/**
 * Follows a request through everything that is done for it; without it each service and repo would hand an id on that it
 * has no use for. It costs a quarter of a microsecond a request, and nothing to whoever waits in between.
 */
const requestStore = new AsyncLocalStorage<RequestFields>();

/** All lines that are written within, and by what is begun within, have these fields. */
export const withRequestFields = (fields: RequestFields, run: () => void): void =>
  requestStore.run(fields, run);

/** For what a request only happens to have begun, and others use after it: a connection of a pool. */
export const outsideRequests = (run: () => void): void => requestStore.exit(run);

/** For what is told later, and elsewhere: the fields of the request that is under way now. */
export const findRequestFields = (): RequestFields | undefined => requestStore.getStore();

/** From here on the lines of the current request tell whose it is. */
export const noteRequestUser = (userId: string): void => {
  const fields = requestStore.getStore();
  if (fields) fields.userId = userId;
};

type LogMethod = (fields: Record<string, unknown>, message: string) => void;

export interface Logger {
  error: LogMethod;
  warn: LogMethod;
  info: LogMethod;
  debug: LogMethod;
  child(fields: Record<string, unknown>): Logger;
  /** Whether such a line would be written: for those that cost something to put together. */
  isLevelEnabled(level: LogLevel): boolean;
}

export type LogLevel = "error" | "warn" | "info" | "debug";

/** What the query builder writes behind the text of a query that failed: messages, addresses, hashes. */
const parametersMark = "\nparams:";
/** Enough for an error and what brought it about; a chain may lead back to itself. */
const maxCauses = 5;

const textOf = (error: Error, key: string): Record<string, string> => {
  const value: unknown = Reflect.get(error, key);
  return typeof value === "string" ? { [key]: value } : {};
};

/** An error as it may stand in a log: where it came from and what it is, without what the user wrote. */
const describeError = (error: unknown, depth = 0): unknown => {
  if (!(error instanceof Error)) return error;
  return {
    type: error.name,
    message: error.message.split(parametersMark, 1)[0],
    ...textOf(error, "code"),
    ...textOf(error, "constraint"),
    stack: error.stack
      ?.split("\n")
      .filter((line) => /^\s+at /.test(line))
      .join("\n"),
    ...(error.cause !== undefined && depth < maxCauses && { cause: describeError(error.cause, depth + 1) }),
  };
};

interface Options {
  level: LogLevel;
  isPretty: boolean;
  /** Takes the lines instead of the standard output. */
  destination?: { write(line: string): void };
}

export const createLogger = ({ level, isPretty, destination }: Options): Logger => {
  // pino writes into what it is given.
  const mixin = (): object => ({ ...requestStore.getStore() });
  const options = {
    level,
    base: null,
    mixin,
    serializers: { error: (error: unknown) => describeError(error) },
  };
  if (destination) return pino(options, destination);
  const transport = {
    target: "pino-pretty",
    options: { translateTime: "HH:MM:ss", ignore: "pid,hostname" },
  };
  return pino({ ...options, ...(isPretty && { transport }) });
};

const ignore: LogMethod = () => undefined;
export const silentLogger: Logger = {
  error: ignore,
  warn: ignore,
  info: ignore,
  debug: ignore,
  child: () => silentLogger,
  isLevelEnabled: () => false,
};
