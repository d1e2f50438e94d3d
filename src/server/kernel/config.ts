/**
 * The configuration, read from the environment once. A wrong value stops the start with one line that names the variable,
 * what is wrong with it, and what is accepted.
 */
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";
import { RegistrationMode } from "#shared/contract/instance.ts";
import type { LogLevel } from "./logger.ts";

export interface Config {
  port: number;
  host: string;
  /** An origin: in lower case, without a slash at its end. */
  publicUrl: string;
  /** Absolute. */
  dataDirectory: string;
  /** None: the embedded PostgreSQL. */
  databaseUrl: string | undefined;
  /** None: generated once into the data directory. */
  jwtSecret: string | undefined;
  /** None: as an administrator has set it, and open until then. */
  registration: RegistrationMode | undefined;
  logLevel: LogLevel;
  /** Who carries it reads /metrics from elsewhere; none: nobody does. */
  metricsToken: string | undefined;
  /** Origins besides our own that browsers may call from. */
  corsOrigins: string[];
  /** Proxies whose X-Forwarded-For is believed: a number of hops, or addresses and ranges. */
  trustProxy: number | string[] | false;
  voice: {
    /** The first worker's, UDP and TCP; the others count up from it. */
    port: number;
    /** What clients outside are told, where the interfaces do not know it. */
    announcedAddress: string | undefined;
    /** 0: no voice. */
    workers: number;
    /** None: mediasoup's own place. */
    workerBinary: string | undefined;
    /** Why the set-up found no worker, in a sentence. */
    workerProblem: string | undefined;
    turn: { urls: string[]; secret: string } | undefined;
  };
  backup: {
    /** Absolute. */
    directory: string;
    /** 0: none by itself. */
    everyHours: number;
    /** The newest of each kind; older ones are deleted. */
    keep: number;
    beforeMigration: boolean;
  };
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

/** The origin that an address is on, when it names that and nothing else: we serve at the root of an origin alone. */
const findOrigin = (value: string): string | undefined => {
  const url = URL.parse(value);
  if (!url || (url.protocol !== "http:" && url.protocol !== "https:")) return undefined;
  const isBare = url.href === `${url.origin}/`;
  return isBare ? url.origin : undefined;
};

/** HS256 signs with 256 bits: a shorter secret is easier to guess than the signature. */
const minSecretBytes = 32;

/** With less one could try. */
const minTokenLength = 16;

const isAddressOrRange = (value: string): boolean => {
  const [address = "", bits, ...rest] = value.split("/");
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  // A range of no bits would believe everybody.
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
};

const isOrigin = (value: string): boolean => findOrigin(value) === value;

const isDatabaseUrl = (value: string): boolean => /^postgres(ql)?:\/\//.test(value) && URL.canParse(value);

const isTurnUrl = (value: string): boolean =>
  /^(turns?|stun):[a-z0-9.:[\]-]+(\?transport=(udp|tcp))?$/i.test(value);

/** An address of this machine, or a name of one; whether it is, listening will tell. */
const isHost = (value: string): boolean =>
  isIP(value) !== 0 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(value);

/** Enough to know one's own value again. */
const maxShownLength = 100;

type Environment = Readonly<Record<string, string | undefined>>;

interface Wanted<T> {
  schema: z.ZodType<T, string>;
  /** In words, for whoever set something else. */
  accepts: string;
  /** Named in an error, never shown. */
  isSecret?: boolean;
}

/**
 * The text of a variable. A secret may stand in a file that `<name>_FILE` names, as the secrets of containers and of
 * systemd do: what is in the environment is inherited by every child, and shown to whoever inspects the container.
 */
const findText = (environment: Environment, name: string, isSecret: boolean): string | undefined => {
  const text = environment[name] || undefined;
  const fileName = `${name}_FILE`;
  const file = isSecret ? environment[fileName] : undefined;
  if (file === undefined || file === "") return text;
  if (text !== undefined)
    throw new ConfigError(`${fileName}: ${name} is set too; accepted is one of the two.`);
  // A line that an editor ended is the same secret.
  const content = findContent(file)?.replace(/[\r\n]+$/, "");
  if (content !== undefined && content !== "") return content;
  const shown = JSON.stringify(file.slice(0, maxShownLength));
  throw new ConfigError(
    `${fileName}: ${shown} is not accepted; accepted is the path of a file that can be read and holds the secret.`,
  );
};

const findContent = (file: string): string | undefined => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
};

