import { trpc } from "#sdk/react.ts";
import type { Channel } from "#shared/contract/channels.ts";
import type { Server } from "#shared/contract/servers.ts";
import type { ChannelId } from "#shared/ids.ts";

export interface CallPlace {
  server: Server;
  channel: Channel;
}

/** Which channel of which server a call is in; undefined once it is gone or hidden. */
export const useCallPlace = (channelId: ChannelId | undefined): CallPlace | undefined => {
  const { data: servers = [] } = trpc.servers.list.useQuery(undefined, { enabled: false });
  const lists = trpc.useQueries((t) =>
    servers.map(({ id }) => t.channels.list({ serverId: id }, { enabled: false })),
  );
  for (const [index, server] of servers.entries()) {
    const channel = lists[index]?.data?.find(({ id }) => id === channelId);
    if (channel) return { server, channel };
  }
  return undefined;
};
