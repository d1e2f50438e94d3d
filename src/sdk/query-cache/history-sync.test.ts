import { expect, test } from "vitest";
import type { MessagePage } from "#shared/contract/messages.ts";
import { aMessage } from "#tests/support/wire-objects.ts";
import { loadAnew } from "./history-sync.ts";
import type { MessageHistory, MessagePosition } from "./keys.ts";

const pageOf = (from: number, to: number, more: { before: boolean; after: boolean }): MessagePage => ({
  messages: Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => aMessage(from + index)),
  hasMoreBefore: more.before,
  hasMoreAfter: more.after,
});

/** A channel of messages 1 to `last`, read ten at a time. */
const channelOf = (last: number) => {
  const asked: MessagePosition[] = [];
  const load = (position: MessagePosition): Promise<MessagePage> => {
    asked.push(position);
    const end = position.kind === "before" ? Number.parseInt(position.messageId.slice(9, 13), 16) - 1 : last;
    const from = Math.max(1, end - 9);
    return Promise.resolve(pageOf(from, end, { before: from > 1, after: end < last }));
  };
  return { asked, load };
};

const known = (from: number, to: number): MessageHistory => ({
  pages: [pageOf(from, to, { before: from > 1, after: false })],
  pageParams: [{ kind: "newest" }],
});

const numbersOf = ({ pages }: MessageHistory) =>
  pages.flatMap(({ messages }) => messages.map(({ content }) => Number(content.replace("message ", ""))));

test("a small gap is filled, and what was shown stays", async () => {
  const { load, asked } = channelOf(25);
  expect(numbersOf(await loadAnew(known(18, 22), load))).toEqual([18, 19, 20, 21, 22, 23, 24, 25]);
  expect(asked).toHaveLength(1);
});

test("a gap wider than a page leaves the newest page", async () => {
  const { load } = channelOf(90);
  const history = await loadAnew(known(18, 22), load);
  expect(numbersOf(history)).toEqual([81, 82, 83, 84, 85, 86, 87, 88, 89, 90]);
  expect(history.pages[0]?.hasMoreBefore).toBe(true);
});

test("a long stretch is read anew as far as it goes, in a bounded number of pages", async () => {
  const { load, asked } = channelOf(35);
  const short = await loadAnew(known(12, 33), load);
  expect([numbersOf(short)[0], numbersOf(short).at(-1)]).toEqual([12, 35]);
  expect(asked).toHaveLength(3);
  const long = await loadAnew(known(1, 200), channelOf(200).load);
  expect(numbersOf(long)).toHaveLength(50);
  expect(long.pages[0]?.hasMoreBefore).toBe(true);
});
