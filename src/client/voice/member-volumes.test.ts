import { expect, test } from "vitest";

import type { StoredMap } from "#client/lib/storage.ts";
import { UserId } from "#shared/ids.ts";
import { createMemberVolumes } from "./member-volumes.ts";

const alice = UserId.parse("01890000-0000-7000-8000-000000000001");
const bob = UserId.parse("01890000-0000-7000-8000-000000000002");

const createMap = (entries: [string, string][] = []): StoredMap & { texts: Map<string, string> } => {
  const texts = new Map(entries);
  return {
    texts,
    find: (id) => texts.get(id),
    set: (id, text) => void (text === "" ? texts.delete(id) : texts.set(id, text)),
    clear: () => texts.clear(),
  };
};

test("VO14: a member's volume is remembered, for them alone", () => {
  const map = createMap();
  createMemberVolumes(map).set(alice, 1.4);
  expect(createMemberVolumes(map).get(alice)).toBe(1.4);
  expect(createMemberVolumes(map).get(bob)).toBe(1);
});

test.each([
  [0, 0],
  [2, 2],
  [3, 2],
  [-1, 0],
])("%d is kept as %d", (volume, expected) => {
  const volumes = createMemberVolumes(createMap());
  volumes.set(alice, volume);
  expect(volumes.get(alice)).toBe(expected);
});

test.each(["", "loud", "NaN"])("%j in its place counts as 1", (text) => {
  expect(createMemberVolumes(createMap([[alice, text]])).get(alice)).toBe(1);
});

test("who is back at 1 takes no place", () => {
  const map = createMap();
  const volumes = createMemberVolumes(map);
  volumes.set(alice, 0.5);
  volumes.set(alice, 1);
  expect(map.texts.size).toBe(0);
});
