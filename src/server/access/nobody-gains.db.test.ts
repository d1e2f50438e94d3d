/**
 * Whatever they do, nobody who governs ends up with more than they began with: not alone, and of the server's permissions not
 * with an accomplice either. On the real services, in random servers; a failure prints its seed.
 */
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { act, createTowns, townPlan } from "#tests/support/governing-acts.ts";
import { createTestServices } from "#tests/support/services.ts";
import type { ChannelId, RoleId, UserId } from "#shared/ids.ts";
import {
  type PermissionName,
  type Permissions,
  permissionBits,
  permissionNames,
} from "#shared/permissions.ts";
import { channelPermissionsOf, type ServerState, serverPermissionsOf, standingOf } from "./server-state.ts";

const world = await createTestServices();
afterAll(() => world[Symbol.asyncDispose]());
const towns = createTowns(world);

const namesOf = (bits: Permissions): PermissionName[] =>
  permissionNames.filter((name) => (bits & permissionBits(name)) !== 0n);

const bitsIn = (state: ServerState, userId: UserId): Permissions => serverPermissionsOf(state, userId) ?? 0n;

/** The roles that somebody stands above. Heights are no measure: they grow with each new role below. */
const rolesBelow = (state: ServerState, userId: UserId): Set<RoleId> =>
  new Set(
    [...state.roles.values()]
      .filter(({ position }) => position < standingOf(state, userId))
      .map(({ id }) => id),
  );

const bitsByChannel = (state: ServerState, userId: UserId): Map<ChannelId, Permissions> =>
  new Map([...state.channels].map(([id, channel]) => [id, channelPermissionsOf(state, userId, channel)]));

/** What any of them gained since: permissions in the server, and roles of then that are below them now. */
const gainOf = (before: ServerState, after: ServerState, userIds: readonly UserId[]) => {
  const union = (state: ServerState) => userIds.reduce((bits, id) => bits | bitsIn(state, id), 0n);
  const below = (state: ServerState) => new Set(userIds.flatMap((id) => [...rolesBelow(state, id)]));
  const [then, now] = [below(before), below(after)];
  return {
    permissions: namesOf(union(after) & ~union(before)),
    roles: [...now].filter((id) => before.roles.has(id) && !then.has(id)),
  };
};

const gainInChannels = (before: Map<ChannelId, Permissions>, after: Map<ChannelId, Permissions>) =>
  [...after].flatMap(([id, bits]) => {
    const gained = namesOf(bits & ~(before.get(id) ?? bits));
    return gained.length > 0 ? [{ id, gained }] : [];
  });

const nothing = { permissions: [], roles: [] };
const manyActs = fc.array(act, { minLength: 6, maxLength: 14 });

test("one alone gains nothing, in the server, in any channel, nor in height", async () => {
  let done = 0;
  await fc.assert(
    fc.asyncProperty(townPlan, manyActs, async (plan, acts) => {
      const town = await towns.open(plan);
      const [actor] = town.members;
      if (!actor) throw new Error("there are members");
      const before = await towns.readState(town.id);
      let channels = bitsByChannel(before, actor.userId);
      let after = before;
      for (const one of acts) {
        const chosen = { ...one, who: 0 };
        if (await towns.perform(town, after, chosen)) done++;
        after = await towns.readState(town.id);
        expect(gainOf(before, after, [actor.userId])).toEqual(nothing);
        const now = bitsByChannel(after, actor.userId);
        // Who leaves and comes back is a newcomer, and begins in each channel with what newcomers have there.
        if (chosen.kind === "comeBack") channels = now;
        expect(gainInChannels(channels, now)).toEqual([]);
      }
    }),
    { numRuns: 6 },
  );
  expect(done).toBeGreaterThan(0);
});

test("two in turns gain no permission in the server that one of them did not have, nor height", async () => {
  let done = 0;
  await fc.assert(
    fc.asyncProperty(townPlan, manyActs, async (plan, acts) => {
      const town = await towns.open(plan);
      const actors = town.members.slice(0, 2).map(({ userId }) => userId);
      const before = await towns.readState(town.id);
      let after = before;
      for (const chosen of acts) {
        if (await towns.perform(town, after, chosen)) done++;
        after = await towns.readState(town.id);
        expect(gainOf(before, after, actors)).toEqual(nothing);
      }
    }),
    { numRuns: 6 },
  );
  expect(done).toBeGreaterThan(0);
});
