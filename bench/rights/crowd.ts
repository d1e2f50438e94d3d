/** A server as full as they get: everything at its limit that decides what somebody may do in a channel. */
import { channelOverrides, channels } from "#server/database/schema/channels.ts";
import { memberRoles, roles } from "#server/database/schema/roles.ts";
import { serverMembers } from "#server/database/schema/servers.ts";
import { users } from "#server/database/schema/users.ts";
import type { ChannelId, RoleId, ServerId, UserId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";
import { permissionBits, permissionNames } from "#shared/permissions.ts";
import type { TestServices } from "#tests/support/services.ts";

const crowd = {
  members: 500,
  roles: 50,
  rolesPerMember: 5,
  channels: limits.channelsPerServer,
  overrides: limits.overridesPerChannel,
} as const;

export interface Crowd {
  serverId: ServerId;
  ownerId: UserId;
  everyoneRoleId: RoleId;
  userIds: UserId[];
  channelIds: ChannelId[];
}

/** Several permissions, by a number; never sight, so that everybody is let in. */
const bitsBy = (n: number): bigint =>
  permissionBits(
    ...permissionNames.filter((name, index) => name !== "VIEW_CHANNEL" && (n >> index) % 2 === 1),
  );

const inBatches = async <T>(rows: readonly T[], insert: (batch: T[]) => Promise<unknown>): Promise<void> => {
  for (let from = 0; from < rows.length; from += 2_000) await insert(rows.slice(from, from + 2_000));
};

const make = <T>(count: number, one: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => one(index));

export const createCrowd = async (world: TestServices): Promise<Crowd> => {
  const { db, ids, access } = world;
  const { id: serverId, owner, text, voice } = await world.aServer();
  const { state } = await access.requireServer(owner.userId, serverId);
  const people = make(crowd.members - 1, () => ids.userId());
  await inBatches(people, (batch) =>
    db
      .insert(users)
      .values(batch.map((id) => ({ id, username: `user-${id}`, displayName: "user", passwordHash: "" }))),
  );
  await inBatches(people, (batch) =>
    db.insert(serverMembers).values(batch.map((userId) => ({ serverId, userId }))),
  );
  const roleIds = make(crowd.roles - 1, () => ids.roleId());
  await db.insert(roles).values(
    roleIds.map((id, index) => ({
      id,
      serverId,
      name: "role",
      permissions: bitsBy(1 << (index % 4)),
      position: index + 1,
    })),
  );
  const held = people.flatMap((userId, index) =>
    make(crowd.rolesPerMember, (n) => ({
      serverId,
      userId,
      roleId: roleIds[(index + n * 7) % roleIds.length],
    })),
  );
  await inBatches(held, (batch) =>
    db.insert(memberRoles).values(batch.flatMap(({ roleId, ...of }) => (roleId ? [{ ...of, roleId }] : []))),
  );
  const more = make(crowd.channels - 2, () => ids.channelId());
  await db.insert(channels).values(
    more.map((id, index) => ({
      id,
      serverId,
      type: "text" as const,
      name: "channel",
      position: index + 2,
    })),
  );
  const channelIds = [text, voice, ...more];
  const targets = [...roleIds, state.everyoneRoleId].map((roleId) => ({ roleId }));
  const overrides = channelIds.flatMap((channelId, place) => {
    const own = make(crowd.overrides - targets.length, (n) => people[(place * 3 + n) % people.length]);
    const all = [...targets, ...own.flatMap((userId) => (userId ? [{ userId }] : []))];
    return all.map((target, index) => {
      const allow = bitsBy((place * 31 + index) % 4_096);
      return { channelId, ...target, allow, deny: bitsBy((place * 17 + index * 5) % 4_096) & ~allow };
    });
  });
  await inBatches(overrides, (batch) => db.insert(channelOverrides).values(batch));
  await access.serverChanged(serverId);
  return {
    serverId,
    ownerId: owner.userId,
    everyoneRoleId: state.everyoneRoleId,
    userIds: [owner.userId, ...people],
    channelIds,
  };
};
