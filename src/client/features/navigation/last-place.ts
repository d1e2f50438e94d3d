/** Where this browser was last: the server, and in each server the channel. */
import type { ChannelId, ServerId } from "#shared/ids.ts";

import { createStored, createStoredMap } from "#client/lib/storage.ts";

const lastServer = createStored<string>({
  key: "last-server",
  parse: (value) => (typeof value === "string" ? value : undefined),
  fallback: "",
});
const lastChannels = createStoredMap({ key: "last-channels", maxEntryChars: 64 });

export const rememberPlace = (serverId: ServerId, channelId: ChannelId): void => {
  lastServer.set(serverId);
  lastChannels.set(serverId, channelId);
};

/** Of these servers, the one last seen, else the first. */
export const findLastServer = <T extends { id: ServerId }>(servers: readonly T[]): T | undefined =>
  servers.find(({ id }) => id === lastServer.get()) ?? servers[0];

/** Of these channels, the one last seen in the server, else the first. */
export const findLastChannel = <T extends { id: ChannelId }>(
  serverId: ServerId,
  channels: readonly T[],
): T | undefined => channels.find(({ id }) => id === lastChannels.find(serverId)) ?? channels[0];
