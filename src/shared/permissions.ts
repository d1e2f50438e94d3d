/**
 * Permission bits and their resolution: pure, the same on the server (which enforces) and in the web app (which hides
 * what would be refused). Bits travel as decimal strings, since JSON numbers end at 2^53.
 *
 * Resolution: the owner and ADMINISTRATOR have all; else @everyone's bits or-ed with the member's roles; then the
 * channel's overrides: @everyone's, then those of all the member's roles together (deny, then allow), then the member's
 * own. Without VIEW_CHANNEL a channel does not exist for a member: nothing else is left.
 */

const names = [
  "VIEW_CHANNEL",
  "SEND_MESSAGES",
  "MANAGE_MESSAGES",
  "ATTACH_FILES",
  "ADD_REACTIONS",
  "CONNECT_VOICE",
  "SPEAK",
  "MUTE_MEMBERS",
  "KICK_MEMBERS",
  "BAN_MEMBERS",
  "MANAGE_CHANNELS",
  "MANAGE_SERVER",
  "ADMINISTRATOR",
  "CREATE_INVITE",
  "MANAGE_ROLES",
  "MENTION_EVERYONE",
  "MOVE_MEMBERS",
  "DEAFEN_MEMBERS",
  "TIMEOUT_MEMBERS",
  "STREAM",
  "PRIORITY_SPEAKER",
  "MANAGE_WEBHOOKS",
  "VIEW_AUDIT_LOG",
  "MANAGE_EMOJI",
  "CREATE_THREADS",
  "BYPASS_SLOW_MODE",
] as const;

export type PermissionName = (typeof names)[number];
export type Permissions = bigint;

/** In the order of their bits. */
export const permissionNames: readonly PermissionName[] = names;

const bitOf = new Map<PermissionName, Permissions>(names.map((name, index) => [name, 1n << BigInt(index)]));

/** The union of the named permissions' bits. */
export const permissionBits = (...wanted: PermissionName[]): Permissions =>
  wanted.reduce((bits, name) => bits | (bitOf.get(name) ?? 0n), 0n);

export const NO_PERMISSIONS: Permissions = 0n;
export const ALL_PERMISSIONS: Permissions = (1n << BigInt(names.length)) - 1n;

/** What @everyone may do in a new server: take part, and bring friends. */
export const DEFAULT_EVERYONE_PERMISSIONS: Permissions = permissionBits(
  "VIEW_CHANNEL",
  "SEND_MESSAGES",
  "ATTACH_FILES",
  "ADD_REACTIONS",
  "CONNECT_VOICE",
  "SPEAK",
  "STREAM",
  "CREATE_INVITE",
  "CREATE_THREADS",
);

/** Bits that an override can change: those which mean something inside one channel. */
export const CHANNEL_PERMISSIONS: Permissions =
  ALL_PERMISSIONS &
  ~permissionBits(
    "ADMINISTRATOR",
    "MANAGE_SERVER",
    "KICK_MEMBERS",
    "BAN_MEMBERS",
    "TIMEOUT_MEMBERS",
    "VIEW_AUDIT_LOG",
    "MANAGE_EMOJI",
  );

/** What a timeout leaves: to look on. */
const TIMED_OUT_PERMISSIONS: Permissions = permissionBits("VIEW_CHANNEL");

export const hasPermission = (permissions: Permissions, name: PermissionName): boolean =>
  (permissions & permissionBits(name)) !== 0n;

/** A member's bits while they are timed out. ADMINISTRATOR, and with it the owner, is beyond that. */
export const whileTimedOut = (permissions: Permissions): Permissions =>
  hasPermission(permissions, "ADMINISTRATOR") ? permissions : permissions & TIMED_OUT_PERMISSIONS;

/** The first of the wanted bits that is not among the held ones. */
export const findLacking = (held: Permissions, wanted: Permissions): PermissionName | undefined =>
  names.find((name) => hasPermission(wanted & ~held, name));

export const formatPermissions = (permissions: Permissions): string => permissions.toString();

/** Reads a decimal string; bits that this version does not know are dropped. Undefined when it is not a number. */
export const parsePermissions = (text: string): Permissions | undefined =>
  /^\d{1,20}$/.test(text) ? BigInt(text) & ALL_PERMISSIONS : undefined;

export interface PermissionOverride {
  allow: Permissions;
  deny: Permissions;
}

export interface ServerStanding {
  isOwner: boolean;
  everyone: Permissions;
  /** Bits of each role that the member has, without @everyone. */
  roles: readonly Permissions[];
}

/** The member's bits in the server as a whole, before any channel's overrides. */
export const resolveServerPermissions = ({ isOwner, everyone, roles }: ServerStanding): Permissions => {
  if (isOwner) return ALL_PERMISSIONS;
  const own = roles.reduce((bits, role) => bits | role, everyone) & ALL_PERMISSIONS;
  return hasPermission(own, "ADMINISTRATOR") ? ALL_PERMISSIONS : own;
};

export interface ChannelOverrides {
  everyone?: PermissionOverride | undefined;
  /** Those of the roles that the member has. */
  roles: readonly PermissionOverride[];
  member?: PermissionOverride | undefined;
}

const applyOverride = (permissions: Permissions, { allow, deny }: PermissionOverride): Permissions =>
  (permissions & ~(deny & CHANNEL_PERMISSIONS)) | (allow & CHANNEL_PERMISSIONS);

/** The member's bits in one channel, from their bits in the server. */
export const resolveChannelPermissions = (server: Permissions, overrides: ChannelOverrides): Permissions => {
  if (hasPermission(server, "ADMINISTRATOR")) return ALL_PERMISSIONS;
  const ofRoles = overrides.roles.reduce<PermissionOverride>(
    (all, one) => ({ allow: all.allow | one.allow, deny: all.deny | one.deny }),
    { allow: 0n, deny: 0n },
  );
  const layers = [overrides.everyone, ofRoles, overrides.member];
  const resolved = layers.reduce<Permissions>(
    (bits, layer) => (layer ? applyOverride(bits, layer) : bits),
    server,
  );
  return hasPermission(resolved, "VIEW_CHANNEL") ? resolved : NO_PERMISSIONS;
};
