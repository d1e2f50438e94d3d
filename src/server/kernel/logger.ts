/**
 * The log: JSON lines, pretty on a terminal. Never message contents, tokens or passwords; ids are enough to find a thing.
 * error: someone has to act. warn: something is off, the server copes. info: what an operator wants to know happened.
 * debug: for whoever searches a fault.
 */
import { pino } from "pino";

type LogMethod = (fields: Record<string, unknown>, message: string) => void;

export interface Logger {
  error: LogMethod;
  warn: LogMethod;
  info: LogMethod;
  debug: LogMethod;
  child(fields: Record<string, unknown>): Logger;
}

export type LogLevel = "error" | "warn" | "info" | "debug";

export const createLogger = (options: { level: LogLevel; isPretty: boolean }): Logger =>
  pino({
    level: options.level,
    base: null,
    ...(options.isPretty
      ? {
          transport: {
            target: "pino-pretty",
            options: { translateTime: "HH:MM:ss", ignore: "pid,hostname" },
          },
        }
      : {}),
  });

const ignore: LogMethod = () => undefined;
export const silentLogger: Logger = {
  error: ignore,
  warn: ignore,
  info: ignore,
  debug: ignore,
  child: () => silentLogger,
};
