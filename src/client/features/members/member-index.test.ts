import { expect, test } from "vitest";

import type { Member } from "#shared/contract/members.ts";
import { ServerId, UserId } from "#shared/ids.ts";

import { groupMembers, indexMembers } from "#client/features/members/member-index.ts";

const serverId = ServerId.parse("01890000-0000-7000-8000-000000000001");
const idOf = (number: number): UserId => UserId.parse(`01890000-0000-7000-8000-00000000010${number}`);

const aMember = (number: number, displayName: string, nickname: string | null = null): Member => ({
  serverId,
  user: {
    id: idOf(number),
    username: displayName.toLowerCase(),
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

const pages = {
  pages: [
    { members: [aMember(1, "zoe"), aMember(2, "Ben")], nextCursor: idOf(2) },
    { members: [aMember(3, "Kim", "Abby"), aMember(4, "cleo")], nextCursor: null },
  ],
  pageParams: [null, idOf(2)],
};

test("members stand by name and presence, whatever page they came with", () => {
  const { online, offline } = groupMembers(pages, { [idOf(1)]: "online", [idOf(3)]: "dnd" });
  expect(online.map(({ user }) => user.displayName)).toEqual(["Kim", "zoe"]);
  expect(offline.map(({ user }) => user.displayName)).toEqual(["Ben", "cleo"]);
});

test("the index of one state of the list is made once", () => {
  expect(indexMembers(pages).get(idOf(3))?.nickname).toBe("Abby");
  expect(indexMembers(pages)).toBe(indexMembers(pages));
});
