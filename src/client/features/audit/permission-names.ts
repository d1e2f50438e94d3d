import {
  type PermissionName,
  parsePermissions,
  permissionBits,
  permissionNames,
} from "#shared/permissions.ts";

/** What each permission is called. */
const words: Record<PermissionName, string> = {
  VIEW_CHANNEL: "See channels",
  SEND_MESSAGES: "Send messages",
  MANAGE_MESSAGES: "Manage messages",
  ATTACH_FILES: "Attach files",
  ADD_REACTIONS: "Add reactions",
  CONNECT_VOICE: "Join voice",
  SPEAK: "Speak",
  MUTE_MEMBERS: "Mute members",
  KICK_MEMBERS: "Kick members",
  BAN_MEMBERS: "Ban members",
  MANAGE_CHANNELS: "Manage channels",
  MANAGE_SERVER: "Manage server",
  ADMINISTRATOR: "Administrator",
  CREATE_INVITE: "Create invites",
  MANAGE_ROLES: "Manage roles",
  MENTION_EVERYONE: "Mention everyone",
  MOVE_MEMBERS: "Move members",
  DEAFEN_MEMBERS: "Deafen members",
  TIMEOUT_MEMBERS: "Time out members",
  STREAM: "Camera and screen",
  PRIORITY_SPEAKER: "Priority speaker",
  MANAGE_WEBHOOKS: "Manage webhooks",
  VIEW_AUDIT_LOG: "View audit log",
  MANAGE_EMOJI: "Manage emoji",
  CREATE_THREADS: "Create threads",
  BYPASS_SLOW_MODE: "Bypass slow mode",
};

/** The names of the permissions in a decimal string of bits, in the order of their bits. */
export const namePermissions = (bits: string): readonly string[] => {
  const permissions = parsePermissions(bits) ?? 0n;
  return permissionNames
    .filter((name) => (permissions & permissionBits(name)) !== 0n)
    .map((name) => words[name]);
};
