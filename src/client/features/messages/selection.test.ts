import { uuidv7 } from "uuidv7";
import { describe, expect, test } from "vitest";

import type { Message } from "#shared/contract/messages.ts";
import { ChannelId, MessageId, UserId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";

import { beginSelection, describeAuthors, extendChosen, toggleChosen } from "./selection.ts";

const channelId = ChannelId.parse(uuidv7());
const anAuthor = (displayName: string) => ({
  id: UserId.parse(uuidv7()),
  username: displayName.toLowerCase(),
  displayName,
  avatarUrl: null,
  bot: false,
});
const [alice, bob] = [anAuthor("Alice"), anAuthor("Bob")];

const aMessage = (author = bob): Message => ({
  id: MessageId.parse(uuidv7()),
  channelId,
  author,
  content: "spam",
  replyTo: null,
  attachments: [],
  reactions: [],
  mentions: [],
  pinned: false,
  nonce: null,
  createdAt: "2026-11-24T12:00:00.000Z",
  editedAt: null,
});

const some = (count: number): Message[] => Array.from({ length: count }, () => aMessage());

/** The places of the chosen messages among those shown. */
const placesOf = (shown: readonly Message[], chosen: ReadonlyMap<MessageId, Message>): number[] =>
  shown.flatMap(({ id }, index) => (chosen.has(id) ? [index] : []));

const at = (messages: readonly Message[], index: number): Message => {
  const message = messages[index];
  if (!message) throw new Error(`there is no message ${index}`);
  return message;
};

describe("choosing messages", () => {
  test("a press chooses and lets go", () => {
    const shown = some(3);
    const one = beginSelection(at(shown, 0));
    const two = toggleChosen(one, at(shown, 2));
    expect(two && placesOf(shown, two.chosen)).toEqual([0, 2]);
    const again = two && toggleChosen(two, at(shown, 0));
    expect(again && placesOf(shown, again.chosen)).toEqual([2]);
  });

  test("Shift chooses the stretch from the last press on, in either direction", () => {
    const shown = some(6);
    const down = extendChosen(beginSelection(at(shown, 2)), shown, at(shown, 4).id);
    expect(placesOf(shown, down.chosen)).toEqual([2, 3, 4]);
    const up = extendChosen(down, shown, at(shown, 0).id);
    expect(placesOf(shown, up.chosen)).toEqual([0, 1, 2, 3, 4]);
  });

  test("a stretch from a message that is gone changes nothing", () => {
    const shown = some(3);
    const selection = beginSelection(aMessage());
    expect(extendChosen(selection, shown, at(shown, 1).id).chosen).toEqual(selection.chosen);
  });

  test("there is room for as many as are deleted at once, those next to the anchor first", () => {
    const shown = some(limits.bulkDeleteMax + 20);
    const full = extendChosen(beginSelection(at(shown, 110)), shown, at(shown, 0).id);
    expect(full.chosen.size).toBe(limits.bulkDeleteMax);
    expect(placesOf(shown, full.chosen)[0]).toBe(11);
    expect(toggleChosen(full, at(shown, 0))).toBeUndefined();
    expect(toggleChosen(full, at(shown, 50))?.chosen.size).toBe(limits.bulkDeleteMax - 1);
  });
});

test("whose messages they are is told, the most first", () => {
  const messages = [aMessage(alice), aMessage(), aMessage(), aMessage()];
  expect(describeAuthors(messages, ({ displayName }) => displayName)).toBe("3 by Bob and 1 by Alice");
});
