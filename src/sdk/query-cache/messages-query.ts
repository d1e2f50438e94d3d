import { infiniteQueryOptions } from "@tanstack/react-query";
import type { MessagePage } from "#shared/contract/messages.ts";
import type { ChannelId, MessageId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";
import type { TogetherClient } from "../client.ts";
import { type MessageHistory, type MessagePosition, messagesKey } from "./keys.ts";
import { firstIdOf, lastIdOf } from "./message-history.ts";

interface PageRequest {
  channelId: ChannelId;
  position: MessagePosition;
  limit?: number;
  signal?: AbortSignal | undefined;
}

/** One page of a channel's history. @throws NOT_FOUND and what any call may be refused with */
export const loadMessages = (
  client: TogetherClient,
  { channelId, position, limit, signal }: PageRequest,
): Promise<MessagePage> => {
  const place = position.kind === "newest" ? {} : { [position.kind]: position.messageId };
  return client.api.messages.list.query(
    { channelId, ...place, limit: limit ?? limits.message.defaultPageSize },
    signal ? { signal } : {},
  );
};

/** Far more than anyone scrolls through at once; pages at the other end are loaded again when they are come back to. */
const maxPages = 20;

const positionAt = (
  kind: "before" | "after",
  messageId: MessageId | undefined,
): MessagePosition | undefined => (messageId === undefined ? undefined : { kind, messageId });

/**
 * A channel's history for `useInfiniteQuery`: pages from the oldest to the newest, beginning at the newest. Older pages
 * come by `fetchPreviousPage`, newer ones by `fetchNextPage` where something else than the newest is shown.
 */
export const messagesQuery = (client: TogetherClient, channelId: ChannelId) =>
  infiniteQueryOptions<MessagePage, Error, MessageHistory, readonly unknown[], MessagePosition>({
    queryKey: messagesKey(channelId),
    queryFn: ({ pageParam, signal }) => loadMessages(client, { channelId, position: pageParam, signal }),
    initialPageParam: newest,
    getPreviousPageParam: (first, pages) =>
      first.hasMoreBefore ? positionAt("before", firstIdOf({ pages, pageParams: [] })) : undefined,
    getNextPageParam: (last, pages) =>
      last.hasMoreAfter ? positionAt("after", lastIdOf({ pages, pageParams: [] })) : undefined,
    maxPages,
  });

const newest: MessagePosition = { kind: "newest" };
