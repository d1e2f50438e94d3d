import { DrizzleQueryError } from "drizzle-orm/errors";
import { expect, test } from "vitest";
import { isForeignKeyViolation, isUnavailable, isUniqueViolation } from "./errors.ts";

const withFields = (message: string, fields: object): Error => Object.assign(new Error(message), fields);
const wrapped = (cause: Error): Error => new DrizzleQueryError("insert into …", [], cause);

test("a violation is found through Drizzle's wrapping, and by its constraint", () => {
  const error = wrapped(withFields("duplicate key", { code: "23505", constraint: "users_username_key" }));
  expect(isUniqueViolation(error)).toBe(true);
  expect(isUniqueViolation(error, "users_username_key")).toBe(true);
  expect(isUniqueViolation(error, "users_email_key")).toBe(false);
  expect(isForeignKeyViolation(error)).toBe(false);
  expect(isUnavailable(error)).toBe(false);
});

test("a missing row that is referred to is another violation", () => {
  const error = wrapped(withFields("no such row", { code: "23503", constraint: "messages_channel_id_fkey" }));
  expect(isForeignKeyViolation(error, "messages_channel_id_fkey")).toBe(true);
  expect(isUniqueViolation(error)).toBe(false);
});

test.each([
  ["PostgreSQL is stopping", { code: "57P01" }],
  ["PostgreSQL is starting", { code: "57P03" }],
  ["a connection failed", { code: "08006" }],
  ["too many connections", { code: "53300" }],
  ["the disk is full", { code: "53100" }],
  ["the statement took too long", { code: "57014" }],
  ["a deadlock", { code: "40P01" }],
  ["nobody listens", { code: "ECONNREFUSED" }],
  ["the socket is not there", { code: "ENOENT", syscall: "connect" }],
  ["Connection terminated unexpectedly", {}],
  ["timeout exceeded when trying to connect", {}],
])("unavailable: %s", (message, fields) => {
  const error = withFields(message, fields);
  expect(isUnavailable(error)).toBe(true);
  expect(isUnavailable(wrapped(error))).toBe(true);
});

test.each([
  ["a syntax error", { code: "42601" }],
  ["a file that is not there", { code: "ENOENT", syscall: "open" }],
  ["anything else", {}],
])("a fault, not unavailable: %s", (message, fields) => {
  expect(isUnavailable(withFields(message, fields))).toBe(false);
});

test("what is no error, or is its own cause, has no meaning", () => {
  const circular = new Error("circular");
  circular.cause = circular;
  expect([undefined, null, "57P01", circular].map(isUnavailable)).toEqual([false, false, false, false]);
});
