/** Which of a conversation's messages are chosen, to be deleted together. Pure. */
import type { Message } from "#shared/contract/messages.ts";
import type { MessageId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";

export interface Selection {
  chosen: ReadonlyMap<MessageId, Message>;
  /** Where a stretch begins that Shift ends. */
  anchorId: MessageId;
}

const max = limits.bulkDeleteMax;

export const beginSelection = (message: Message): Selection => ({
  chosen: new Map([[message.id, message]]),
  anchorId: message.id,
});

/** Chooses the message or lets it go; undefined when there is no room for another. */
export const toggleChosen = ({ chosen }: Selection, message: Message): Selection | undefined => {
  const isChosen = chosen.has(message.id);
  if (!isChosen && chosen.size >= max) return undefined;
  const others = [...chosen].filter(([id]) => id !== message.id);
  return { chosen: new Map(isChosen ? others : [...others, [message.id, message]]), anchorId: message.id };
};

/**
 * Chooses everything between the anchor and the message as well, as far as there is room, from the anchor on. `shown` are
 * the conversation's messages in their order.
 */
export const extendChosen = (
  { chosen, anchorId }: Selection,
  shown: readonly Message[],
  to: MessageId,
): Selection => {
  const [from, end] = [anchorId, to].map((id) => shown.findIndex((message) => message.id === id));
  if (from === undefined || end === undefined || from === -1 || end === -1) return { chosen, anchorId };
  const stretch = shown.slice(Math.min(from, end), Math.max(from, end) + 1);
  const fromAnchor = end < from ? stretch.toReversed() : stretch;
  const added = fromAnchor.filter(({ id }) => !chosen.has(id)).slice(0, max - chosen.size);
  return {
    chosen: new Map([...chosen, ...added.map((message) => [message.id, message] as const)]),
    anchorId,
  };
};

/** Who wrote them and how many each, those with the most first: "5 by Bob and 2 by Carol". */
export const describeAuthors = (
  messages: Iterable<Message>,
  getName: (author: Message["author"]) => string,
): string => {
  const counts = new Map<string, { name: string; count: number }>();
  for (const { author } of messages) {
    const known = counts.get(author.id);
    counts.set(author.id, { name: getName(author), count: (known?.count ?? 0) + 1 });
  }
  const sorted = [...counts.values()].toSorted((a, b) => b.count - a.count);
  return new Intl.ListFormat("en").format(sorted.map(({ name, count }) => `${count} by ${name}`));
};
