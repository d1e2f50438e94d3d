import { expect, test } from "vitest";

import { createDrafts, type Draft } from "#client/features/messages/drafts.ts";
import type { StoredMap } from "#client/lib/storage.ts";
import { ChannelId, MessageId, UserId } from "#shared/ids.ts";

const idOf = (number: number): string => `01890000-0000-7000-8000-00000000000${number}`;
const alice = UserId.parse(idOf(1));
const bob = UserId.parse(idOf(2));
const channelId = ChannelId.parse(idOf(3));

const createMap = (): StoredMap & { texts: Map<string, string> } => {
  const texts = new Map<string, string>();
  return {
    texts,
    find: (id) => texts.get(id) || undefined,
    set: (id, text) => void texts.set(id, text),
    clear: () => texts.clear(),
  };
};

const draft: Draft = {
  writing: { text: "Hello @Bob", mentions: [{ name: "Bob", userId: bob }] },
  replyTo: {
    id: MessageId.parse(idOf(4)),
    author: { id: bob, username: "bob", displayName: "Bob", avatarUrl: null, bot: false },
    content: "Anybody here?",
  },
};

test("a draft comes back as it was, for its account and channel alone", () => {
  const drafts = createDrafts(createMap());
  drafts.save({ userId: alice, channelId }, draft);
  expect(drafts.find({ userId: alice, channelId })).toEqual(draft);
  expect(drafts.find({ userId: bob, channelId })).toBeUndefined();
});

test("an empty draft is forgotten, one with only an answered message is not", () => {
  const drafts = createDrafts(createMap());
  const place = { userId: alice, channelId };
  drafts.save(place, { ...draft, writing: { text: " \n", mentions: [] } });
  expect(drafts.find(place)?.replyTo).toEqual(draft.replyTo);
  drafts.save(place, { writing: { text: " \n", mentions: [] }, replyTo: null });
  expect(drafts.find(place)).toBeUndefined();
});

test("what another version wrote is no draft", () => {
  const map = createMap();
  const drafts = createDrafts(map);
  const place = { userId: alice, channelId };
  drafts.save(place, draft);
  const [key = ""] = map.texts.keys();
  for (const text of [
    "not JSON",
    "null",
    '{"text":1}',
    JSON.stringify({ text: "x", mentions: [{ name: "y" }] }),
  ]) {
    map.texts.set(key, text);
    expect(drafts.find(place)).toBeUndefined();
  }
});
