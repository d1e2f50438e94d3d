import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigError, readConfig } from "./config.ts";

const refusalOf = (environment: Record<string, string>): string => {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("it was accepted");
};

const wrong: [name: string, value: string, accepted: string][] = [
  ["PORT", "http", "a port number"],
  ["PORT", "65536", "a port number"],
  ["PORT", "-1", "a port number"],
  ["PORT", "80.5", "a port number"],
  ["PORT", " 80", "a port number"],
  ["HOST", "http://0.0.0.0", "an address to listen on"],
  ["HOST", "0.0.0.0 ", "an address to listen on"],
  ["PUBLIC_URL", "chat.example.org", "the address that people use"],
  ["PUBLIC_URL", "ftp://chat.example.org", "the address that people use"],
  ["PUBLIC_URL", "https://chat.example.org/together", "without a path"],
  ["PUBLIC_URL", "https://chat.example.org/?a=b", "without a path"],
  ["DATA_DIR", "a\0b", "a directory"],
  ["DATABASE_URL", "mysql://user:hunter22@db/together", "postgresql://"],
  ["DATABASE_URL", "postgres://user:hunter22@db:port/together", "postgresql://"],
  ["JWT_SECRET", "hunter22 is no secret", "at least 32 bytes"],
  ["REGISTRATION", "Open", "open, invite or closed"],
  ["METRICS_TOKEN", "hunter22", "at least 16 letters"],
  ["METRICS_TOKEN", "hunter22 is no token", "at least 16 letters"],
  ["LOG_LEVEL", "verbose", "error, warn, info or debug"],
  ["CORS_ORIGINS", "*", "origins such as"],
  ["CORS_ORIGINS", "https://other.example.org/", "origins such as"],
  ["CORS_ORIGINS", "https://other.example.org, other.example.org", "origins such as"],
  ["TRUST_PROXY", "true", "the number of proxies"],
  ["TRUST_PROXY", "17", "the number of proxies"],
  ["TRUST_PROXY", "10.0.0.0/33", "the number of proxies"],
  ["TRUST_PROXY", "0.0.0.0/0", "the number of proxies"],
  ["TRUST_PROXY", "10.0.0.0/8/8", "the number of proxies"],
  ["TRUST_PROXY", "proxy.example.org", "the number of proxies"],
  ["VOICE_PORT", "0", "a port number from 1"],
  ["VOICE_ANNOUNCED_ADDRESS", "http://198.51.100.7", "the address or name"],
  ["VOICE_WORKERS", "many", "a whole number"],
  ["TURN_URLS", "https://turn.example.org", "turn:turn.example.org"],
  ["BACKUP_EVERY_HOURS", "745", "a whole number of hours"],
  ["BACKUP_KEEP", "0", "how many backups"],
  ["BACKUP_BEFORE_MIGRATION", "no", "on or off"],
  ["RATE_LIMIT_REQUESTS_PER_MINUTE", "off", "a whole number"],
  ["RATE_LIMIT_AUTH_PER_MINUTE", "-1", "a whole number"],
  ["RATE_LIMIT_SOCKETS_PER_ADDRESS", "1.5", "a whole number"],
  ["RATE_LIMIT_SOCKET_MESSAGES_PER_MINUTE", "1000001", "a whole number"],
];

describe("a wrong value", () => {
  it.each(wrong)("%s=%j is refused by its name, with what is accepted", (name, value, accepted) => {
    const refusal = refusalOf({ [name]: value });
    expect(refusal).toMatch(new RegExp(`^${name}: .+ is not accepted; accepted is .+\\.$`));
    expect(refusal).toContain(accepted);
  });

  it("is shown, on one line", () => {
    expect(refusalOf({ PORT: "80\n81" })).toContain('"80\\n81"');
    expect(refusalOf({ PORT: "9".repeat(10_000) }).split("\n")).toHaveLength(1);
    expect(refusalOf({ PORT: "9".repeat(10_000) }).length).toBeLessThan(300);
  });

  it.each(["DATABASE_URL", "JWT_SECRET", "METRICS_TOKEN"])("of %s is never shown", (name) => {
    expect(refusalOf({ [name]: "hunter22" })).not.toContain("hunter22");
  });
});

