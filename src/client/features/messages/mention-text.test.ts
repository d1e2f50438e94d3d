import { expect, test } from "vitest";

import {
  emptyWriting,
  findMentionQuery,
  insertMention,
  toSource,
  toWriting,
} from "#client/features/messages/mention-text.ts";
import { UserId } from "#shared/ids.ts";

const alice = UserId.parse("01890000-0000-7000-8000-000000000001");
const al = UserId.parse("01890000-0000-7000-8000-000000000002");

test("names become ids, the longest first, and only whole names", () => {
  const mentions = [
    { name: "Al", userId: al },
    { name: "Alice Marchetti", userId: alice },
  ];
  expect(toSource({ text: "@Alice Marchetti, ask @Al! @Alan and mail@Al.org", mentions })).toBe(
    `<@${alice}>, ask <@${al}>! @Alan and mail@Al.org`,
  );
  expect(toSource({ text: "@Alice Marchetti", mentions: [] })).toBe("@Alice Marchetti");
});

test("names with signs of patterns are only names", () => {
  expect(toSource({ text: "hi @a.b (c)", mentions: [{ name: "a.b (c)", userId: al }] })).toBe(`hi <@${al}>`);
  expect(toSource({ text: "hi @aXb (c)", mentions: [{ name: "a.b (c)", userId: al }] })).toBe("hi @aXb (c)");
});

test("a source that is edited and saved again is the same", () => {
  const source = `<@${alice}> and <@${al}>, <@${alice}> again`;
  const names = new Map([
    [alice, "Alice"],
    [al, "Al"],
  ]);
  const writing = toWriting(source, (id) => names.get(id));
  expect(writing.text).toBe("@Alice and @Al, @Alice again");
  expect(toSource(writing)).toBe(source);
  // Nobody is mistaken for another of the same name, and who is not known stays.
  expect(toSource(toWriting(source, () => "Sam"))).toBe(source);
  expect(toWriting(source, () => undefined).text).toBe(source);
});

test("a mention begins at the start, after a space or a bracket, and not inside a word", () => {
  expect(findMentionQuery("@", 1)).toEqual({ start: 0, query: "" });
  expect(findMentionQuery("hi (@ali there", 8)).toEqual({ start: 4, query: "ali" });
  expect(findMentionQuery("mail@example", 12)).toBeUndefined();
  expect(findMentionQuery("@ali there", 10)).toBeUndefined();
});

test("the choice stands in place of what was typed, and a shared name is told apart by the username", () => {
  const first = insertMention(
    { ...emptyWriting, text: "Hey @al you" },
    { start: 4, end: 7 },
    { userId: alice, name: "Al", username: "alice" },
  );
  expect(first.writing.text).toBe("Hey @Al you");
  expect(first.caret).toBe(8);
  const second = insertMention(
    { ...first.writing, text: `${first.writing.text} @al` },
    { start: 12, end: 15 },
    { userId: al, name: "Al", username: "al.b" },
  );
  expect(toSource(second.writing)).toBe(`Hey <@${alice}> you <@${al}> `);
});
