/**
 * Everything that governs, at once and at random: nothing waits in a circle, memory ends as the database does, and so does
 * whoever has gone by the events alone.
 */
import { isAppError } from "#server/kernel/app-error.ts";
import type { SharedChannel } from "#shared/contract/channels.ts";
import type { Member } from "#shared/contract/members.ts";
import type { Role } from "#shared/contract/roles.ts";
import type { RoleId, ServerId, UserId } from "#shared/ids.ts";
import { createInstanceWorld, type InstanceWorld } from "#tests/support/instance-world.ts";
import { createRandom, createStorm, openTown } from "#tests/support/storm.ts";
import { expect, test } from "vitest";
import { createAccessRepo } from "./access.repo.ts";
import { channelPermissionsOf, type ServerState } from "./server-state.ts";

interface Picture {
  members: Map<UserId, { roleIds: readonly RoleId[]; timeoutUntil: string | null }>;
  roles: Map<RoleId, Pick<Role, "name" | "permissions" | "position">>;
  channels: Map<string, SharedChannel>;
}

const pickMember = ({ roleIds, timeoutUntil }: Pick<Member, "roleIds" | "timeoutUntil">) => ({
  roleIds,
  timeoutUntil,
});

const pickRole = ({ name, permissions, position }: Pick<Role, "name" | "permissions" | "position">) => ({
  name,
  permissions,
  position,
});

const pictureOf = (state: ServerState): Picture => ({
  members: new Map(
    [...state.members].map(([id, { roleIds, timeoutUntil }]) => [
      id,
      { roleIds, timeoutUntil: timeoutUntil?.toISOString() ?? null },
    ]),
  ),
  roles: new Map(
    [...state.roles].map(([id, { name, permissions, position }]) => [
      id,
      { name, permissions: permissions.toString(), position },
    ]),
  ),
  channels: new Map(state.channels),
});

/** With what a client concludes by itself: a role that is gone is gone from members and channels too. */
const settled = ({ members, roles, channels }: Picture) => ({
  members: new Map(
    [...members].map(([id, member]) => [
      id,
      { ...member, roleIds: member.roleIds.filter((roleId) => roles.has(roleId)).toSorted() },
    ]),
  ),
  roles,
  channels: new Map(
    [...channels].map(([id, channel]) => [
      id,
      {
        ...channel,
        overrides: channel.overrides
          .filter(({ target }) => target.type === "member" || roles.has(target.id))
          .toSorted((one, other) => (one.target.id < other.target.id ? -1 : 1)),
      },
    ]),
  ),
});

/** What one believes who hears every event, whatever they may see; and whom it was told that the server is theirs. */
const listen = (world: InstanceWorld, start: ServerState) => {
  const picture = pictureOf(start);
  const { members, roles, channels } = picture;
  const homes = new Set(start.members.keys());
  world.events.subscribe((entry) => {
    if (entry.kind !== "event") return;
    const { audience, event } = entry;
    const { t, d } = event;
    if (t === "MEMBER_JOIN" || t === "MEMBER_UPDATE") members.set(d.user.id, pickMember(d));
    else if (t === "MEMBER_LEAVE") members.delete(d.userId);
    else if (t === "ROLE_CREATE" || t === "ROLE_UPDATE") roles.set(d.id, pickRole(d));
    else if (t === "ROLE_DELETE") roles.delete(d.id);
    else if (t === "CHANNEL_CREATE" || t === "CHANNEL_UPDATE") channels.set(d.id, d);
    else if (t === "CHANNEL_DELETE") channels.delete(d.id);
    else if (t === "SERVER_CREATE" && audience.kind === "user") homes.add(audience.userId);
    else if (t === "SERVER_DELETE" && audience.kind === "user") homes.delete(audience.userId);
  });
  return { picture, homes };
};

const bitsOf = (state: ServerState) =>
  [...state.members.keys()]
    .toSorted()
    .map((userId) =>
      [...state.channels.values()].map((channel) => channelPermissionsOf(state, userId, channel)),
    );

const requireState = async (world: InstanceWorld, id: ServerId): Promise<ServerState> => {
  const state = await createAccessRepo(world.db).findServerState(id);
  if (!state) throw new Error("the server is there");
  return state;
};

const waves = 5;
const actsInWave = 24;

test.each([3, 4])("memory and events end as the database does: storm %i", async (seed) => {
  await using world = await createInstanceWorld();
  const town = await openTown(world);
  const { id } = town;
  const storm = createStorm(town, createRandom(seed));
  const heard = listen(world, await requireState(world, id));
  for (let wave = 0; wave < waves; wave++) {
    const outcomes = await Promise.allSettled(Array.from({ length: actsInWave }, storm));
    expect(
      outcomes.flatMap((outcome): unknown[] =>
        outcome.status === "rejected" && !isAppError(outcome.reason) ? [outcome.reason] : [],
      ),
    ).toEqual([]);
    expect(outcomes.map(({ status }) => status)).toContain("fulfilled");

    const stored = await requireState(world, id);
    const known = world.access.peek(id) ?? stored;
    expect(known.ownerId).toBe(stored.ownerId);
    expect(settled(pictureOf(known))).toEqual(settled(pictureOf(stored)));
    expect(bitsOf(known)).toEqual(bitsOf(stored));
    expect(stored.members.has(stored.ownerId)).toBe(true);
    expect(settled(heard.picture)).toEqual(settled(pictureOf(stored)));
    expect(heard.homes).toEqual(new Set(stored.members.keys()));
  }
});
