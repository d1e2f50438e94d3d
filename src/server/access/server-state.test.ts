import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RightsCache } from "#server/access/rights-cache.ts";
import {
  channelPermissionsOf,
  type MemberState,
  type RoleState,
  type ServerState,
  serverPermissionsOf,
  standingOf,
  visibleChannelsOf,
} from "#server/access/server-state.ts";
import { createIdSource } from "#server/kernel/id-source.ts";
import type { Override, SharedChannel } from "#shared/contract/channels.ts";
import type { ChannelId, RoleId, UserId } from "#shared/ids.ts";
import { ALL_PERMISSIONS, formatPermissions } from "#shared/permissions.ts";
import { FakeClock } from "#tests/support/fake-clock.ts";
import { resolveSlowly } from "#tests/support/rights-reference.ts";

const ids = createIdSource(new FakeClock());
const serverId = ids.serverId();
const [everyone, low, high] = [ids.roleId(), ids.roleId(), ids.roleId()];
const [owner, member, other, outsider] = [ids.userId(), ids.userId(), ids.userId(), ids.userId()];

const bits = fc.bigInt({ min: 0n, max: ALL_PERMISSIONS });
const override = (target: Override["target"]) =>
  fc.record({
    target: fc.constant(target),
    allow: bits.map(formatPermissions),
    deny: bits.map(formatPermissions),
  });

const aChannel = (overrides: Override[]): SharedChannel => ({
  id: ids.channelId(),
  serverId,
  type: "text",
  name: "channel",
  topic: null,
  parentId: null,
  position: 0,
  slowModeSeconds: 0,
  overrides,
  followsCategory: false,
});

const overrides = fc
  .tuple(
    override({ type: "role", id: everyone }),
    override({ type: "role", id: low }),
    override({ type: "role", id: high }),
    override({ type: "member", id: member }),
    override({ type: "member", id: other }),
  )
  .chain((all) => fc.shuffledSubarray(all));

const states: fc.Arbitrary<ServerState> = fc
  .record({
    roleBits: fc.tuple(bits, bits, bits),
    memberRoles: fc.subarray([low, high]),
    otherRoles: fc.subarray([low, high]),
    channels: fc.array(overrides, { maxLength: 4 }),
  })
  .map(({ roleBits, memberRoles, otherRoles, channels }) => ({
    id: serverId,
    ownerId: owner,
    everyoneRoleId: everyone,
    roles: new Map(
      [everyone, low, high].map((id, position): [RoleId, RoleState] => [
        id,
        { id, name: `role ${position}`, color: null, permissions: roleBits[position] ?? 0n, position },
      ]),
    ),
    channels: new Map(
      channels.map(aChannel).map((channel): [ChannelId, SharedChannel] => [channel.id, channel]),
    ),
    members: new Map<UserId, MemberState>([
      [owner, { roleIds: [], timeoutUntil: null }],
      [member, { roleIds: memberRoles, timeoutUntil: null }],
      [other, { roleIds: otherRoles, timeoutUntil: null }],
    ]),
    rights: new RightsCache(),
  }));

describe("rights in a channel", () => {
  test("are what the contract says, for every member and in whatever order overrides are stored", () => {
    fc.assert(
      fc.property(states, fc.constantFrom(owner, member, other, outsider), (state, userId) => {
        for (const channel of state.channels.values()) {
          const expected = resolveSlowly(state, userId, channel);
          // Once resolved, once remembered.
          expect(channelPermissionsOf(state, userId, channel)).toBe(expected);
          expect(channelPermissionsOf(state, userId, channel)).toBe(expected);
        }
      }),
    );
  });

  test("do not depend on overrides for others", () => {
    fc.assert(
      fc.property(states, override({ type: "member", id: other }), (state, foreign) => {
        for (const channel of state.channels.values()) {
          const without = channel.overrides.filter(({ target }) => target.id !== other);
          expect(channelPermissionsOf(state, member, { ...channel, overrides: [...without, foreign] })).toBe(
            channelPermissionsOf(state, member, channel),
          );
        }
      }),
    );
  });
});

test("a member sees exactly the channels in which they may see, and an outsider none", () => {
  fc.assert(
    fc.property(states, (state) => {
      const visible = visibleChannelsOf(state, member);
      for (const channel of state.channels.values()) {
        const permissions = resolveSlowly(state, member, channel);
        expect(visible.get(channel.id) ?? 0n).toBe(permissions);
        expect(visible.has(channel.id)).toBe(permissions !== 0n);
      }
      expect(visibleChannelsOf(state, outsider).size).toBe(0);
      expect(visibleChannelsOf(state, owner).size).toBe(state.channels.size);
    }),
  );
});

test("an outsider has no rights at all, unlike a member without any", () => {
  fc.assert(
    fc.property(states, (state) => {
      expect(serverPermissionsOf(state, outsider)).toBeUndefined();
      expect(serverPermissionsOf(state, member)).toBeTypeOf("bigint");
      expect(serverPermissionsOf(state, owner)).toBe(ALL_PERMISSIONS);
    }),
  );
});

test("the owner stands above everyone, everyone above outsiders, and members by their highest role", () => {
  fc.assert(
    fc.property(states, (state) => {
      const positions = (state.members.get(member)?.roleIds ?? []).map(
        (id) => state.roles.get(id)?.position ?? 0,
      );
      expect(standingOf(state, member)).toBe(Math.max(0, ...positions));
      expect(standingOf(state, owner)).toBeGreaterThan(standingOf(state, member));
      expect(standingOf(state, member)).toBeGreaterThan(standingOf(state, outsider));
    }),
  );
});
