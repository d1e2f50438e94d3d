/** The web app's own words for every reason of the catalogue. */
import { type CallFailure, reasonOf } from "#sdk/index.ts";
import type { Reason, ReasonParams } from "#shared/errors.ts";
import type { PermissionName } from "#shared/permissions.ts";

const deeds: Record<PermissionName, string> = {
  VIEW_CHANNEL: "see this channel",
  SEND_MESSAGES: "write in this channel",
  MANAGE_MESSAGES: "change other people's messages here",
  ATTACH_FILES: "attach files here",
  ADD_REACTIONS: "react here",
  CONNECT_VOICE: "join this voice channel",
  SPEAK: "speak here",
  MUTE_MEMBERS: "mute people",
  KICK_MEMBERS: "remove people from this server",
  BAN_MEMBERS: "ban people from this server",
  MANAGE_CHANNELS: "change this server's channels",
  MANAGE_SERVER: "change this server",
  ADMINISTRATOR: "do this: it is for administrators",
  CREATE_INVITE: "invite people",
  MANAGE_ROLES: "change roles",
  MENTION_EVERYONE: "mention everyone",
  MOVE_MEMBERS: "move people between voice channels",
  DEAFEN_MEMBERS: "deafen people",
  TIMEOUT_MEMBERS: "time people out",
  STREAM: "share your screen here",
  PRIORITY_SPEAKER: "speak with priority",
  MANAGE_WEBHOOKS: "manage webhooks",
  VIEW_AUDIT_LOG: "read the audit log",
  MANAGE_EMOJI: "manage emoji",
  CREATE_THREADS: "start threads",
  BYPASS_SLOW_MODE: "write without waiting in slow mode",
};

/** "40 seconds", "3 minutes". */
export const durationText = (durationMs: number): string => {
  const seconds = Math.max(1, Math.ceil(durationMs / 1_000));
  if (seconds < 90) return seconds === 1 ? "1 second" : `${seconds} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
};

const permissionText = ({ permission }: ReasonParams["MISSING_PERMISSION"]): string => {
  if (permission === "OWNER")
    return "That depends on who owns the server, and can’t be done by you as things stand.";
  if (permission === "HIERARCHY")
    return "Their role is as high as yours or higher, so you can’t do that to them.";
  if (permission === "REGISTRATION") return "New accounts aren’t taken here, or by invite only.";
  if (permission === "METRICS") return "That is for who runs this instance.";
  if (permission === "INSTANCE_ADMIN") return "That is for the administrators of this instance.";
  if (permission === "ORIGIN")
    return "This address isn't known to the server as its own. Its operator can set PUBLIC_URL.";
  return `You don’t have the permission to ${deeds[permission]}.`;
};

const words: { [R in Reason]: (params: ReasonParams[R]) => string } = {
  INVALID_INPUT: () => "Something here isn’t accepted. Check what you entered.",
  UNAUTHENTICATED: () => "You are no longer signed in. Sign in again to go on.",
  TOKEN_EXPIRED: () => "You are no longer signed in. Sign in again to go on.",
  MISSING_PERMISSION: permissionText,
  NOT_FOUND: () => "It isn’t there any more, or you can’t see it.",
  ALREADY_EXISTS: ({ field }) => `That ${field} is taken already.`,
  RATE_LIMITED: ({ retryAfterMs }) =>
    `That was a lot in a short time. Try again in ${durationText(retryAfterMs)}.`,
  TOO_LARGE: ({ limit }) => `That is over the limit of ${limit.toLocaleString()}.`,
  UNSUPPORTED_MEDIA: ({ detected }) => `Files of this kind (${detected}) aren’t accepted.`,
  INVITE_EXPIRED: () => "This invite has expired or is used up. Ask for a new one.",
  LINK_EXPIRED: () => "This link was used already, or is too old. Ask for a new one.",
  ACCOUNT_DISABLED: () => "This account has been switched off. Ask an administrator of this instance.",
  LAST_ADMIN: () => "Somebody has to govern this instance. Make another administrator first.",
  OWNS_SERVERS: ({ names }) =>
    `The account still owns ${names.join(", ")}. Hand ${names.length === 1 ? "it" : "them"} over or delete ${names.length === 1 ? "it" : "them"} first.`,
  VOICE_FULL: () => "This voice channel is full.",
  VOICE_UNAVAILABLE: ({ cause }) => `Voice is off on this server: ${cause}`,
  SLOW_MODE: ({ retryAfterMs }) =>
    `This channel is in slow mode. Write again in ${durationText(retryAfterMs)}.`,
  TIMED_OUT: ({ until }) => `You have been timed out until ${new Date(until).toLocaleString()}.`,
  UNAVAILABLE: () => "The server is busy right now. Try again in a moment.",
  INTERNAL: ({ requestId }) =>
    `Something went wrong on the server. If it happens again, tell whoever runs it: ${requestId}.`,
};

const say = <R extends Reason>(reason: R, params: ReasonParams[R]): string => words[reason](params);

/** What happened and what helps, for a person. */
export const failureText = (failure: CallFailure): string =>
  failure.reason === "NETWORK"
    ? "The server can’t be reached. Check your connection and try again."
    : say(failure.reason, failure.params);

/** The same for whatever a call threw. */
export const errorText = (error: unknown): string => failureText(reasonOf(error));
