import type { MessageId } from "#shared/ids.ts";

interface Mark {
  lastReadMessageId: MessageId | null;
  mentionCount: number;
}

/**
 * Pure: the mark after its owner has read up to a message. It only moves forward, and never beyond the channel's newest
 * message, so that what is sent later is unread whatever the caller claims. Ids are UUIDv7: their order is that of time.
 */
export const advanceMark = <M extends Mark>(
  mark: M,
  messageId: MessageId,
  newest: MessageId | undefined,
): M => {
  const isAllRead = newest === undefined || messageId >= newest;
  const readTo = isAllRead ? (newest ?? null) : messageId;
  const isForward = readTo !== null && (mark.lastReadMessageId === null || readTo > mark.lastReadMessageId);
  return {
    ...mark,
    lastReadMessageId: isForward ? readTo : mark.lastReadMessageId,
    mentionCount: isAllRead ? 0 : mark.mentionCount,
  };
};
