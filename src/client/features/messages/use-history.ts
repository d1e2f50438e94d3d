import { useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useSyncExternalStore } from "react";

import { findPageTrouble, findTrouble } from "#client/features/session/trouble.ts";
import { useOutbox } from "#client/features/session/live-context.tsx";
import { useTogether } from "#client/features/session/together-context.tsx";
import type { PendingMessage } from "#sdk/index.ts";
import { isAtNewest, messagesQuery } from "#sdk/query-cache/index.ts";
import type { Message } from "#shared/contract/messages.ts";
import type { ChannelId } from "#shared/ids.ts";

import { useLoadedHistory } from "./use-loaded-history.ts";

const noMessages: readonly Message[] = [];

export interface History {
  /** The loaded stretch, oldest first. */
  messages: readonly Message[];
  unsent: readonly PendingMessage[];
  isLoaded: boolean;
  /** Whether nothing newer exists than what is loaded. */
  isAtNewest: boolean;
  hasOlder: boolean;
  isFetching: boolean;
  /** Why nothing could be loaded yet; null when something is, or it is on its way. */
  error: unknown;
  /** Why older messages were asked for in vain, or are waited for; null: they are there, or on their way. */
  olderTrouble: unknown;
  loadOlder: () => void;
  loadNewer: () => void;
  retry: () => void;
}

/**
 * The channel's messages and what waits to be sent. One hook for both: when a message leaves the outbox, the render that
 * sees it gone sees it arrived as well. While it is held, nothing is asked for: a jump brings the first messages.
 */
export const useHistory = (channelId: ChannelId, isHeld: boolean): History => {
  const client = useTogether();
  const outbox = useOutbox();
  const loaded = useLoadedHistory(channelId);
  const query = useInfiniteQuery({ ...messagesQuery(client, channelId), enabled: !isHeld });
  const unsent = useSyncExternalStore(outbox.subscribe, () => outbox.pendingOf(channelId));
  const { data, fetchPreviousPage, fetchNextPage, refetch } = query;
  const messages = useMemo(() => data?.pages.flatMap((page) => page.messages) ?? noMessages, [data]);
  useEffect(
    () => () => {
      // Who comes back wants to see what is new, not where they once jumped to.
      if (!loaded.isAtNewest()) loaded.forget();
    },
    [loaded],
  );
  return {
    messages,
    unsent,
    isLoaded: data !== undefined,
    isAtNewest: data !== undefined && isAtNewest(data),
    hasOlder: query.hasPreviousPage,
    isFetching: query.isFetching,
    error: findTrouble(query),
    olderTrouble: findPageTrouble(query, {
      isFetching: query.isFetchingPreviousPage,
      hasFailed: query.isFetchPreviousPageError,
    }),
    loadOlder: useCallback(() => void fetchPreviousPage(), [fetchPreviousPage]),
    loadNewer: useCallback(() => void fetchNextPage(), [fetchNextPage]),
    retry: useCallback(() => void refetch(), [refetch]),
  };
};