/** How one variable is read: undefined when it is not set. @throws ConfigError */
const variable =
  <T>(name: string, { schema, accepts, isSecret = false }: Wanted<T>) =>
  (environment: Environment): T | undefined => {
    const value = findText(environment, name, isSecret);
    if (value === undefined) return undefined;
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    // As JSON it stays on one line.
    const shown = isSecret ? "its value" : JSON.stringify(value.slice(0, maxShownLength));
    throw new ConfigError(`${name}: ${shown} is not accepted; accepted is ${accepts}.`);
  };

/** A month: who waits longer has none. */
const maxHoursBetweenBackups = 744;

const limit = { schema: wholeNumber(0, 1_000_000), accepts: "a whole number, 0 to turn the limit off" };

const variables = {
  port: variable("PORT", {
    schema: wholeNumber(0, 65_535),
    accepts: "a port number from 0 (any free one) to 65535",
  }),
  host: variable("HOST", {
    schema: z.string().refine(isHost),
    accepts: "an address to listen on, such as 0.0.0.0 or 127.0.0.1",
  }),
  publicUrl: variable("PUBLIC_URL", {
    schema: z.string().transform(findOrigin).pipe(z.string()),
    accepts: "the address that people use, without a path, such as https://chat.example.org",
  }),
  dataDirectory: variable("DATA_DIR", { schema: z.string().regex(/^[^\0]+$/), accepts: "a directory" }),
  databaseUrl: variable("DATABASE_URL", {
    schema: z.string().refine(isDatabaseUrl),
    accepts: "postgresql://user:password@host:port/database",
    isSecret: true,
  }),
  databasePassword: variable("DATABASE_PASSWORD", {
    schema: z.string(),
    accepts: "the password of DATABASE_URL's user",
    isSecret: true,
  }),
  jwtSecret: variable("JWT_SECRET", {
    schema: z.string().refine((value) => Buffer.byteLength(value) >= minSecretBytes),
    accepts: `at least ${minSecretBytes} bytes, for example from \`openssl rand -base64 48\``,
    isSecret: true,
  }),
  registration: variable("REGISTRATION", {
    schema: RegistrationMode,
    accepts: "open, invite or closed",
  }),
  logLevel: variable("LOG_LEVEL", {
    schema: z.enum(["error", "warn", "info", "debug"]),
    accepts: "error, warn, info or debug",
  }),
  metricsToken: variable("METRICS_TOKEN", {
    // What can stand behind "Bearer " in a header.
    schema: z.string().regex(new RegExp(String.raw`^[\w.~+/=-]{${minTokenLength},}$`)),
    accepts: `at least ${minTokenLength} letters, digits or any of -._~+/=, for example from \`openssl rand -hex 32\``,
    isSecret: true,
  }),
  corsOrigins: variable("CORS_ORIGINS", {
    schema: list.refine((origins) => origins.every(isOrigin)),
    accepts: "origins such as https://other.example.org, separated by commas",
  }),
  trustProxy: variable("TRUST_PROXY", {
    schema: z.union([wholeNumber(0, 16), list.refine((proxies) => proxies.every(isAddressOrRange))]),
    accepts: "the number of proxies in front, or their addresses and ranges, separated by commas",
  }),
  voicePort: variable("VOICE_PORT", {
    schema: wholeNumber(1, 65_535),
    accepts:
      "a port number from 1 to 65535, better below 32768: above are the ports that the system hands out",
  }),
  voiceAnnouncedAddress: variable("VOICE_ANNOUNCED_ADDRESS", {
    schema: z.string().refine(isHost),
    accepts: "the address or name by which clients outside reach this machine",
  }),
  voiceWorkers: variable("VOICE_WORKERS", {
    schema: wholeNumber(0, 64),
    accepts: "a whole number, 0 to turn voice off",
  }),
  voiceWorkerBinary: variable("MEDIASOUP_WORKER_BIN", {
    schema: z.string().regex(/^[^\0]+$/),
    accepts: "the path of a mediasoup worker",
  }),
  voiceWorkerProblem: variable("TOGETHER_VOICE_WORKER_PROBLEM", {
    schema: z.string(),
    accepts: "a sentence",
  }),
  turnUrls: variable("TURN_URLS", {
    schema: list.refine((urls) => urls.every(isTurnUrl)),
    accepts: "addresses such as turn:turn.example.org:3478?transport=udp, separated by commas",
  }),
  turnSecret: variable("TURN_SECRET", {
    schema: z.string(),
    accepts: "the TURN server's static-auth-secret",
    isSecret: true,
  }),
  backupDirectory: variable("BACKUP_DIR", { schema: z.string().regex(/^[^\0]+$/), accepts: "a directory" }),
  backupEveryHours: variable("BACKUP_EVERY_HOURS", {
    schema: wholeNumber(0, maxHoursBetweenBackups),
    accepts: `a whole number of hours up to ${maxHoursBetweenBackups}, 0 for no backups by itself`,
  }),
  backupKeep: variable("BACKUP_KEEP", {
    schema: wholeNumber(1, 1_000),
    accepts: "how many backups of each kind are kept, from 1 to 1000",
  }),
  backupBeforeMigration: variable("BACKUP_BEFORE_MIGRATION", {
    schema: z.enum(["on", "off"]),
    accepts: "on or off",
  }),
  requestsPerMinute: variable("RATE_LIMIT_REQUESTS_PER_MINUTE", limit),
  authPerMinute: variable("RATE_LIMIT_AUTH_PER_MINUTE", limit),
  socketsPerAddress: variable("RATE_LIMIT_SOCKETS_PER_ADDRESS", limit),
  socketMessagesPerMinute: variable("RATE_LIMIT_SOCKET_MESSAGES_PER_MINUTE", limit),
};

