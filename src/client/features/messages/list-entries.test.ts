import { expect, test } from "vitest";

import {
  buildEntries,
  groupWithinMs,
  type ListInput,
  type MessageEntry,
} from "#client/features/messages/list-entries.ts";
import type { PendingMessage } from "#sdk/index.ts";
import type { Message } from "#shared/contract/messages.ts";
import { ChannelId, MessageId, Nonce, UserId } from "#shared/ids.ts";

const idOf = (number: number): string => `01890000-0000-7000-8000-${String(number).padStart(12, "0")}`;
const channelId = ChannelId.parse(idOf(1));
const own = UserId.parse(idOf(2));
const other = UserId.parse(idOf(3));

/** Of one day where the test runs, whatever its time zone. */
const at = (day: number, hours: number, minutes = 0): string =>
  new Date(2026, 10, day, hours, minutes).toISOString();

const aMessage = (number: number, createdAt: string, authorId = other): Message => ({
  id: MessageId.parse(idOf(number)),
  channelId,
  author: { id: authorId, username: "somebody", displayName: "Somebody", avatarUrl: null, bot: false },
  content: `Message ${number}`,
  replyTo: null,
  attachments: [],
  reactions: [],
  mentions: [],
  pinned: false,
  nonce: null,
  createdAt,
  editedAt: null,
});

const anUnsent = (number: number, createdAt: string): PendingMessage => ({
  nonce: Nonce.parse(idOf(number)),
  channelId,
  content: `Message ${number}`,
  replyTo: null,
  createdAt,
  state: { kind: "pending" },
});

const build = (input: Partial<ListInput>): MessageEntry[] =>
  buildEntries({
    messages: [],
    unsent: [],
    ownUserId: own,
    readMark: undefined,
    hasOlder: false,
    ...input,
  }).filter((entry) => entry.kind !== "top");

const afterMessage = (number: number) => ({ kind: "message" as const, id: MessageId.parse(idOf(number)) });

test("one person's messages stand together until seven minutes are between two of them", () => {
  const start = Date.parse(at(24, 9));
  const later = new Date(start + groupWithinMs - 1).toISOString();
  const muchLater = new Date(start + 2 * groupWithinMs).toISOString();
  const rows = build({
    messages: [
      aMessage(10, at(24, 9)),
      aMessage(11, later),
      aMessage(12, muchLater),
      aMessage(13, muchLater, own),
      { ...aMessage(14, muchLater, own), replyTo: aMessage(10, later) },
    ],
  });
  expect(rows.map(({ isHead }) => isHead)).toEqual([true, false, true, true, true]);
});

test("a day begins with its first message", () => {
  const rows = build({
    messages: [
      aMessage(10, at(23, 23, 58)),
      aMessage(11, at(23, 23, 59)),
      aMessage(12, at(24, 0, 0)),
      aMessage(13, at(24, 0, 1)),
    ],
  });
  expect(rows.map(({ day }) => day !== undefined)).toEqual([true, false, true, false]);
  expect(rows[2]?.isHead).toBe(true);
});

test("what is new begins with the first message of somebody else after the mark, once", () => {
  const messages = [
    aMessage(10, at(24, 9)),
    aMessage(11, at(24, 9), own),
    aMessage(12, at(24, 9)),
    aMessage(13, at(24, 9)),
  ];
  const byMessage = build({ messages, readMark: afterMessage(10) });
  expect(byMessage.map(({ isFirstNew }) => isFirstNew)).toEqual([false, false, true, false]);
  const byTime = build({ messages, readMark: { kind: "time", timeMs: Date.parse(at(24, 8)) } });
  expect(byTime.map(({ isFirstNew }) => isFirstNew)).toEqual([true, false, false, false]);
  expect(build({ messages, readMark: afterMessage(13) }).some(({ isFirstNew }) => isFirstNew)).toBe(false);
  expect(build({ messages }).some(({ isFirstNew }) => isFirstNew)).toBe(false);
});

test("where what is new begins above the oldest loaded message, no line claims to be there", () => {
  const messages = [aMessage(10, at(24, 9)), aMessage(11, at(24, 9))];
  const rows = build({ messages, readMark: afterMessage(5), hasOlder: true });
  expect(rows.some(({ isFirstNew }) => isFirstNew)).toBe(false);
});

test("unsent messages stand last, grouped with one's own, and one that has arrived is shown once under the same key", () => {
  const waiting = anUnsent(20, at(24, 9));
  const next = anUnsent(21, at(24, 9));
  const messages = [aMessage(10, at(24, 9), own)];
  const before = build({ messages, unsent: [waiting, next] });
  const after = build({
    messages: [...messages, { ...aMessage(11, at(24, 9), own), nonce: waiting.nonce }],
    unsent: [waiting, next],
  });
  expect(before.map(({ kind }) => kind)).toEqual(["sent", "unsent", "unsent"]);
  expect(after.map(({ kind }) => kind)).toEqual(["sent", "sent", "unsent"]);
  expect(after.map(({ key }) => key)).toEqual(before.map(({ key }) => key));
  expect(before.map(({ isHead }) => isHead)).toEqual([true, false, false]);
});
