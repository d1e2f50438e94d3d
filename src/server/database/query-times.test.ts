import { expect, it } from "vitest";
import { queryTypeOf } from "./query-times.ts";

it.each([
  ["select 1", "select"],
  ["  SELECT 1", "select"],
  ["(select 1) union (select 2)", "select"],
  ['insert into "messages" values ($1)', "insert"],
  ['update "users" set "display_name" = $1', "update"],
  ["delete from sessions", "delete"],
  ['with "a" as (select 1) select * from "a"', "select"],
  ['with "inserted" as (insert into "messages" values ($1) returning "id") select 1', "insert"],
  ['WITH x AS (SELECT 1) UPDATE "messages" SET a = 1', "update"],
  ["with x as (select 1) delete from messages", "delete"],
  ['with x as (select "update", "deleted_at" from a) select 1', "select"],
  ["begin", "other"],
  ["COMMIT", "other"],
  ["set local x = 1", "other"],
  ["", "other"],
  ["constructor", "other"],
])("%s is a query of the kind %s", (text, type) => {
  expect(queryTypeOf(text)).toBe(type);
});
