import { expect, test } from "vitest";

import { rankMembers } from "#client/features/messages/rank-members.ts";
import type { Member } from "#shared/contract/members.ts";
import { ServerId, UserId } from "#shared/ids.ts";

const idOf = (number: number): string => `01890000-0000-7000-8000-${String(number).padStart(12, "0")}`;

const aMember = (number: number, displayName: string, nickname: string | null = null): Member => ({
  serverId: ServerId.parse(idOf(999)),
  user: {
    id: UserId.parse(idOf(number)),
    username: `user${number}`,
    displayName,
    avatarUrl: null,
    bot: false,
    status: "offline",
    customStatus: null,
    createdAt: "2026-01-01T00:00:00.000Z",
  },
  nickname,
  roleIds: [],
  joinedAt: "2026-01-01T00:00:00.000Z",
  timeoutUntil: null,
});

const members = [
  aMember(1, "Salvador"),
  aMember(2, "Bo Alvarez"),
  aMember(3, "Álvaro"),
  aMember(4, "Kim", "Alma"),
  aMember(5, "Zoe"),
];

const namesFor = (query: string): string[] => rankMembers(members, query).map(({ user }) => user.displayName);

test("names that begin so come before those with a word that does, and those before the rest", () => {
  expect(namesFor("al")).toEqual(["Kim", "Álvaro", "Bo Alvarez", "Salvador"]);
});

test("accents and case are no hindrance, and the username and both names count", () => {
  expect(namesFor("ÁLVAR")).toEqual(["Álvaro", "Bo Alvarez"]);
  expect(namesFor("user5")).toEqual(["Zoe"]);
  expect(namesFor("kim")).toEqual(["Kim"]);
  expect(namesFor("nobody")).toEqual([]);
});

test("no more are offered than can be looked over", () => {
  const crowd = Array.from({ length: 50 }, (_, index) => aMember(100 + index, `Person ${index}`));
  expect(rankMembers(crowd, "")).toHaveLength(8);
});
