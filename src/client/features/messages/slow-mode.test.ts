import { uuidv7 } from "uuidv7";
import { expect, test } from "vitest";

import type { PendingMessage } from "#sdk/index.ts";
import type { Message } from "#shared/contract/messages.ts";
import { ChannelId, MessageId, Nonce, UserId } from "#shared/ids.ts";

import { findLastWrittenMs } from "./slow-mode.ts";

const channelId = ChannelId.parse(uuidv7());
const ownId = UserId.parse(uuidv7());
const otherId = UserId.parse(uuidv7());
const timeAt = (second: number): string => new Date(Date.UTC(2026, 10, 24, 12, 0, second)).toISOString();

const aMessage = (authorId: UserId, second: number): Message => ({
  id: MessageId.parse(uuidv7()),
  channelId,
  author: { id: authorId, username: "somebody", displayName: "Somebody", avatarUrl: null, bot: false },
  content: "words",
  replyTo: null,
  attachments: [],
  reactions: [],
  mentions: [],
  pinned: false,
  nonce: null,
  createdAt: timeAt(second),
  editedAt: null,
});

const anUnsent = (second: number, state: PendingMessage["state"]): PendingMessage => ({
  nonce: Nonce.parse(uuidv7()),
  channelId,
  content: "words",
  replyTo: null,
  createdAt: timeAt(second),
  state,
});

test("the wait begins with the reader's newest message, not with those of others", () => {
  const messages = [aMessage(ownId, 1), aMessage(ownId, 5), aMessage(otherId, 9)];
  expect(findLastWrittenMs({ messages, unsent: [] }, ownId)).toBe(Date.parse(timeAt(5)));
  expect(findLastWrittenMs({ messages: [aMessage(otherId, 9)], unsent: [] }, ownId)).toBeUndefined();
});

test("what is on its way counts, what failed does not", () => {
  const messages = [aMessage(ownId, 1)];
  const pending = anUnsent(7, { kind: "pending" });
  const failed = anUnsent(9, { kind: "failed", failure: { reason: "NOT_FOUND", params: {} } });
  expect(findLastWrittenMs({ messages, unsent: [pending, failed] }, ownId)).toBe(Date.parse(timeAt(7)));
  expect(findLastWrittenMs({ messages, unsent: [failed] }, ownId)).toBe(Date.parse(timeAt(1)));
});
