/** What each permission is called and allows, in plain words, and how they are grouped where they are given. */
import type { ChannelType } from "#shared/contract/channels.ts";
import { CHANNEL_PERMISSIONS, hasPermission, type PermissionName } from "#shared/permissions.ts";

interface Words {
  label: string;
  /** A sentence. */
  allows: string;
}

export const permissionWords: Record<PermissionName, Words> = {
  VIEW_CHANNEL: { label: "See channels", allows: "See channels, and read what is written in them." },
  MANAGE_CHANNELS: { label: "Manage channels", allows: "Make, change, move and delete channels." },
  MANAGE_ROLES: {
    label: "Manage roles",
    allows: "Make, change and give roles below their own, and decide who may do what in a channel.",
  },
  MANAGE_SERVER: {
    label: "Manage server",
    allows: "Rename the server, see and revoke all invites, and change other people’s nicknames.",
  },
  VIEW_AUDIT_LOG: { label: "View audit log", allows: "See who has changed what in this server." },
  ADMINISTRATOR: {
    label: "Administrator",
    allows: "Do everything, whatever a channel says. Only the owner stands above.",
  },
  CREATE_INVITE: { label: "Create invites", allows: "Make links with which others can join." },
  KICK_MEMBERS: { label: "Kick members", allows: "Remove members, who can come back with an invite." },
  BAN_MEMBERS: { label: "Ban members", allows: "Remove members for good, and lift bans." },
  TIMEOUT_MEMBERS: {
    label: "Time out members",
    allows: "Keep members from writing, speaking and everything else for a while.",
  },
  SEND_MESSAGES: { label: "Send messages", allows: "Write in text channels." },
  ATTACH_FILES: { label: "Attach files", allows: "Send pictures and other files." },
  ADD_REACTIONS: { label: "Add reactions", allows: "Put a reaction on a message." },
  MENTION_EVERYONE: { label: "Mention everyone", allows: "Call all members at once." },
  MANAGE_MESSAGES: { label: "Manage messages", allows: "Delete other people’s messages." },
  CREATE_THREADS: { label: "Create threads", allows: "Start a thread from a message." },
  BYPASS_SLOW_MODE: {
    label: "Bypass slow mode",
    allows: "Write without waiting where a channel is in slow mode.",
  },
  CONNECT_VOICE: { label: "Join voice", allows: "Join voice channels and listen." },
  SPEAK: { label: "Speak", allows: "Be heard in voice channels." },
  STREAM: { label: "Camera and screen", allows: "Turn on a camera and share a screen." },
  PRIORITY_SPEAKER: {
    label: "Priority speaker",
    allows: "Always be heard where many speak at once and only the loudest are.",
  },
  MUTE_MEMBERS: { label: "Mute members", allows: "Mute somebody for everyone in a voice channel." },
  DEAFEN_MEMBERS: { label: "Deafen members", allows: "Keep somebody in a voice channel from hearing." },
  MOVE_MEMBERS: { label: "Move members", allows: "Move people between voice channels, and disconnect them." },
  MANAGE_WEBHOOKS: { label: "Manage webhooks", allows: "Make and delete webhooks." },
  MANAGE_EMOJI: { label: "Manage emoji", allows: "Add and remove the server’s own emoji." },
};

export interface PermissionGroup {
  title: string;
  permissions: readonly PermissionName[];
}

/**
 * What is offered. Left out is what nothing asks for yet (files, reactions, mentions of everyone, threads, webhooks,
 * emoji): a switch that does nothing would be a lie. The bits of a role that are not offered stay as they are.
 */
export const permissionGroups: readonly PermissionGroup[] = [
  {
    title: "General",
    permissions: [
      "VIEW_CHANNEL",
      "MANAGE_CHANNELS",
      "MANAGE_ROLES",
      "MANAGE_SERVER",
      "VIEW_AUDIT_LOG",
      "ADMINISTRATOR",
    ],
  },
  { title: "Members", permissions: ["CREATE_INVITE", "KICK_MEMBERS", "BAN_MEMBERS", "TIMEOUT_MEMBERS"] },
  { title: "Text", permissions: ["SEND_MESSAGES", "MANAGE_MESSAGES", "BYPASS_SLOW_MODE"] },
  {
    title: "Voice",
    permissions: [
      "CONNECT_VOICE",
      "SPEAK",
      "STREAM",
      "PRIORITY_SPEAKER",
      "MUTE_MEMBERS",
      "DEAFEN_MEMBERS",
      "MOVE_MEMBERS",
    ],
  },
];

const other: Record<ChannelType, string | null> = { text: "Voice", voice: "Text", category: null };

/** Those that mean something in a channel of this type; of a category, in those that follow it. */
export const listChannelGroups = (type: ChannelType): readonly PermissionGroup[] =>
  permissionGroups
    // Invites lead to the server, never to one channel.
    .filter(({ title }) => title !== "Members" && title !== other[type])
    .map(({ title, permissions }) => ({
      title,
      permissions: permissions.filter((name) => hasPermission(CHANNEL_PERMISSIONS, name)),
    }));
