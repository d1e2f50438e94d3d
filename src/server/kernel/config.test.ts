import { availableParallelism } from "node:os";
import { resolve } from "node:path";
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

  it.each(["DATABASE_URL", "JWT_SECRET"])("of %s is never shown", (name) => {
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

it("refuses TURN servers without their secret", () => {
  expect(refusalOf({ TURN_URLS: "turn:turn.example.org" })).toContain("TURN_SECRET");
});
