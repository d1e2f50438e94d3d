/** The addresses of the web app. Nothing else writes or reads one by hand. */
import { ChannelId, MessageId, ServerId } from "#shared/ids.ts";

export const signInPath = (next?: string): string => withNext("/sign-in", next);
export const signUpPath = (next?: string): string => withNext("/sign-up", next);
export const invitePath = (code: string): string => `/invite/${encodeURIComponent(code)}`;

export const serverPath = (serverId: ServerId): string => `/servers/${serverId}`;

/** With a message, the conversation opens there. */
export const channelPath = (serverId: ServerId, channelId: ChannelId, messageId?: MessageId): string => {
  const path = `/servers/${serverId}/${channelId}`;
  return messageId === undefined ? path : `${path}?message=${messageId}`;
};

const withNext = (path: string, next: string | undefined): string =>
  next === undefined || next === "/" ? path : `${path}?next=${encodeURIComponent(next)}`;

/** Where to go on after signing in. A path of this app alone: an address in `next` must lead nobody elsewhere. */
export const readNext = (search: string): string | undefined => {
  const next = new URLSearchParams(search).get("next");
  return next !== null && /^\/(?![/\\])/.test(next) ? next : undefined;
};

export type Place =
  | { kind: "home" }
  | { kind: "server"; serverId: ServerId }
  | { kind: "channel"; serverId: ServerId; channelId: ChannelId }
  | { kind: "unknown" };

/** What a path leads to. */
export const readPlace = (path: string): Place => {
  if (path === "/") return { kind: "home" };
  const [, server, channel] = /^\/servers\/([^/]+)(?:\/([^/]+))?\/?$/.exec(path) ?? [];
  const serverId = ServerId.safeParse(server);
  if (!serverId.success) return { kind: "unknown" };
  if (channel === undefined) return { kind: "server", serverId: serverId.data };
  const channelId = ChannelId.safeParse(channel);
  if (!channelId.success) return { kind: "unknown" };
  return { kind: "channel", serverId: serverId.data, channelId: channelId.data };
};

/** The message that `?message=` names. */
export const readMessageId = (search: string): MessageId | undefined =>
  MessageId.safeParse(new URLSearchParams(search).get("message")).data;

/** The code in what somebody pasted: a link, a path or the code itself. */
export const readInviteCode = (text: string): string | undefined => {
  const trimmed = text.trim();
  const [, fromLink] = /\/invite\/([A-Za-z0-9]+)(?:[/?#].*)?$/.exec(trimmed) ?? [];
  const code = fromLink ?? trimmed;
  return /^[A-Za-z0-9]{4,32}$/.test(code) ? code : undefined;
};
