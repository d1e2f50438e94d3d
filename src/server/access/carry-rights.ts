/** What of the resolved rights outlives a change: everything that does not depend on what has changed. Pure. */
import type { SharedChannel } from "#shared/contract/channels.ts";
import type { ChannelId, RoleId, UserId } from "#shared/ids.ts";
import { areSameOverrides } from "./overrides.policy.ts";
import type { MemberState, ServerState } from "./server-state.ts";

/** Those whose bits are not what they were; a role's position decides nothing in a channel. */
const findChangedRoles = (before: ServerState, after: ServerState): Set<RoleId> =>
  new Set(
    [...before.roles.keys(), ...after.roles.keys()].filter(
      (id) => before.roles.get(id)?.permissions !== after.roles.get(id)?.permissions,
    ),
  );

const hasSameRoles = (one: MemberState, other: MemberState): boolean =>
  one.roleIds.length === other.roleIds.length && one.roleIds.every((id) => other.roleIds.includes(id));

/** Members whose bits may be others now, wherever; who was no member had none. */
const findChangedMembers = (before: ServerState, after: ServerState): UserId[] => {
  const changedRoles = findChangedRoles(before, after);
  const owners = before.ownerId === after.ownerId ? [] : [before.ownerId, after.ownerId];
  const isChanged = (userId: UserId, member: MemberState): boolean => {
    const now = after.members.get(userId);
    return !now || !hasSameRoles(member, now) || member.roleIds.some((id) => changedRoles.has(id));
  };
  return [
    ...owners,
    ...[...before.members].filter(([id, member]) => isChanged(id, member)).map(([id]) => id),
  ];
};

const isSameForEveryone = (before: ServerState, after: ServerState): boolean =>
  before.everyoneRoleId === after.everyoneRoleId &&
  before.roles.get(before.everyoneRoleId)?.permissions === after.roles.get(after.everyoneRoleId)?.permissions;

/** The state as it was loaded anew, with what is known from before and cannot have changed. `before` knows nothing then. */
export const carryRights = (before: ServerState, after: ServerState): ServerState => {
  const channels = new Map<ChannelId, SharedChannel>();
  for (const [id, channel] of after.channels) {
    const known = before.channels.get(id)?.overrides;
    const isSame = known && areSameOverrides(known, channel.overrides);
    channels.set(id, isSame ? { ...channel, overrides: known } : channel);
  }
  if (isSameForEveryone(before, after)) {
    after.rights.takeOver(
      before.rights,
      [...channels.values()].map(({ overrides }) => overrides),
    );
    for (const userId of findChangedMembers(before, after)) after.rights.forget(userId);
  }
  return { ...after, channels };
};
