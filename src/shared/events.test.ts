import { expect, it } from "vitest";
import { formatEventId, parseEventId } from "./events.ts";

it.each([
  ["a", 0],
  ["0f3c9d2e4b5a69788796a5b4c3d2e1f0", 1],
  ["epoch", 999_999_999_999_999],
])("GW7 reads the id of epoch %s and sequence %i as it was written", (epoch, sequence) => {
  expect(parseEventId(formatEventId(epoch, sequence))).toEqual({ epoch, sequence });
});

it.each([
  "",
  "-",
  "epoch",
  "epoch-",
  "-1",
  "epoch--1",
  "epoch-01",
  "epoch-1.5",
  "epoch-1e3",
  "epoch-1 ",
  "epoch-1\n",
  "EPOCH-1",
  "epoch-9999999999999999",
  "0f3c9d2e-4b5a-6978-8796-a5b4c3d2e1f0",
  `${"a".repeat(33)}-1`,
  "epoch-1-2",
])("GW7 knows that %j is not one of ours", (id) => {
  expect(parseEventId(id)).toBeUndefined();
});
