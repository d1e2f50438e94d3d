/** The rows of a conversation, from its messages: what stands together, where a day and what is new begin. Pure. */
import type { PendingMessage } from "#sdk/index.ts";
import type { Message } from "#shared/contract/messages.ts";
import type { MessageId, UserId } from "#shared/ids.ts";

/** What one person writes within this time of their last message stands under one name. */
export const groupWithinMs = 7 * 60 * 1_000;

interface Row {
  /** The same while a message is on its way and when it has arrived, so that its row stays. */
  key: string;
  /** Whether the author's name stands above it. */
  isHead: boolean;
  /** The day that begins here, as a moment of it. */
  day: string | undefined;
  /** Whether what the reader has not seen begins here. */
  isFirstNew: boolean;
}

export type ListEntry =
  | { kind: "top"; key: "top" }
  | (Row & { kind: "sent"; message: Message })
  | (Row & { kind: "unsent"; message: PendingMessage });

export type MessageEntry = Exclude<ListEntry, { kind: "top" }>;

/** Where what is new begins: after a message, or after a moment for who has read nothing yet. */
export type ReadMark = { kind: "message"; id: MessageId } | { kind: "time"; timeMs: number };

export interface ListInput {
  /** Oldest first. */
  messages: readonly Message[];
  /** Not sent yet, oldest first; shown below the others. */
  unsent: readonly PendingMessage[];
  ownUserId: UserId;
  /** Undefined where nothing is new. */
  readMark: ReadMark | undefined;
  /** Whether there are older messages, so that what is new may begin above the first. */
  hasOlder: boolean;
}

/** The key of a message's row. */
export const getMessageKey = ({ nonce, id }: Message): string => nonce ?? id;

interface Item {
  key: string;
  authorId: UserId;
  createdAt: string;
  isReply: boolean;
  content: { kind: "sent"; message: Message } | { kind: "unsent"; message: PendingMessage };
}

const toItem = (message: Message): Item => ({
  key: getMessageKey(message),
  authorId: message.author.id,
  createdAt: message.createdAt,
  isReply: message.replyTo !== null,
  content: { kind: "sent", message },
});

const toUnsentItem = (message: PendingMessage, authorId: UserId): Item => ({
  key: message.nonce,
  authorId,
  createdAt: message.createdAt,
  isReply: message.replyTo !== null,
  content: { kind: "unsent", message },
});

/** When the day of a moment ends, where the reader is. */
const getDayEndMs = (timeMs: number): number => {
  const day = new Date(timeMs);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1).getTime();
};

const isAfter = ({ content }: Item, mark: ReadMark, timeMs: number): boolean => {
  if (mark.kind === "time") return timeMs > mark.timeMs;
  return content.kind === "sent" && content.message.id > mark.id;
};

class RowBuilder {
  readonly #input: ListInput;
  #previous: { authorId: UserId; timeMs: number } | undefined;
  #dayEndMs = Number.NEGATIVE_INFINITY;
  #isNewBegun = false;

  constructor(input: ListInput) {
    this.#input = input;
  }

  add(item: Item): MessageEntry {
    const timeMs = Date.parse(item.createdAt);
    const isNewDay = timeMs >= this.#dayEndMs;
    if (isNewDay) this.#dayEndMs = getDayEndMs(timeMs);
    const isFirstNew = this.#beginsNew(item, timeMs);
    const isHead = isNewDay || isFirstNew || item.isReply || !this.#isContinued(item, timeMs);
    this.#previous = { authorId: item.authorId, timeMs };
    return { key: item.key, isHead, day: isNewDay ? item.createdAt : undefined, isFirstNew, ...item.content };
  }

  #isContinued({ authorId }: Item, timeMs: number): boolean {
    const previous = this.#previous;
    return previous?.authorId === authorId && timeMs - previous.timeMs < groupWithinMs;
  }

  /** What the reader wrote is not new to them. */
  #beginsNew(item: Item, timeMs: number): boolean {
    const { readMark, ownUserId, hasOlder } = this.#input;
    if (this.#isNewBegun || !readMark || !isAfter(item, readMark, timeMs)) return false;
    const isFirst = this.#previous === undefined;
    if (item.authorId === ownUserId && !(isFirst && hasOlder)) return false;
    this.#isNewBegun = true;
    return !(isFirst && hasOlder);
  }
}

/** One entry for the top of the list and one for each message. */
export const buildEntries = (input: ListInput): readonly ListEntry[] => {
  const { messages, unsent, ownUserId } = input;
  const builder = new RowBuilder(input);
  const arrived = new Set(unsent.length === 0 ? [] : messages.map(({ nonce }) => nonce));
  const waiting = unsent.filter(({ nonce }) => !arrived.has(nonce));
  return [
    { kind: "top", key: "top" },
    ...messages.map((message) => builder.add(toItem(message))),
    ...waiting.map((message) => builder.add(toUnsentItem(message, ownUserId))),
  ];
};
