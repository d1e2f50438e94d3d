import { expect, test } from "vitest";
import { UserId } from "#shared/ids.ts";
import { Speaking } from "./speaking.ts";

const alice = UserId.parse("01890a5d-ac96-774b-bcce-000000000001");
const bob = UserId.parse("01890a5d-ac96-774b-bcce-000000000002");

test("VO10 a ring lights with the first word, stays between words, and ends with the speech", () => {
  const speaking = new Speaking();
  expect(speaking.hear([{ userId: alice, levelDbov: -30 }], 0)).toBe(true);
  expect(speaking.userIds).toEqual([alice]);
  expect(speaking.hear([{ userId: alice, levelDbov: -35 }], 100)).toBe(false);
  expect(speaking.hear([], 300)).toBe(false);
  expect(speaking.userIds).toEqual([alice]);
  expect(speaking.hear([], 400)).toBe(true);
  expect(speaking.userIds).toEqual([]);
  expect(speaking.nextChangeMs).toBeUndefined();
});

test("VO10 what is too quiet to be speech lights nothing", () => {
  const speaking = new Speaking();
  expect(speaking.hear([{ userId: alice, levelDbov: -70 }], 0)).toBe(false);
  expect(speaking.userIds).toEqual([]);
});

test("VO10 whoever leaves speaks no more, and the others go on", () => {
  const speaking = new Speaking();
  speaking.hear(
    [
      { userId: alice, levelDbov: -30 },
      { userId: bob, levelDbov: -30 },
    ],
    0,
  );
  expect(speaking.delete(alice)).toBe(true);
  expect(speaking.delete(alice)).toBe(false);
  expect(speaking.userIds).toEqual([bob]);
});
