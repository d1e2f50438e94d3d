import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";

import { isAtNewest, type MessageHistory, messagesKey } from "#sdk/query-cache/index.ts";
import type { ChannelId, MessageId } from "#shared/ids.ts";

export interface LoadedHistory {
  /** Whether this message is loaded now. */
  has: (messageId: MessageId) => boolean;
  isAtNewest: () => boolean;
  /** Changes what is loaded, as an event would. */
  change: (change: (history: MessageHistory) => MessageHistory) => void;
  forget: () => void;
}

/** What the query cache holds of a channel at the moment of asking; it causes no render. */
export const useLoadedHistory = (channelId: ChannelId): LoadedHistory => {
  const queryClient = useQueryClient();
  return useMemo(() => {
    const queryKey = messagesKey(channelId);
    const find = () => queryClient.getQueryData<MessageHistory>(queryKey);
    return {
      has: (messageId) =>
        find()?.pages.some(({ messages }) => messages.some(({ id }) => id === messageId)) ?? false,
      isAtNewest: () => {
        const history = find();
        return history !== undefined && isAtNewest(history);
      },
      change: (change) =>
        void queryClient.setQueryData<MessageHistory>(queryKey, (history) => history && change(history)),
      forget: () => queryClient.removeQueries({ queryKey, exact: true }),
    };
  }, [queryClient, channelId]);
};
