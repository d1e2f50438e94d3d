import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { carryRights } from "#server/access/carry-rights.ts";
import { RightsCache } from "#server/access/rights-cache.ts";
import {
  channelPermissionsOf,
  type ServerState,
  setMember,
  visibleChannelsOf,
} from "#server/access/server-state.ts";
import { createIdSource } from "#server/kernel/id-source.ts";
import type { UserId } from "#shared/ids.ts";
import { ALL_PERMISSIONS, permissionBits } from "#shared/permissions.ts";
import { FakeClock } from "#tests/support/fake-clock.ts";
import { resolveSlowly } from "#tests/support/rights-reference.ts";
import { type Change, RightsModel } from "#tests/support/rights-model.ts";

const askAll = (state: ServerState, users: readonly UserId[]): void => {
  for (const userId of users)
    for (const channel of state.channels.values()) channelPermissionsOf(state, userId, channel);
};

const expectRight = (state: ServerState, users: readonly UserId[]): void => {
  for (const userId of users) {
    for (const channel of state.channels.values())
      expect(channelPermissionsOf(state, userId, channel)).toBe(resolveSlowly(state, userId, channel));
  }
};

const changes: fc.Arbitrary<Change> = fc.record({
  act: fc.constantFrom(...RightsModel.acts),
  a: fc.nat(20),
  b: fc.nat(20),
  bits: fc.tuple(fc.bigInt(0n, ALL_PERMISSIONS), fc.bigInt(0n, ALL_PERMISSIONS)),
});

describe("what is remembered of rights", () => {
  test("is what they are, for every member and channel, after any changes, and in states of the past too", () => {
    fc.assert(
      fc.property(fc.array(changes, { maxLength: 15 }), (sequence) => {
        const model = new RightsModel();
        let state = model.load();
        askAll(state, model.users);
        for (const change of sequence) {
          model.apply(change);
          const before = state;
          state = carryRights(before, model.load());
          expectRight(before, model.users);
          expectRight(state, model.users);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("is what they are when members change in place, one after the other", () => {
    fc.assert(
      fc.property(fc.array(changes, { maxLength: 15 }), (sequence) => {
        const model = new RightsModel();
        const state = model.load();
        askAll(state, model.users);
        for (const { a, b } of sequence) {
          const userId = model.changeMember(a, b);
          setMember(state, userId, model.load().members.get(userId));
          expectRight(state, model.users);
        }
      }),
    );
  });

  const aFullState = () => {
    const model = new RightsModel();
    model.makePrivate(0);
    model.makePrivate(1);
    const state = model.load();
    askAll(state, model.users);
    return { model, state, full: state.rights.size };
  };

  /** How often something has to be resolved after the change, and what the state is then. */
  const countAfter = (state: ServerState, model: RightsModel): number => {
    const after = carryRights(state, model.load());
    const before = after.rights.resolutions;
    askAll(after, model.users);
    expectRight(after, model.users);
    return after.rights.resolutions - before;
  };

  test("goes for one channel when that channel's overrides change", () => {
    const { model, state } = aFullState();
    model.setOverride(0, permissionBits("SPEAK"));
    expect(countAfter(state, model)).toBe(model.memberCount);
  });

  test("goes for the channels that follow, too, when a category's overrides change", () => {
    const { model, state } = aFullState();
    model.setOverride(model.categoryIndex, permissionBits("SPEAK"));
    // The category and its followers have one list, which is resolved once for each member.
    expect(countAfter(state, model)).toBe(model.memberCount);
    const { model: other, state: otherState } = aFullState();
    other.setOverride(other.categoryIndex, permissionBits("SPEAK"));
    const after = carryRights(otherState, other.load());
    expect(visibleChannelsOf(after, other.owner).size).toBe(after.channels.size);
  });

  test("goes for one member when their roles change, and for those who hold a role when its bits do", () => {
    const { model, state } = aFullState();
    const lists = new Set([...state.channels.values()].map(({ overrides }) => overrides)).size;
    model.changeMember(1, 0);
    expect(countAfter(state, model)).toBe(lists);
    const again = aFullState();
    again.model.giveRole(0, 2);
    again.model.giveRole(1, 2);
    const held = carryRights(again.state, again.model.load());
    askAll(held, again.model.users);
    again.model.setRole(2, permissionBits("SPEAK"));
    expect(countAfter(held, again.model)).toBe(2 * lists);
  });

  test("goes for the two owners when the server passes on, and for all when @everyone's bits change", () => {
    const { model, state } = aFullState();
    const lists = new Set([...state.channels.values()].map(({ overrides }) => overrides)).size;
    model.passOn(1);
    expect(countAfter(state, model)).toBe(2 * lists);
    const again = aFullState();
    again.model.setRole(0, permissionBits("VIEW_CHANNEL"));
    expect(countAfter(again.state, again.model)).toBe(again.full);
  });

  test("stays when nothing that counts has changed", () => {
    const { model, state, full } = aFullState();
    const after = carryRights(state, model.load());
    expect(after.rights.size).toBe(full);
    expect(state.rights.size).toBe(0);
  });

  test("is nothing of those who are no members", () => {
    const { model, state, full } = aFullState();
    const outsider = createIdSource(new FakeClock()).userId();
    askAll(state, [outsider]);
    expect(state.rights.size).toBe(full);
    expectRight(state, [...model.users, outsider]);
  });
});

test("a cache that is full begins anew, and answers all the same", () => {
  const model = new RightsModel();
  model.makePrivate(0);
  const state = { ...model.load(), rights: new RightsCache({ maxEntries: 5 }) };
  for (let round = 0; round < 3; round++) {
    expectRight(state, model.users);
    expect(state.rights.size).toBeLessThanOrEqual(5);
  }
});
