import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { type ExplainedMember, type ExplainedOverrides, explainPermission } from "./explain-permission.ts";
import { RoleId } from "./ids.ts";
import {
  ALL_PERMISSIONS,
  hasPermission,
  type PermissionOverride,
  permissionBits,
  permissionNames,
  resolveChannelPermissions,
  resolveServerPermissions,
  whileTimedOut,
} from "./permissions.ts";

const roleId = (number: number): RoleId => RoleId.parse(`01890000-0000-7000-8000-00000000000${number}`);
const everyoneId = roleId(0);

const admin = permissionBits("ADMINISTRATOR");
// Not often an administrator, with whom nothing else counts.
const bits = fc
  .tuple(fc.bigInt({ min: 0n, max: ALL_PERMISSIONS }), fc.integer({ max: 9, min: 0 }))
  .map(([all, chance]) => (chance === 0 ? all : all & ~admin));
const override: fc.Arbitrary<PermissionOverride> = fc.record({ allow: bits, deny: bits });
const maybe = fc.option(override, { nil: undefined });

const member: fc.Arbitrary<ExplainedMember> = fc.record({
  isOwner: fc.integer({ min: 0, max: 9 }).map((chance) => chance === 0),
  everyone: bits.map((permissions) => ({ id: everyoneId, permissions })),
  roles: fc
    .array(bits, { maxLength: 4 })
    .map((all) => all.map((permissions, index) => ({ id: roleId(index + 1), permissions }))),
  isTimedOut: fc.boolean(),
});

const overrides: fc.Arbitrary<ExplainedOverrides> = fc.record({
  everyone: maybe,
  // Of roles that the member does not have, too.
  roles: fc
    .dictionary(fc.constantFrom("1", "2", "3", "4", "5"), override)
    .map((all) => new Map(Object.entries(all).map(([key, value]) => [roleId(Number(key)), value]))),
  member: maybe,
});

const serverBits = ({ isOwner, everyone, roles }: ExplainedMember) =>
  resolveServerPermissions({
    isOwner,
    everyone: everyone.permissions,
    roles: roles.map(({ permissions }) => permissions),
  });

describe("the verdict is that of the resolution", () => {
  test("in a server", () => {
    fc.assert(
      fc.property(member, fc.constantFrom(...permissionNames), (given, name) => {
        const all = serverBits(given);
        const left = given.isTimedOut ? whileTimedOut(all) : all;
        expect(explainPermission(given, name).isAllowed).toBe(hasPermission(left, name));
      }),
    );
  });

  test("in a channel", () => {
    fc.assert(
      fc.property(member, overrides, fc.constantFrom(...permissionNames), (given, channel, name) => {
        const all = resolveChannelPermissions(serverBits(given), {
          everyone: channel.everyone,
          roles: given.roles.flatMap(({ id }) => channel.roles.get(id) ?? []),
          member: channel.member,
        });
        const left = given.isTimedOut ? whileTimedOut(all) : all;
        const { isAllowed, decidedBy, steps } = explainPermission(given, name, channel);
        expect(isAllowed).toBe(hasPermission(left, name));
        expect(steps).toContainEqual(decidedBy);
        expect(decidedBy.effect).toBe(isAllowed ? "allow" : "deny");
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("who decides", () => {
  const talking = permissionBits("VIEW_CHANNEL", "SEND_MESSAGES");
  const bob: ExplainedMember = {
    isOwner: false,
    everyone: { id: everyoneId, permissions: talking },
    roles: [
      { id: roleId(2), permissions: 0n },
      { id: roleId(1), permissions: talking },
    ],
    isTimedOut: false,
  };
  const send = permissionBits("SEND_MESSAGES");
  const denied = { allow: 0n, deny: send };
  const allowed = { allow: send, deny: 0n };
  const none = { roles: new Map() };
  const decided = (given: ExplainedMember, channel?: ExplainedOverrides) =>
    explainPermission(given, "SEND_MESSAGES", channel).decidedBy;

  test("the owner is asked before all, then the administrator", () => {
    expect(decided({ ...bob, isOwner: true }, { ...none, member: denied })).toMatchObject({ kind: "owner" });
    const roles = [{ id: roleId(3), permissions: admin }];
    expect(decided({ ...bob, roles, isTimedOut: true })).toMatchObject({
      kind: "administrator",
      roleId: roleId(3),
    });
  });

  test("in the server the first role that gives it", () => {
    expect(decided(bob)).toMatchObject({ kind: "role", roleId: everyoneId });
    const everyone = { id: everyoneId, permissions: 0n };
    expect(decided({ ...bob, everyone })).toMatchObject({ kind: "role", roleId: roleId(1) });
    expect(decided({ ...bob, everyone, roles: [] })).toEqual({ kind: "not-given", effect: "deny" });
  });

  test("in a channel the last layer that has a word, and among roles the one that allows", () => {
    const muted = { everyone: allowed, roles: new Map([[roleId(2), denied]]) };
    expect(decided(bob, muted)).toEqual({ kind: "role-override", effect: "deny", roleId: roleId(2) });
    const both = { roles: new Map([...muted.roles, [roleId(1), allowed]]) };
    expect(decided(bob, both)).toEqual({ kind: "role-override", effect: "allow", roleId: roleId(1) });
    expect(decided(bob, { ...both, member: denied })).toEqual({ kind: "member-override", effect: "deny" });
    expect(decided(bob, { ...none, everyone: denied })).toMatchObject({ roleId: everyoneId });
    expect(decided(bob, none)).toMatchObject({ kind: "role", roleId: everyoneId });
  });

  test("who does not see the channel is told that, and who is timed out that", () => {
    const hidden = {
      ...none,
      everyone: { allow: 0n, deny: permissionBits("VIEW_CHANNEL") },
      member: allowed,
    };
    expect(decided(bob, hidden)).toEqual({ kind: "no-sight", effect: "deny" });
    expect(decided({ ...bob, isTimedOut: true }, none)).toEqual({ kind: "timeout", effect: "deny" });
    // It would be denied without the timeout as well: the lasting reason is told.
    expect(decided({ ...bob, isTimedOut: true }, { ...none, member: denied })).toMatchObject({
      kind: "member-override",
    });
  });
});
