import { expect, test } from "vitest";

import type { Channel } from "#shared/contract/channels.ts";
import { ChannelId, MessageId } from "#shared/ids.ts";

import { getUnread, indexReads, sumUnread } from "#client/features/channels/unread.ts";

const channelId = ChannelId.parse("01890000-0000-7000-8000-000000000001");
/** Made at 0x018900000000 + tick milliseconds. */
const messageAt = (tick: number): MessageId =>
  MessageId.parse(`01890000-${tick.toString(16).padStart(4, "0")}-7000-8000-000000000001`);
const startMs = 0x018900000000;

const channelWith = (lastMessageId: MessageId | null): Channel => ({
  id: channelId,
  serverId: null,
  type: "text",
  name: "general",
  topic: null,
  parentId: null,
  position: 0,
  slowModeSeconds: 0,
  overrides: [],
  followsCategory: false,
  permissions: "0",
  lastMessageId,
});
const readTo = (lastReadMessageId: MessageId | null, mentionCount = 0) =>
  indexReads([{ channelId, lastReadMessageId, mentionCount }]);

test("a channel without messages is read", () => {
  expect(getUnread(channelWith(null), readTo(null), 0).isUnread).toBe(false);
});

test("a message above the mark is unread, the marked one is not", () => {
  expect(getUnread(channelWith(messageAt(2)), readTo(messageAt(1)), 0).isUnread).toBe(true);
  expect(getUnread(channelWith(messageAt(2)), readTo(messageAt(2)), 0).isUnread).toBe(false);
});

test("of a channel never opened, what was there before one joined is not unread", () => {
  expect(getUnread(channelWith(messageAt(5)), readTo(null), startMs + 6).isUnread).toBe(false);
  expect(getUnread(channelWith(messageAt(7)), readTo(null), startMs + 6).isUnread).toBe(true);
});

test("a server sums its channels", () => {
  expect(sumUnread([channelWith(messageAt(1)), channelWith(null)], readTo(messageAt(1), 3), 0)).toEqual({
    isUnread: false,
    mentionCount: 6,
  });
});
