import { useQuery } from "@tanstack/react-query";

import { ownMemberQuery } from "#sdk/query-cache/index.ts";
import { trpc } from "#sdk/react.ts";
import type { ServerId } from "#shared/ids.ts";

import { indexReads, type ReadIndex, sumUnread, type Unread } from "./unread.ts";

/** Kept by the event stream once it has begun, so that no screen asks for all servers' channels. */
const cached = { enabled: false } as const;

export const useReadIndex = (): ReadIndex => indexReads(trpc.reads.list.useQuery(undefined, cached).data);

/** When the caller joined, in milliseconds; 0 until it is known. */
export const useJoinedAtMs = (serverId: ServerId): number => {
  const { data } = useQuery(ownMemberQuery(serverId));
  return data ? Date.parse(data.joinedAt) : 0;
};

/** What is unread in the server as a whole. */
export const useServerUnread = (serverId: ServerId): Unread => {
  const reads = useReadIndex();
  const joinedAtMs = useJoinedAtMs(serverId);
  const { data: channels = [] } = trpc.channels.list.useQuery({ serverId }, cached);
  return sumUnread(channels, reads, joinedAtMs);
};

/** How often the caller is mentioned in what they have not read, anywhere. */
export const useMentionCount = (): number => {
  const reads = useReadIndex();
  return [...reads.values()].reduce((sum, { mentionCount }) => sum + mentionCount, 0);
};
