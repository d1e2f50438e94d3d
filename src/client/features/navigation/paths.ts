/** The addresses of the web app. Nothing else writes or reads one by hand. */
import { ChannelId, MessageId, ServerId } from "#shared/ids.ts";

export const signInPath = (next?: string): string => withNext("/sign-in", next);
export const signUpPath = (next?: string): string => withNext("/sign-up", next);
export const invitePath = (code: string): string => `/invite/${encodeURIComponent(code)}`;

/** Of one-time links; the secret is in the fragment, which no server is told. */
export const claimPath = "/claim";
export const resetPath = "/reset";

export const serverPath = (serverId: ServerId): string => `/servers/${serverId}`;

/** With a message, the conversation opens there. */
export const channelPath = (serverId: ServerId, channelId: ChannelId, messageId?: MessageId): string => {
  const path = `/servers/${serverId}/${channelId}`;
  return messageId === undefined ? path : `${path}?message=${messageId}`;
};

export const adminSections = ["overview", "users", "servers", "log"] as const;
export type AdminSection = (typeof adminSections)[number];

/** With a query, the section's list is searched for it. */
export const adminPath = (section: AdminSection = "overview", query?: string): string => {
  const path = section === "overview" ? "/admin" : `/admin/${section}`;
  return query === undefined ? path : `${path}?query=${encodeURIComponent(query)}`;
};
/** With a word to whoever has just become the administrator. */
export const adminWelcomePath = (): string => `${adminPath()}?welcome`;

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
  | { kind: "admin"; section: AdminSection }
  | { kind: "unknown" };

const readAdminPlace = (path: string): Place => {
  const section = adminSections.find((known) => adminPath(known) === path.replace(/\/$/, ""));
  return section === undefined ? { kind: "unknown" } : { kind: "admin", section };
};

/** What a path leads to. */
export const readPlace = (path: string): Place => {
  if (path === "/") return { kind: "home" };
  if (/^\/admin(?:\/|$)/.test(path)) return readAdminPlace(path);
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

/** What a section's list is to be searched for. */
export const readQuery = (search: string): string => new URLSearchParams(search).get("query") ?? "";

export const readsWelcome = (search: string): boolean => new URLSearchParams(search).has("welcome");

/** The code in what somebody pasted: a link, a path or the code itself. */
export const readInviteCode = (text: string): string | undefined => {
  const trimmed = text.trim();
  const [, fromLink] = /\/invite\/([A-Za-z0-9]+)(?:[/?#].*)?$/.exec(trimmed) ?? [];
  const code = fromLink ?? trimmed;
  return /^[A-Za-z0-9]{4,32}$/.test(code) ? code : undefined;
};
