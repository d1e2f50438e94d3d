/**
 * The configuration, read from the environment once. A wrong value stops the start with one line that names the variable,
 * what is wrong with it, and what is accepted.
 */
import { resolve } from "node:path";
import { z } from "zod";
import type { LogLevel } from "./logger.ts";

export interface Config {
  port: number;
  host: string;
  /** Without a slash at its end. */
  publicUrl: string;
  /** Absolute. */
  dataDirectory: string;
  /** None: the embedded PostgreSQL. */
  databaseUrl: string | undefined;
  /** None: generated once into the data directory. */
  jwtSecret: string | undefined;
  registration: "open" | "invite" | "closed";
  logLevel: LogLevel;
  /** Origins besides our own that browsers may call from. */
  corsOrigins: string[];
  /** Proxies whose X-Forwarded-For is believed: a number of hops, or addresses and ranges. */
  trustProxy: number | string[] | false;
  rateLimits: {
    requestsPerMinute: number;
    authPerMinute: number;
    socketsPerAddress: number;
    socketMessagesPerMinute: number;
  };
}

export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

const wholeNumber = (lowest: number, highest: number) =>
  z.string().regex(/^\d+$/).transform(Number).pipe(z.number().min(lowest).max(highest));

const list = z.string().transform((value) =>
  value
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== ""),
);

const isHttpUrl = (value: string): boolean => {
  const url = URL.parse(value);
  return url !== null && (url.protocol === "http:" || url.protocol === "https:");
};

const isOrigin = (value: string): boolean => isHttpUrl(value) && new URL(value).origin === value;

const limit = { schema: wholeNumber(0, 1_000_000), accepts: "a whole number, 0 to turn the limit off" };

/** Each variable: how it is read, and what is accepted, in words. */
const variables = {
  PORT: { schema: wholeNumber(0, 65_535), accepts: "a port number from 0 (any free one) to 65535" },
  HOST: { schema: z.string().min(1), accepts: "an address to listen on, such as 0.0.0.0 or 127.0.0.1" },
  PUBLIC_URL: {
    schema: z.string().refine(isHttpUrl),
    accepts: "the address that people use, such as https://chat.example.org",
  },
  DATA_DIR: { schema: z.string().min(1), accepts: "a directory" },
  DATABASE_URL: {
    schema: z.string().regex(/^postgres(ql)?:\/\//),
    accepts: "postgresql://user:password@host:port/database",
  },
  JWT_SECRET: {
    schema: z.string().refine((value) => Buffer.byteLength(value) >= 32),
    accepts: "at least 32 bytes, for example from `openssl rand -base64 48`",
  },
  REGISTRATION: { schema: z.enum(["open", "invite", "closed"]), accepts: "open, invite or closed" },
  LOG_LEVEL: { schema: z.enum(["error", "warn", "info", "debug"]), accepts: "error, warn, info or debug" },
  CORS_ORIGINS: {
    schema: list.refine((origins) => origins.every(isOrigin)),
    accepts: "origins such as https://other.example.org, separated by commas",
  },
  TRUST_PROXY: {
    schema: z.union([wholeNumber(0, 16), list]),
    accepts: "the number of proxies in front, or their addresses and ranges, separated by commas",
  },
  RATE_LIMIT_REQUESTS_PER_MINUTE: limit,
  RATE_LIMIT_AUTH_PER_MINUTE: limit,
  RATE_LIMIT_SOCKETS_PER_ADDRESS: limit,
  RATE_LIMIT_SOCKET_MESSAGES_PER_MINUTE: limit,
} as const;

type Name = keyof typeof variables;
type Environment = Readonly<Record<string, string | undefined>>;

/** Secrets are named in an error, never shown. */
const secretNames = new Set<Name>(["JWT_SECRET", "DATABASE_URL"]);

const read = <N extends Name>(
  environment: Environment,
  name: N,
): z.infer<(typeof variables)[N]["schema"]> | undefined => {
  const value = environment[name];
  if (value === undefined || value === "") return undefined;
  const variable = variables[name];
  const parsed = variable.schema.safeParse(value);
  if (parsed.success) return parsed.data as z.infer<(typeof variables)[N]["schema"]>;
  const shown = secretNames.has(name) ? "its value" : `"${value}"`;
  throw new ConfigError(`${name}: ${shown} is not accepted; accepted is ${variable.accepts}.`);
};

const readTrustProxy = (environment: Environment): Config["trustProxy"] => {
  const value = read(environment, "TRUST_PROXY");
  return value === undefined || value === 0 ? false : value;
};

/** @throws ConfigError on the first value that is not accepted */
export const readConfig = (environment: Environment): Config => {
  const port = read(environment, "PORT") ?? 8080;
  const publicUrl = read(environment, "PUBLIC_URL") ?? `http://localhost:${port}`;
  return {
    port,
    host: read(environment, "HOST") ?? "0.0.0.0",
    publicUrl: publicUrl.replace(/\/+$/, ""),
    dataDirectory: resolve(read(environment, "DATA_DIR") ?? "data"),
    databaseUrl: read(environment, "DATABASE_URL"),
    jwtSecret: read(environment, "JWT_SECRET"),
    registration: read(environment, "REGISTRATION") ?? "open",
    logLevel: read(environment, "LOG_LEVEL") ?? "info",
    corsOrigins: read(environment, "CORS_ORIGINS") ?? [],
    trustProxy: readTrustProxy(environment),
    rateLimits: {
      requestsPerMinute: read(environment, "RATE_LIMIT_REQUESTS_PER_MINUTE") ?? 100,
      authPerMinute: read(environment, "RATE_LIMIT_AUTH_PER_MINUTE") ?? 20,
      socketsPerAddress: read(environment, "RATE_LIMIT_SOCKETS_PER_ADDRESS") ?? 10,
      socketMessagesPerMinute: read(environment, "RATE_LIMIT_SOCKET_MESSAGES_PER_MINUTE") ?? 100,
    },
  };
};
