import { useLocation } from "wouter";

import { listChannels } from "#client/features/channels/channel-tree.ts";
import { getUnread } from "#client/features/channels/unread.ts";
import { useJoinedAtMs, useReadIndex } from "#client/features/channels/use-unread.ts";
import { channelPath } from "#client/features/navigation/paths.ts";
import { useSeenChannels } from "#client/features/servers/use-rights.ts";
import { useShortcuts } from "#client/lib/shortcuts.ts";
import { trpc } from "#sdk/react.ts";
import type { Channel } from "#shared/contract/channels.ts";
import type { ChannelId, ServerId } from "#shared/ids.ts";

/** The next one that fits in the direction, around the ends. */
const findNext = (
  channels: readonly Channel[],
  { activeId, step, fits }: { activeId: ChannelId; step: 1 | -1; fits: (channel: Channel) => boolean },
): Channel | undefined => {
  const start = channels.findIndex(({ id }) => id === activeId);
  const count = channels.length;
  const around = channels.map((_, offset) => channels[(start + step * (offset + 1) + count * 2) % count]);
  return around.find((channel) => channel !== undefined && channel.id !== activeId && fits(channel));
};

const none: Channel[] = [];

/** Alt and an arrow go from channel to channel of the server, with Shift from one unread to the next. */
export const useChannelKeys = (serverId: ServerId, activeId: ChannelId): void => {
  const { data = none } = trpc.channels.list.useQuery({ serverId }, { enabled: false });
  const channels = useSeenChannels(serverId, data);
  const reads = useReadIndex();
  const joinedAtMs = useJoinedAtMs(serverId);
  const [, navigate] = useLocation();
  const isText = ({ type }: Channel): boolean => type === "text";
  const isUnread = (channel: Channel): boolean => getUnread(channel, reads, joinedAtMs).isUnread;
  const go = (step: 1 | -1, fits: (channel: Channel) => boolean) => (): boolean => {
    const next = findNext(listChannels(channels), { activeId, step, fits });
    if (next) navigate(channelPath(serverId, next.id));
    return next !== undefined;
  };
  useShortcuts({
    "alt+arrowup": go(-1, isText),
    "alt+arrowdown": go(1, isText),
    "alt+shift+arrowup": go(-1, isUnread),
    "alt+shift+arrowdown": go(1, isUnread),
  });
};