it("has the defaults of the contract", () => {
  expect(readConfig({})).toEqual({
    port: 8080,
    host: "0.0.0.0",
    publicUrl: "http://localhost:8080",
    dataDirectory: resolve("data"),
    databaseUrl: undefined,
    jwtSecret: undefined,
    registration: undefined,
    logLevel: "info",
    metricsToken: undefined,
    corsOrigins: [],
    trustProxy: false,
    voice: {
      port: 7880,
      announcedAddress: undefined,
      workers: Math.min(4, availableParallelism()),
      workerBinary: undefined,
      workerProblem: undefined,
      turn: undefined,
    },
    backup: { directory: resolve("data/backups"), everyHours: 0, keep: 7, beforeMigration: true },
    rateLimits: {
      requestsPerMinute: 100,
      authPerMinute: 20,
      socketsPerAddress: 10,
      socketMessagesPerMinute: 100,
    },
  });
});

it("takes an empty variable as one that is not set", () => {
  const names = [...new Set(wrong.map(([name]) => name))];
  expect(readConfig(Object.fromEntries(names.map((name) => [name, ""])))).toEqual(readConfig({}));
});

const everyVariable = {
  PORT: "0",
  HOST: "::1",
  PUBLIC_URL: "HTTPS://Chat.Example.org/",
  DATA_DIR: "/var/lib/together",
  DATABASE_URL: "postgres://together@db/together",
  JWT_SECRET: "x".repeat(32),
  REGISTRATION: "invite",
  LOG_LEVEL: "debug",
  CORS_ORIGINS: "https://a.example.org, http://b.example.org:8081",
  TRUST_PROXY: "127.0.0.1, 10.0.0.0/8, fd00::/8",
  VOICE_PORT: "7000",
  VOICE_ANNOUNCED_ADDRESS: "198.51.100.7",
  VOICE_WORKERS: "2",
  MEDIASOUP_WORKER_BIN: "/opt/mediasoup-worker",
  TOGETHER_VOICE_WORKER_PROBLEM: "it could not be built",
  TURN_URLS: "turn:turn.example.org:3478?transport=udp, turns:turn.example.org",
  TURN_SECRET: "north",
  BACKUP_DIR: "/mnt/backups",
  BACKUP_EVERY_HOURS: "24",
  BACKUP_KEEP: "3",
  BACKUP_BEFORE_MIGRATION: "off",
  RATE_LIMIT_REQUESTS_PER_MINUTE: "0",
  RATE_LIMIT_AUTH_PER_MINUTE: "1",
  RATE_LIMIT_SOCKETS_PER_ADDRESS: "2",
  RATE_LIMIT_SOCKET_MESSAGES_PER_MINUTE: "3",
};

it("reads every variable", () => {
  expect(readConfig(everyVariable)).toEqual({
    port: 0,
    host: "::1",
    publicUrl: "https://chat.example.org",
    dataDirectory: "/var/lib/together",
    databaseUrl: "postgres://together@db/together",
    jwtSecret: "x".repeat(32),
    registration: "invite",
    logLevel: "debug",
    metricsToken: undefined,
    corsOrigins: ["https://a.example.org", "http://b.example.org:8081"],
    trustProxy: ["127.0.0.1", "10.0.0.0/8", "fd00::/8"],
    voice: {
      port: 7000,
      announcedAddress: "198.51.100.7",
      workers: 2,
      workerBinary: "/opt/mediasoup-worker",
      workerProblem: "it could not be built",
      turn: {
        urls: ["turn:turn.example.org:3478?transport=udp", "turns:turn.example.org"],
        secret: "north",
      },
    },
    backup: { directory: "/mnt/backups", everyHours: 24, keep: 3, beforeMigration: false },
    rateLimits: { requestsPerMinute: 0, authPerMinute: 1, socketsPerAddress: 2, socketMessagesPerMinute: 3 },
  });
});