const readTrustProxy = (environment: Environment): Config["trustProxy"] => {
  const value = variables.trustProxy(environment);
  return value === undefined || value === 0 ? false : value;
};

/** The password has a variable of its own, so that it can come from a file while the address stands in plain sight. */
const readDatabaseUrl = (environment: Environment): string | undefined => {
  const databaseUrl = variables.databaseUrl(environment);
  const password = variables.databasePassword(environment);
  if (password === undefined) return databaseUrl;
  if (databaseUrl === undefined)
    throw new ConfigError(
      "DATABASE_PASSWORD: DATABASE_URL is not set; accepted is a password along with it.",
    );
  const url = new URL(databaseUrl);
  if (url.password !== "")
    throw new ConfigError("DATABASE_PASSWORD: DATABASE_URL has a password too; accepted is one of the two.");
  // Where there is no host, the setter below does nothing.
  if (url.host === "")
    throw new ConfigError(
      "DATABASE_PASSWORD: DATABASE_URL names no host; accepted is a password along with one.",
    );
  // The setter leaves "%" as it is, and what follows would be read as an escape.
  url.password = encodeURIComponent(password);
  return url.href;
};

/** More than four forward more than a small machine's network carries. */
const maxDefaultWorkers = 4;

const readVoice = (environment: Environment): Config["voice"] => {
  const urls = variables.turnUrls(environment);
  const secret = variables.turnSecret(environment);
  if (urls && secret === undefined)
    throw new ConfigError(
      "TURN_SECRET: it is not set; TURN_URLS needs the TURN server's static-auth-secret.",
    );
  return {
    port: variables.voicePort(environment) ?? 7880,
    announcedAddress: variables.voiceAnnouncedAddress(environment),
    workers: variables.voiceWorkers(environment) ?? Math.min(maxDefaultWorkers, availableParallelism()),
    workerBinary: variables.voiceWorkerBinary(environment),
    workerProblem: variables.voiceWorkerProblem(environment),
    turn: urls && secret !== undefined ? { urls, secret } : undefined,
  };
};

/** @throws ConfigError on the first value that is not accepted */
export const readConfig = (environment: Environment): Config => {
  const port = variables.port(environment) ?? 8080;
  const dataDirectory = resolve(variables.dataDirectory(environment) ?? "data");
  return {
    port,
    host: variables.host(environment) ?? "0.0.0.0",
    publicUrl: variables.publicUrl(environment) ?? `http://localhost:${port}`,
    dataDirectory,
    databaseUrl: readDatabaseUrl(environment),
    jwtSecret: variables.jwtSecret(environment),
    registration: variables.registration(environment),
    logLevel: variables.logLevel(environment) ?? "info",
    metricsToken: variables.metricsToken(environment),
    corsOrigins: variables.corsOrigins(environment) ?? [],
    trustProxy: readTrustProxy(environment),
    voice: readVoice(environment),
    backup: {
      directory: resolve(variables.backupDirectory(environment) ?? join(dataDirectory, "backups")),
      everyHours: variables.backupEveryHours(environment) ?? 0,
      keep: variables.backupKeep(environment) ?? 7,
      beforeMigration: variables.backupBeforeMigration(environment) !== "off",
    },
    rateLimits: {
      requestsPerMinute: variables.requestsPerMinute(environment) ?? 100,
      authPerMinute: variables.authPerMinute(environment) ?? 20,
      socketsPerAddress: variables.socketsPerAddress(environment) ?? 10,
      socketMessagesPerMinute: variables.socketMessagesPerMinute(environment) ?? 100,
    },
  };
};
