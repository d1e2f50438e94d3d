import { uuidv7 } from "uuidv7";
import { expect, test } from "vitest";
import { type ChannelId, Nonce } from "#shared/ids.ts";
import { createIdSource } from "#server/kernel/id-source.ts";
import { FakeClock } from "#tests/support/fake-clock.ts";
import type { MessageDraft, MessageRow } from "./messages.repo.ts";
import { createSharedInserts } from "./shared-inserts.ts";

const clock = new FakeClock();
const ids = createIdSource(clock);
const here = ids.channelId();

const aDraft = (content: string, channelId: ChannelId = here, nonce?: Nonce): MessageDraft => ({
  id: ids.messageId(),
  channelId,
  authorId: ids.userId(),
  content,
  replyToId: null,
  mentions: [],
  nonce: nonce ?? null,
  createdAt: new Date(clock.nowMs()),
});

const toRow = (draft: MessageDraft): MessageRow => ({
  message: { ...draft, pinnedAt: null, editedAt: null, deletedAt: null },
  author: { id: draft.authorId, username: "bob", displayName: "Bob", bot: false, deletedAt: null },
  replyTo: null,
  replyToAuthor: null,
  reactions: null,
  attachments: null,
});

/** What each statement was to store, in order; "again" stands for a nonce that was used before. */
const createTable = (refuse: (contents: readonly string[]) => void = () => undefined) => {
  const statements: string[][] = [];
  const insert = async (drafts: readonly MessageDraft[]): Promise<MessageRow[]> => {
    const contents = drafts.map(({ content }) => content);
    statements.push(contents);
    await Promise.resolve();
    refuse(contents);
    return drafts.filter(({ content }) => content !== "again").map(toRow);
  };
  return { statements, insert };
};

const outcomesOf = async (all: readonly Promise<MessageRow | undefined>[]) =>
  (await Promise.allSettled(all)).map((one) =>
    one.status === "fulfilled" ? one.value?.message.content : String(one.reason),
  );

test("those that come while one is under way go together, up to the bound", async () => {
  const { statements, insert } = createTable();
  const store = createSharedInserts({ insert, maxRows: 2 });
  const all = ["one", "two", "three", "again"].map((content) => store(aDraft(content)));
  expect(await outcomesOf(all)).toEqual(["one", "two", "three", undefined]);
  expect(statements).toEqual([["one"], ["two", "three"], ["again"]]);
  expect(await outcomesOf([store(aDraft("later"))])).toEqual(["later"]);
});

test("another channel waits for nobody", () => {
  const { statements, insert } = createTable();
  const store = createSharedInserts({ insert });
  void store(aDraft("here"));
  void store(aDraft("there", ids.channelId()));
  expect(statements).toEqual([["here"], ["there"]]);
});

test("a statement takes its rows in the order of their nonces", async () => {
  const { statements, insert } = createTable();
  const store = createSharedInserts({ insert });
  const [a, b, c] = [1, 2, 3].map(() => Nonce.parse(uuidv7()));
  const all = [store(aDraft("first")), ...[c, a, b].map((nonce) => store(aDraft(`${nonce}`, here, nonce)))];
  expect(await outcomesOf(all)).toEqual(["first", c, a, b]);
  expect(statements[1]).toEqual([a, b, c]);
});

test("one that is refused fails alone", async () => {
  const { insert } = createTable((contents) => {
    if (contents.includes("bad")) throw new Error("refused");
  });
  const store = createSharedInserts({ insert });
  const all = ["one", "two", "bad", "three"].map((content) => store(aDraft(content)));
  expect(await outcomesOf(all)).toEqual(["one", "two", "Error: refused", "three"]);
});

test("a lost database fails them all, and none is tried again", async () => {
  const { statements, insert } = createTable((contents) => {
    if (contents.length > 1) throw new Error("Connection terminated unexpectedly");
  });
  const store = createSharedInserts({ insert });
  const lost = "Error: Connection terminated unexpectedly";
  const all = ["one", "two", "three"].map((content) => store(aDraft(content)));
  expect(await outcomesOf(all)).toEqual(["one", lost, lost]);
  expect(statements).toEqual([["one"], ["two", "three"]]);
});
