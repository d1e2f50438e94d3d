import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";

import { listChannels } from "#client/features/channels/channel-tree.ts";
import { getUnread, sumUnread } from "#client/features/channels/unread.ts";
import { useReadIndex } from "#client/features/channels/use-unread.ts";
import { useMembers } from "#client/features/members/use-members.ts";
import { useMe } from "#client/features/users/use-me.ts";
import { ownMemberQuery } from "#sdk/query-cache/index.ts";
import { trpc } from "#sdk/react.ts";
import type { Channel } from "#shared/contract/channels.ts";
import type { Server } from "#shared/contract/servers.ts";
import type { ServerId } from "#shared/ids.ts";

import type { Destination } from "./destinations.ts";

/** The channels of these servers and the servers, in their order; all of it is kept by the event stream. */
export const usePlaces = (
  servers: readonly Server[],
  /** Whether a channel is seen. Default: all are. */
  isSeen: (channel: Channel) => boolean = () => true,
): Destination[] => {
  const reads = useReadIndex();
  const channels = trpc.useQueries((t) =>
    servers.map(({ id }) => t.channels.list({ serverId: id }, { enabled: false })),
  );
  const members = useQueries({ queries: servers.map(({ id }) => ownMemberQuery(id)) });
  const each = servers.map((server, index) => {
    const all = channels[index]?.data?.filter(isSeen) ?? [];
    const joinedAt = members[index]?.data?.joinedAt;
    return { server, all, joinedAtMs: joinedAt === undefined ? 0 : Date.parse(joinedAt) };
  });
  const ofChannels = each.flatMap(({ server, all, joinedAtMs }) =>
    listChannels(all).map((channel): Destination => {
      return { kind: "channel", server, channel, unread: getUnread(channel, reads, joinedAtMs) };
    }),
  );
  const ofServers = each.map(({ server, all, joinedAtMs }): Destination => {
    return { kind: "server", server, unread: sumUnread(all, reads, joinedAtMs) };
  });
  return [...ofChannels, ...ofServers];
};

/** Everyone of the server who is loaded. */
export const usePeople = (serverId: ServerId): Destination[] => {
  const { data } = useMembers(serverId);
  return useMemo(
    () =>
      data?.pages.flatMap(({ members }) => members.map((member) => ({ kind: "person" as const, member }))) ??
      [],
    [data],
  );
};

/** For those who govern the instance alone. */
export const useAdminPlace = (): Destination[] => (useMe().isAdmin ? [{ kind: "admin" }] : []);