it.each([
  ["0", false],
  ["2", 2],
] as const)("reads TRUST_PROXY=%s as a number of proxies", (value, trustProxy) => {
  expect(readConfig({ TRUST_PROXY: value }).trustProxy).toBe(trustProxy);
});

it("counts JWT_SECRET in bytes", () => {
  expect(readConfig({ JWT_SECRET: "ä".repeat(16) }).jwtSecret).toHaveLength(16);
  expect(refusalOf({ JWT_SECRET: "x".repeat(31) })).toContain("at least 32 bytes");
});

it("takes a METRICS_TOKEN that can stand in a header", () => {
  expect(readConfig({ METRICS_TOKEN: "a+b/c=d-e_f.0123" }).metricsToken).toBe("a+b/c=d-e_f.0123");
});

it("refuses TURN servers without their secret", () => {
  expect(refusalOf({ TURN_URLS: "turn:turn.example.org" })).toContain("TURN_SECRET");
});

describe("a secret in a file", () => {
  const writeSecret = async (text: string) => {
    const directory = await mkdtemp(join(tmpdir(), "together-config-"));
    const path = join(directory, "secret");
    await writeFile(path, text);
    return { path, [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) };
  };

  it("is read without the end of its line", async () => {
    await using file = await writeSecret(`${"x".repeat(32)}\r\n`);
    expect(readConfig({ JWT_SECRET_FILE: file.path }).jwtSecret).toBe("x".repeat(32));
  });

  it("is held to what is accepted, and not shown", async () => {
    await using file = await writeSecret("hunter22");
    const refusal = refusalOf({ JWT_SECRET_FILE: file.path });
    expect(refusal).toContain("at least 32 bytes");
    expect(refusal).not.toContain("hunter22");
  });

  it("is refused beside the secret itself", async () => {
    await using file = await writeSecret("x".repeat(32));
    const refusal = refusalOf({ JWT_SECRET: "y".repeat(32), JWT_SECRET_FILE: file.path });
    expect(refusal).toBe("JWT_SECRET_FILE: JWT_SECRET is set too; accepted is one of the two.");
  });

  it.each(["", "\n"])("is refused when the file holds %j", async (text) => {
    await using file = await writeSecret(text);
    expect(refusalOf({ JWT_SECRET_FILE: file.path })).toMatch(/^JWT_SECRET_FILE: .+ is not accepted; /);
  });

  it("is refused when there is no file", () => {
    expect(refusalOf({ JWT_SECRET_FILE: "/nowhere/secret" })).toContain('JWT_SECRET_FILE: "/nowhere/secret"');
  });

  it("is for secrets alone", async () => {
    await using file = await writeSecret("1");
    expect(readConfig({ PORT_FILE: file.path }).port).toBe(8080);
  });

  it("that is not named is not read", () => {
    expect(readConfig({ JWT_SECRET_FILE: "" })).toEqual(readConfig({}));
  });
});

describe("DATABASE_PASSWORD", () => {
  it.each(["north", "p@ss:w/rd?#", "100%25", "it's", "sp ace"])(
    "becomes part of the address: %s",
    (password) => {
      const { databaseUrl = "" } = readConfig({
        DATABASE_URL: "postgres://together@db:5432/together?sslmode=disable",
        DATABASE_PASSWORD: password,
      });
      const url = new URL(databaseUrl);
      expect(decodeURIComponent(url.password)).toBe(password);
      expect(`${url.username}@${url.host}${url.pathname}${url.search}`).toBe(
        "together@db:5432/together?sslmode=disable",
      );
    },
  );

  it.each([
    [undefined, "DATABASE_URL is not set"],
    ["postgres://together:hunter22@db/together", "DATABASE_URL has a password too"],
    ["postgres:///together?host=/run/postgresql", "DATABASE_URL names no host"],
  ])("is refused with the address %s", (databaseUrl, cause) => {
    const refusal = refusalOf({
      DATABASE_PASSWORD: "hunter23",
      ...(databaseUrl && { DATABASE_URL: databaseUrl }),
    });
    expect(refusal).toContain(cause);
    expect(refusal).not.toMatch(/hunter2\d/);
  });
});
