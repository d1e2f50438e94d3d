import { expect, test } from "vitest";
import type { Message } from "#shared/contract/messages.ts";
import { aMessage, aUserRef, messageId } from "#tests/support/wire-objects.ts";
import type { MessageHistory } from "./keys.ts";
import {
  addMessage,
  dropBefore,
  isAtNewest,
  maxLiveMessages,
  removeMessage,
  replaceAuthor,
  replaceMessage,
  setPinned,
} from "./message-history.ts";

const aHistory = (
  pages: Message[][],
  ends: { hasMoreBefore?: boolean; hasMoreAfter?: boolean } = {},
): MessageHistory => ({
  pages: pages.map((messages, index) => ({
    messages,
    hasMoreBefore: index > 0 || (ends.hasMoreBefore ?? true),
    hasMoreAfter: index < pages.length - 1 || (ends.hasMoreAfter ?? false),
  })),
  pageParams: pages.map(() => ({ kind: "newest" as const })),
});

const idsOf = ({ pages }: MessageHistory) =>
  pages.map(({ messages }) => messages.map(({ content }) => content.replace("message ", "")));

test("a new message stands at the end, once", () => {
  const history = aHistory([[aMessage(1)], [aMessage(2)]]);
  const added = addMessage(history, aMessage(3));
  expect(idsOf(added)).toEqual([["1"], ["2", "3"]]);
  expect(addMessage(added, aMessage(3))).toBe(added);
});

test("a message that overtook another stands in the order of the ids", () => {
  expect(idsOf(addMessage(aHistory([[aMessage(1), aMessage(4)]]), aMessage(3)))).toEqual([["1", "3", "4"]]);
});

test("where the newest messages are not loaded, a new one is left out", () => {
  const history = aHistory([[aMessage(1)]], { hasMoreAfter: true });
  expect(isAtNewest(history)).toBe(false);
  expect(addMessage(history, aMessage(2))).toBe(history);
});

test("a message older than all that is loaded is left out, unless the beginning is loaded", () => {
  const history = aHistory([[aMessage(5)]]);
  expect(addMessage(history, aMessage(1))).toBe(history);
  expect(idsOf(addMessage(aHistory([[aMessage(5)]], { hasMoreBefore: false }), aMessage(1)))).toEqual([
    ["1", "5"],
  ]);
});

test("the first message of an empty channel is shown", () => {
  expect(idsOf(addMessage(aHistory([[]], { hasMoreBefore: false }), aMessage(1)))).toEqual([["1"]]);
});

test("a channel left open keeps a bounded number of messages, and says that there are more", () => {
  let history = aHistory([[aMessage(1)], [aMessage(2)]], { hasMoreBefore: false });
  for (let n = 3; n < maxLiveMessages * 2; n += 1) history = addMessage(history, aMessage(n));
  const count = history.pages.reduce((sum, { messages }) => sum + messages.length, 0);
  expect(count).toBeLessThanOrEqual(maxLiveMessages);
  expect(history.pages[0]?.hasMoreBefore).toBe(true);
  expect(history.pages.at(-1)?.messages.at(-1)?.id).toBe(messageId(maxLiveMessages * 2 - 1));
});

test("an edit shows in the message and in the replies to it, and keeps what is the reader's own", () => {
  const reply = aMessage(2, { replyTo: { id: messageId(1), author: aUserRef(2), content: "message 1" } });
  const known = aMessage(1, { reactions: [{ emoji: "👍", count: 1, me: true }] });
  const update = aMessage(1, {
    content: "edited",
    editedAt: "2026-01-02T00:00:00.000Z",
    reactions: [{ emoji: "👍", count: 2, me: false }],
  });
  const [page] = replaceMessage(aHistory([[known, reply]]), update).pages;
  expect(page?.messages[0]).toMatchObject({
    content: "edited",
    reactions: [{ emoji: "👍", count: 2, me: true }],
  });
  expect(page?.messages[1]?.replyTo?.content).toBe("edited");
});

test("an edit older than the one that is known changes nothing", () => {
  const history = aHistory([[aMessage(1, { content: "newer", editedAt: "2026-01-03T00:00:00.000Z" })]]);
  expect(
    replaceMessage(history, aMessage(1, { content: "older", editedAt: "2026-01-02T00:00:00.000Z" })),
  ).toBe(history);
});

test("a deleted message is gone, and replies to it lose what they showed of it", () => {
  const reply = aMessage(2, { replyTo: { id: messageId(1), author: aUserRef(2), content: "message 1" } });
  const history = removeMessage(aHistory([[aMessage(1), reply]]), messageId(1));
  expect(idsOf(history)).toEqual([["2"]]);
  expect(history.pages[0]?.messages[0]?.replyTo).toMatchObject({ id: messageId(1), content: "" });
});

test("a deletion in a stretch that shows nothing of it changes nothing", () => {
  const history = aHistory([[aMessage(1)], [aMessage(2)]]);
  expect(removeMessage(history, messageId(9))).toBe(history);
});

test("what did not change stays the same object, so that nothing is drawn again", () => {
  const history = aHistory([[aMessage(1)], [aMessage(2)]]);
  const pinned = setPinned(history, messageId(2), true);
  expect(pinned.pages[0]).toBe(history.pages[0]);
  expect(pinned.pages[1]?.messages[0]?.pinned).toBe(true);
  expect(setPinned(history, messageId(1), false)).toBe(history);
});

test("a new name shows on what its owner wrote and where they were answered", () => {
  const renamed = aUserRef(2, { displayName: "New name" });
  const reply = aMessage(2, {
    author: aUserRef(3),
    replyTo: { id: messageId(1), author: aUserRef(2), content: "message 1" },
  });
  const [page] = replaceAuthor(aHistory([[aMessage(1), reply]]), renamed).pages;
  expect(page?.messages[0]?.author).toEqual(renamed);
  expect(page?.messages[1]).toMatchObject({ author: aUserRef(3), replyTo: { author: renamed } });
});

test("a stretch that is cut says that there is more before it", () => {
  const history = aHistory([[aMessage(1), aMessage(2)], [aMessage(3)]], { hasMoreBefore: false });
  const cut = dropBefore(history, messageId(2));
  expect(idsOf(cut)).toEqual([["2"], ["3"]]);
  expect(cut.pages[0]?.hasMoreBefore).toBe(true);
  expect(idsOf(dropBefore(history, messageId(3)))).toEqual([["3"]]);
});
