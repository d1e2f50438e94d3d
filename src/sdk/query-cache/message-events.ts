/** Events of messages, typing and reading. */
import type { Message } from "#shared/contract/messages.ts";
import type { ReadState } from "#shared/contract/reads.ts";
import type { ChannelId, MessageId, UserId } from "#shared/ids.ts";
import { type ApplyContext, type EventAppliers, findServerOf } from "./apply-context.ts";
import { noteMessage, setLastMessage } from "./channels.ts";
import { keys, type MessageHistory } from "./keys.ts";
import { mapItems } from "./lists.ts";
import {
  addMessage,
  isAtNewest,
  lastIdOf,
  removeMessage,
  replaceMessage,
  setPinned,
} from "./message-history.ts";
import { addTyping, removeTyping } from "./typing.ts";

const putRead = (reads: ReadState[], read: ReadState): ReadState[] =>
  reads.some(({ channelId }) => channelId === read.channelId)
    ? mapItems(reads, (known) => (known.channelId === read.channelId ? read : known))
    : [...reads, read];

/** One more mention above the read mark. */
const countMention = (reads: ReadState[], { channelId, id }: Message): ReadState[] => {
  const known = reads.find((read) => read.channelId === channelId);
  if (!known) return [...reads, { channelId, lastReadMessageId: null, mentionCount: 1 }];
  if (known.lastReadMessageId !== null && known.lastReadMessageId >= id) return reads;
  return putRead(reads, { ...known, mentionCount: known.mentionCount + 1 });
};

const isMentioned = (message: Message, userId: UserId | undefined): boolean =>
  userId !== undefined && message.author.id !== userId && message.mentions.includes(userId);

const applyCreate = ({ cache, ownUserId }: ApplyContext, message: Message): void => {
  const { channelId, id, author } = message;
  cache.update(keys.messages(channelId), (history) => addMessage(history, message));
  cache.updateAll(keys.allChannels(), (channels) => noteMessage(channels, channelId, id));
  cache.update(keys.typing(channelId), (typing) => removeTyping(typing, author.id));
  // A fetched answer has counted it already.
  if (cache.isWhole && isMentioned(message, ownUserId))
    cache.update(keys.reads(), (reads) => countMention(reads, message));
};

/** The newest message of the history, null when there is none, undefined when that is not known. */
const findNewest = (history: MessageHistory | undefined): MessageId | null | undefined => {
  if (!history || !isAtNewest(history)) return undefined;
  return lastIdOf(history) ?? (history.pages[0]?.hasMoreBefore === false ? null : undefined);
};

const isEmptied = (history: MessageHistory | undefined): boolean =>
  history !== undefined &&
  lastIdOf(history) === undefined &&
  history.pages.some(({ hasMoreBefore, hasMoreAfter }) => hasMoreBefore || hasMoreAfter);

const applyDelete = (
  context: ApplyContext,
  { id, channelId }: { id: MessageId; channelId: ChannelId },
): void => {
  const { cache, requests, isHistoryBehind } = context;
  cache.update(keys.messages(channelId), (history) => removeMessage(history, id));
  if (isEmptied(cache.read(keys.messages(channelId)))) requests.refreshHistory(channelId);
  const serverId = findServerOf(cache, channelId);
  if (!serverId) return;
  const channel = cache.read(keys.channels(serverId))?.find((known) => known.id === channelId);
  if (channel?.lastMessageId !== id) return;
  const newest = isHistoryBehind(channelId) ? undefined : findNewest(cache.read(keys.messages(channelId)));
  if (newest === undefined) requests.refreshChannels(serverId);
  else cache.update(keys.channels(serverId), (channels) => setLastMessage(channels, channelId, newest));
};

type MessageEvents =
  | "MESSAGE_CREATE"
  | "MESSAGE_UPDATE"
  | "MESSAGE_DELETE"
  | "MESSAGE_BULK_DELETE"
  | "MESSAGE_PIN"
  | "MESSAGE_UNPIN"
  | "REACTION_ADD"
  | "REACTION_REMOVE"
  | "TYPING_START"
  | "READ_UPDATE";

const nothing = (): void => undefined;

export const messageAppliers: Pick<EventAppliers, MessageEvents> = {
  MESSAGE_CREATE: applyCreate,
  MESSAGE_UPDATE: ({ cache }, message) =>
    cache.update(keys.messages(message.channelId), (history) => replaceMessage(history, message)),
  MESSAGE_DELETE: applyDelete,
  MESSAGE_BULK_DELETE: (context, { ids, channelId }) => {
    for (const id of ids) applyDelete(context, { id, channelId });
  },
  MESSAGE_PIN: ({ cache }, { channelId, messageId }) =>
    cache.update(keys.messages(channelId), (history) => setPinned(history, messageId, true)),
  MESSAGE_UNPIN: ({ cache }, { channelId, messageId }) =>
    cache.update(keys.messages(channelId), (history) => setPinned(history, messageId, false)),
  // Shown once reactions are.
  REACTION_ADD: nothing,
  REACTION_REMOVE: nothing,
  TYPING_START: ({ cache, ownUserId, nowMs }, { channelId, user }) => {
    if (user.id === ownUserId) return;
    cache.put(keys.typing(channelId), addTyping(cache.read(keys.typing(channelId)) ?? [], user, nowMs));
  },
  READ_UPDATE: ({ cache }, read) => cache.update(keys.reads(), (reads) => putRead(reads, read)),
};
