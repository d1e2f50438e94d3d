import { DrizzleQueryError } from "drizzle-orm";
import { expect, it } from "vitest";
import { z } from "zod";
import {
  createLogger,
  type LogLevel,
  noteRequestUser,
  outsideRequests,
  withRequestFields,
} from "./logger.ts";

const aLogger = (level: LogLevel = "info") => {
  const lines: string[] = [];
  const logger = createLogger({ level, isPretty: false, destination: { write: (line) => lines.push(line) } });
  return { logger, lines };
};

const logged = (error: unknown): unknown => {
  const { logger, lines } = aLogger();
  logger.error({ error }, "something failed");
  return JSON.parse(lines.join(""));
};

it("writes a JSON line with the fields and the message", () => {
  const { logger, lines } = aLogger();
  logger.child({ part: "http" }).info({ userId: "42" }, "someone came");
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/\n$/);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ part: "http", userId: "42", msg: "someone came" });
});

it("follows a request through all that is begun within it, and only that", async () => {
  const { logger, lines } = aLogger();
  const { promise, resolve } = Promise.withResolvers<void>();
  const work = async (): Promise<void> => {
    await Promise.resolve();
    noteRequestUser("alice");
    setImmediate(() => {
      logger.info({ channelId: "a" }, "later");
      logger.info({ requestId: "another" }, "with its own");
      outsideRequests(() => logger.info({}, "nobody's"));
      resolve();
    });
  };
  withRequestFields({ requestId: "first" }, () => void work());
  withRequestFields({ requestId: "second" }, () => logger.info({}, "beside"));
  noteRequestUser("bob");
  logger.info({}, "outside");
  await promise;
  const told = lines.map((line) => {
    const fields = z.record(z.string(), z.unknown()).parse(JSON.parse(line));
    return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== "level" && name !== "time"));
  });
  expect(told).toEqual([
    { requestId: "second", msg: "beside" },
    { msg: "outside" },
    { requestId: "first", userId: "alice", channelId: "a", msg: "later" },
    { requestId: "another", userId: "alice", msg: "with its own" },
    { msg: "nobody's" },
  ]);
});

it("leaves out what is below its level", () => {
  const { logger, lines } = aLogger("warn");
  logger.debug({}, "a");
  logger.info({}, "b");
  logger.warn({}, "c");
  logger.error({}, "d");
  expect(lines).toEqual([expect.stringContaining('"msg":"c"'), expect.stringContaining('"msg":"d"')]);
});

it("tells of an error what it is, where it came from, and what brought it about", () => {
  const cause = Object.assign(new Error("connection refused"), { code: "ECONNREFUSED" });
  const entry = logged(new TypeError("no answer", { cause }));
  expect(JSON.stringify(entry)).toContain("logger.test.ts");
  expect(entry).toMatchObject({
    error: {
      type: "TypeError",
      message: "no answer",
      cause: { message: "connection refused", code: "ECONNREFUSED" },
    },
  });
});

it("never tells what a user wrote, when a query fails", () => {
  const detail = "Key (email)=(alice@example.org) already exists.";
  const cause = Object.assign(new Error("duplicate key"), {
    code: "23505",
    constraint: "users_email_key",
    detail,
  });
  const failed = new DrizzleQueryError("insert into messages values ($1)", ["a private word"], cause);
  const text = JSON.stringify(logged(failed));
  expect(text).toContain("insert into messages");
  expect(text).toContain("users_email_key");
  expect(text).not.toContain("a private word");
  expect(text).not.toContain("alice@example.org");
});

it("survives causes that lead in a circle, and takes what is no error as it is", () => {
  const error = new Error("round and round");
  error.cause = error;
  expect(logged(error)).toMatchObject({ error: { message: "round and round" } });
  expect(logged("just a text")).toMatchObject({ error: "just a text" });
});
