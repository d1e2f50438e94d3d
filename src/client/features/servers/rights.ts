/** What somebody may do in a server and its channels, from what is known of it. Pure. */
import { channelPermissionsOf, serverPermissionsOf, type Standing } from "#sdk/query-cache/channels.ts";
import type { SharedChannel } from "#shared/contract/channels.ts";
import type { Member } from "#shared/contract/members.ts";
import type { Role } from "#shared/contract/roles.ts";
import { type RoleId, UserId } from "#shared/ids.ts";
import {
  hasPermission,
  NO_PERMISSIONS,
  type PermissionName,
  type Permissions,
  whileTimedOut,
} from "#shared/permissions.ts";

export interface Rights {
  isOwner: boolean;
  /** What the caller may do in the server now, and so may give to others. */
  bits: Permissions;
  /** Until when the caller is timed out, in ISO 8601; null when they are not. */
  timeoutUntil: string | null;
  can: (permission: PermissionName) => boolean;
  bitsIn: (channel: SharedChannel) => Permissions;
  canIn: (channel: SharedChannel, permission: PermissionName) => boolean;
  /** Whether this member stands below the caller, so that what is permitted may be done to them. */
  isAbove: (member: Member) => boolean;
  /** Whether this role stands below the caller's highest. */
  isAboveRole: (role: Role) => boolean;
}

export const noRights: Rights = {
  isOwner: false,
  bits: NO_PERMISSIONS,
  timeoutUntil: null,
  can: () => false,
  bitsIn: () => NO_PERMISSIONS,
  canIn: () => false,
  isAbove: () => false,
  isAboveRole: () => false,
};

/** As the server counts it: the owner above all, else the highest role. */
const standingOf = (
  userId: UserId,
  roleIds: Member["roleIds"],
  { server, roles }: Pick<Standing, "server" | "roles">,
): number =>
  userId === server.ownerId
    ? Number.POSITIVE_INFINITY
    : roles.reduce(
        (highest, { id, position }) => (roleIds.includes(id) ? Math.max(highest, position) : highest),
        0,
      );

/** `isTimedOut`: by the clock; whom no timeout binds is not touched by it. */
export const resolveRights = (standing: Standing, isTimedOut: boolean): Rights => {
  const { server, member } = standing;
  const all = serverPermissionsOf(standing);
  const isBound = isTimedOut && !hasPermission(all, "ADMINISTRATOR");
  const left = (bits: Permissions): Permissions => (isBound ? whileTimedOut(bits) : bits);
  const bits = left(all);
  const bitsIn = (channel: SharedChannel) => left(channelPermissionsOf(standing, channel));
  const own = standingOf(member.user.id, member.roleIds, standing);
  return {
    isOwner: server.ownerId === member.user.id,
    bits,
    timeoutUntil: isBound ? member.timeoutUntil : null,
    can: (permission) => hasPermission(bits, permission),
    bitsIn,
    canIn: (channel, permission) => hasPermission(bitsIn(channel), permission),
    isAbove: ({ user, roleIds }) =>
      user.id !== member.user.id && own > standingOf(user.id, roleIds, standing),
    isAboveRole: ({ position }) => own > position,
  };
};

/** No account's: whoever has it owns nothing, and no override is theirs. */
const nobodyId = UserId.parse("00000000-0000-7000-8000-000000000000");

/** Somebody who has these roles and @everyone, and nothing else. */
export const standAs = (standing: Standing, roleIds: readonly RoleId[]): Standing => {
  const { member } = standing;
  const user = { ...member.user, id: nobodyId };
  return { ...standing, member: { ...member, user, roleIds: [...roleIds], timeoutUntil: null } };
};
