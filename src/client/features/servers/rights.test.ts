import { describe, expect, test } from "vitest";

import { everyone, ownMember, server } from "#client/app/voice-gallery/world.ts";
import type { Standing } from "#sdk/query-cache/index.ts";
import type { SharedChannel } from "#shared/contract/channels.ts";
import type { Member } from "#shared/contract/members.ts";
import type { Role } from "#shared/contract/roles.ts";
import { ChannelId, RoleId, UserId } from "#shared/ids.ts";
import { formatPermissions, permissionBits, type PermissionName } from "#shared/permissions.ts";

import { resolveRights, standAs } from "./rights.ts";

const roleId = (number: number): RoleId => RoleId.parse(`01890000-0000-7000-8000-00000000020${number}`);
const otherId = UserId.parse("01890000-0000-7000-8000-000000000301");

const aRole = (position: number, ...names: PermissionName[]): Role => ({
  ...everyone,
  id: roleId(position),
  name: `role ${position}`,
  permissions: formatPermissions(permissionBits(...names)),
  position,
});

const roles = [aRole(3, "ADMINISTRATOR"), aRole(2, "KICK_MEMBERS"), aRole(1), everyone];
const until = "2026-01-01T12:00:00.000Z";

const standingWith = (changes: Partial<Member>, ownerId = otherId): Standing => ({
  server: { ...server, ownerId },
  roles,
  member: { ...ownMember, ...changes },
});

const memberWith = (...roleIds: RoleId[]): Member => ({
  ...ownMember,
  user: { ...ownMember.user, id: UserId.parse("01890000-0000-7000-8000-000000000302") },
  roleIds,
});

const channel = (overrides: SharedChannel["overrides"]): SharedChannel => ({
  id: ChannelId.parse("01890000-0000-7000-8000-000000000401"),
  serverId: server.id,
  type: "text",
  name: "plans",
  topic: null,
  parentId: null,
  position: 0,
  slowModeSeconds: 0,
  overrides,
  followsCategory: false,
});

describe("a member who is timed out", () => {
  const moderator = standingWith({ roleIds: [roleId(2)], timeoutUntil: until });

  test("looks on, and does nothing else", () => {
    const rights = resolveRights(moderator, true);
    expect(rights.timeoutUntil).toBe(until);
    expect(rights.can("VIEW_CHANNEL")).toBe(true);
    expect(rights.can("KICK_MEMBERS")).toBe(false);
    expect(rights.canIn(channel([]), "VIEW_CHANNEL")).toBe(true);
    expect(rights.canIn(channel([]), "SEND_MESSAGES")).toBe(false);
  });

  test("is free again when it is over", () => {
    const rights = resolveRights(moderator, false);
    expect(rights.timeoutUntil).toBeNull();
    expect(rights.can("KICK_MEMBERS")).toBe(true);
  });

  test("is never an administrator nor the owner", () => {
    for (const standing of [
      standingWith({ roleIds: [roleId(3)], timeoutUntil: until }),
      standingWith({ timeoutUntil: until }, ownMember.user.id),
    ]) {
      const rights = resolveRights(standing, true);
      expect(rights.timeoutUntil).toBeNull();
      expect(rights.can("BAN_MEMBERS")).toBe(true);
    }
  });
});

test("nobody stands above a role as high as their own highest, nor above a member who has it", () => {
  const rights = resolveRights(standingWith({ roleIds: [roleId(2)] }), false);
  expect(roles.map(rights.isAboveRole)).toEqual([false, false, true, true]);
  expect(rights.isAbove(memberWith(roleId(2)))).toBe(false);
  expect(rights.isAbove(memberWith(roleId(1)))).toBe(true);
  expect(resolveRights(standingWith({}, ownMember.user.id), false).isAboveRole(aRole(3))).toBe(true);
});

test("whoever is seen through a role has that and @everyone, and nothing of one's own", () => {
  const own = { target: { type: "member" as const, id: ownMember.user.id }, allow: "1", deny: "0" };
  const hidden = channel([
    { target: { type: "role", id: everyone.id }, allow: "0", deny: "1" },
    { target: { type: "role", id: roleId(2) }, allow: "1", deny: "0" },
    own,
  ]);
  const owner = standingWith({ roleIds: [roleId(3)] }, ownMember.user.id);
  const asRole = resolveRights(standAs(owner, [roleId(2)]), false);
  expect(asRole.isOwner).toBe(false);
  expect(asRole.can("KICK_MEMBERS")).toBe(true);
  expect(asRole.can("BAN_MEMBERS")).toBe(false);
  expect(asRole.canIn(hidden, "VIEW_CHANNEL")).toBe(true);
  const asAnybody = resolveRights(standAs(owner, []), false);
  expect(asAnybody.canIn(hidden, "VIEW_CHANNEL")).toBe(false);
  expect(asAnybody.canIn(channel([]), "SEND_MESSAGES")).toBe(true);
});
