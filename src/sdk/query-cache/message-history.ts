/** What events do to a loaded stretch of a channel's history. Pure; applying an event again changes nothing. */
import type { Message, MessagePage } from "#shared/contract/messages.ts";
import type { UserRef } from "#shared/contract/users.ts";
import type { MessageId, UserId } from "#shared/ids.ts";
import type { MessageHistory, MessagePosition } from "./keys.ts";

/** A channel left open for days keeps this many live messages; older ones are loaded again when they are scrolled to. */
export const maxLiveMessages = 500;
const keptLiveMessages = 250;

export const historyOf = (page: MessagePage, position: MessagePosition): MessageHistory => ({
  pages: [page],
  pageParams: [position],
});

export const firstIdOf = ({ pages }: MessageHistory): MessageId | undefined =>
  pages.find(({ messages }) => messages.length > 0)?.messages[0]?.id;

export const lastIdOf = ({ pages }: MessageHistory): MessageId | undefined =>
  pages.findLast(({ messages }) => messages.length > 0)?.messages.at(-1)?.id;

/** Whether the newest messages are loaded, so that a new one belongs to what is shown. */
export const isAtNewest = ({ pages }: MessageHistory): boolean => pages.at(-1)?.hasMoreAfter === false;

const withPage = (history: MessageHistory, index: number, messages: Message[]): MessageHistory => ({
  ...history,
  pages: history.pages.map((page, at) => (at === index ? { ...page, messages } : page)),
});

const trimLive = (history: MessageHistory): MessageHistory => {
  const last = history.pages.at(-1);
  if (!last || last.messages.length <= maxLiveMessages) return history;
  const messages = last.messages.slice(-keptLiveMessages);
  return historyOf({ messages, hasMoreBefore: true, hasMoreAfter: false }, { kind: "newest" });
};

const append = (history: MessageHistory, message: Message): MessageHistory => {
  const index = history.pages.length - 1;
  const last = history.pages[index];
  if (!last || last.hasMoreAfter) return history;
  return trimLive(withPage(history, index, [...last.messages, message]));
};

/**
 * A new message in its place. It is left out where the newest ones are not loaded (scrolling there loads it) and where it
 * is older than everything loaded.
 */
export const addMessage = (history: MessageHistory, message: Message): MessageHistory => {
  const lastId = lastIdOf(history);
  if (lastId === undefined || message.id > lastId) return append(history, message);
  // Ids are made before their messages are stored: two sent at once can come in the other order.
  const index = history.pages.findLastIndex(
    ({ messages }) => messages[0] !== undefined && messages[0].id <= message.id,
  );
  const page = history.pages[index];
  if (!page) {
    const [first] = history.pages;
    return !first || first.hasMoreBefore ? history : withPage(history, 0, [message, ...first.messages]);
  }
  if (page.messages.some(({ id }) => id === message.id)) return history;
  const before = page.messages.filter(({ id }) => id < message.id);
  return withPage(history, index, [...before, message, ...page.messages.slice(before.length)]);
};

const mapMessages = (history: MessageHistory, change: (message: Message) => Message): MessageHistory => {
  let isChanged = false;
  const pages = history.pages.map((page) => {
    const messages = page.messages.map(change);
    if (messages.every((message, index) => message === page.messages[index])) return page;
    isChanged = true;
    return { ...page, messages };
  });
  return isChanged ? { ...history, pages } : history;
};

const withReply = (message: Message, repliedId: MessageId, content: string): Message =>
  message.replyTo?.id === repliedId && message.replyTo.content !== content
    ? { ...message, replyTo: { ...message.replyTo, content } }
    : message;

/** An event is the same for every receiver: what is the caller's own stays as it is known. */
const merge = (known: Message, update: Message): Message => ({
  ...update,
  nonce: update.nonce ?? known.nonce,
  reactions: update.reactions.map((reaction) => ({
    ...reaction,
    me: known.reactions.find(({ emoji }) => emoji === reaction.emoji)?.me ?? reaction.me,
  })),
});

const isOlder = (update: Message, known: Message): boolean =>
  (update.editedAt ?? "") < (known.editedAt ?? "");

/** The message as it is now, and what replies to it show of it. An update older than what is known is left out. */
export const replaceMessage = (history: MessageHistory, update: Message): MessageHistory =>
  mapMessages(history, (message) => {
    if (message.id !== update.id) return withReply(message, update.id, update.content);
    return isOlder(update, message) ? message : merge(message, update);
  });

/** Takes a message away; replies to it stay and lose what they showed of it. */
export const removeMessage = (history: MessageHistory, id: MessageId): MessageHistory => {
  const pages = history.pages.map((page) => {
    const messages = page.messages.filter((message) => message.id !== id);
    return messages.length === page.messages.length ? page : { ...page, messages };
  });
  const isFound = pages.some((page, index) => page !== history.pages[index]);
  return mapMessages(isFound ? { ...history, pages } : history, (message) => withReply(message, id, ""));
};

export const setPinned = (history: MessageHistory, id: MessageId, pinned: boolean): MessageHistory =>
  mapMessages(history, (message) =>
    message.id === id && message.pinned !== pinned ? { ...message, pinned } : message,
  );

const sameRef = (left: UserRef, right: UserRef): boolean =>
  left.displayName === right.displayName &&
  left.username === right.username &&
  left.avatarUrl === right.avatarUrl;

/** The author's new name and picture, on what they wrote and where they were answered. */
export const replaceAuthor = (history: MessageHistory, author: UserRef): MessageHistory => {
  const isStale = (ref: UserRef | undefined, id: UserId) => ref?.id === id && !sameRef(ref, author);
  return mapMessages(history, (message) => {
    const isAuthorStale = isStale(message.author, author.id);
    if (!isAuthorStale && !isStale(message.replyTo?.author, author.id)) return message;
    const replyTo =
      message.replyTo?.author.id === author.id ? { ...message.replyTo, author } : message.replyTo;
    return { ...message, author: isAuthorStale ? author : message.author, replyTo };
  });
};

/** The part from this message on; the first page then says that there is more before. */
export const dropBefore = (history: MessageHistory, firstId: MessageId): MessageHistory => {
  const kept = history.pages
    .map((page, index) => ({ page, position: history.pageParams[index] ?? { kind: "newest" as const } }))
    .map(({ page, position }) => {
      const messages = page.messages.filter(({ id }) => id >= firstId);
      const isCut = messages.length < page.messages.length;
      return {
        page: isCut ? { ...page, messages, hasMoreBefore: true } : page,
        position,
        isEmptied: isCut && messages.length === 0,
      };
    })
    .filter(({ isEmptied }) => !isEmptied);
  return { pages: kept.map(({ page }) => page), pageParams: kept.map(({ position }) => position) };
};
