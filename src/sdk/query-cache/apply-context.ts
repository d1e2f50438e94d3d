import type { EventPayloads, EventType } from "#shared/events.ts";
import type { ChannelId, ServerId, UserId } from "#shared/ids.ts";
import type { Cache } from "./cache.ts";
import { keys } from "./keys.ts";
import type { Standing } from "./channels.ts";

/** What an event asks for beyond what it carries: each is a question to the server. */
export interface Requests {
  /** The channels of a server, where the event leaves the newest message of one unknown. */
  refreshChannels: (serverId: ServerId) => void;
  /** Who is in the voice channels of a server, where the event leaves that open for one. */
  refreshVoiceStates: (serverId: ServerId) => void;
  /** A channel's history that lost all that was loaded of it, and with that the place to load more from. */
  refreshHistory: (channelId: ChannelId) => void;
  /** Everything that READY does not carry and that may have changed unheard. */
  refreshUnheard: () => void;
}

export interface ApplyContext {
  cache: Cache;
  ownUserId: UserId | undefined;
  nowMs: number;
  requests: Requests;
  /** Whether what is kept of the channel's history may be behind the events. */
  isHistoryBehind: (channelId: ChannelId) => boolean;
}

export type EventAppliers = { [T in EventType]: (context: ApplyContext, payload: EventPayloads[T]) => void };

/** What the caller's permissions in the server follow from; undefined until all of it is known. */
export const findStanding = (cache: Cache, serverId: ServerId): Standing | undefined => {
  const server = cache.read(keys.server(serverId));
  const roles = cache.read(keys.roles(serverId));
  const member = cache.read(keys.ownMember(serverId));
  return server && roles && member ? { server, roles, member } : undefined;
};

/** The server that the channel is known to be in. */
export const findServerOf = (cache: Cache, channelId: ChannelId): ServerId | undefined => {
  for (const { data } of cache.readAll(keys.allChannels())) {
    const channel = data.find(({ id }) => id === channelId);
    if (channel) return channel.serverId ?? undefined;
  }
  return undefined;
};
