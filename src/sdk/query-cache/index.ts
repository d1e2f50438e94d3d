/** The query cache of a screen, kept true by the event stream. Programs without screens do not load it. */
import { LiveQueryCache, type QueryCacheOptions } from "./live-query-cache.ts";

export { channelPermissionsOf, serverPermissionsOf, type Standing } from "./channels.ts";
export type { LiveQueryCache, QueryCacheOptions } from "./live-query-cache.ts";
export {
  memberCountQuery,
  type MemberPages,
  type MessageHistory,
  type MessagePosition,
  messagesKey,
  ownMemberQuery,
  type Presences,
  presencesQuery,
  typingQuery,
  type TypingUser,
} from "./keys.ts";
export { isAtNewest } from "./message-history.ts";
export { messagesQuery } from "./messages-query.ts";
export { findRetryAtMs, readRetries } from "./read-retries.ts";

/**
 * Applies the client's events to the query cache until it is closed:
 * servers.list, servers.get, channels.list, roles.list, members.list (infinite), reads.list, voice.states, users.me,
 * users.get, invites.list under tRPC's keys; messages, typing, presences, own members and member counts by the queries of this entry.
 * When the account changes, everything is forgotten.
 */
export const connectQueryCache = (options: QueryCacheOptions): LiveQueryCache => new LiveQueryCache(options);
