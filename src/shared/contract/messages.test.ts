import { describe, expect, it } from "vitest";
import { MessageId, UserId } from "../ids.ts";
import { limits } from "../limits.ts";
import { findMentions, formatMention, ListMessages, SearchMessages, SendMessage } from "./messages.ts";

const alice = UserId.parse("01890a5d-ac96-774b-bcce-b302099a8057");
const bob = UserId.parse("01890a5d-ac96-774b-bcce-b302099a8058");
const channelId = "01890a5d-ac96-774b-bcce-b302099a8059";
const userNumber = (index: number): UserId =>
  UserId.parse(`01890a5d-ac96-774b-bcce-${index.toString(16).padStart(12, "0")}`);

describe("mentions", () => {
  it("are found as they are written, each once, in their order", () => {
    const content = `${formatMention(bob)} and ${formatMention(alice)}, and ${formatMention(bob)}!`;
    expect(findMentions(content)).toEqual([bob, alice]);
  });

  it("are found without anything between them", () => {
    expect(findMentions(formatMention(alice) + formatMention(bob))).toEqual([alice, bob]);
  });

  it.each([
    "nobody",
    `@${alice}`,
    `<${alice}>`,
    `<@${alice}`,
    `<@ ${alice}>`,
    `<@${alice.toUpperCase()}>`,
    "<@9b2d4c3e-7f61-4a5b-8c9d-0e1f2a3b4c5d>",
    "<@01890a5d-ac96-774b-bcce-b302099a805>",
  ])("are not %j", (content) => {
    expect(findMentions(content)).toEqual([]);
  });

  it("are bounded, and the first ones count", () => {
    const all = Array.from({ length: limits.message.maxMentions + 10 }, (_, index) => userNumber(index));
    expect(findMentions(all.map(formatMention).join(""))).toEqual(all.slice(0, limits.message.maxMentions));
  });
});

describe("a message to send", () => {
  const sent = (content: unknown) => SendMessage.safeParse({ channelId, content });

  it("has between 1 and 4,000 characters when it is trimmed", () => {
    expect(sent(` ${"x".repeat(limits.message.maxLength)}\n`).success).toBe(true);
    expect(sent("x".repeat(limits.message.maxLength + 1)).success).toBe(false);
    expect(sent(" \n ").success).toBe(false);
  });
});

describe("a page of messages", () => {
  const id = MessageId.parse(alice);

  it("lies before, after or around one message", () => {
    for (const side of ["before", "after", "around"]) {
      expect(ListMessages.safeParse({ channelId, [side]: id }).success, side).toBe(true);
    }
    expect(ListMessages.safeParse({ channelId, before: id, after: id }).success).toBe(false);
  });

  it("has 50 messages, at most 100", () => {
    expect(ListMessages.parse({ channelId }).limit).toBe(50);
    expect(ListMessages.safeParse({ channelId, limit: 100 }).success).toBe(true);
    for (const limit of [0, 101, 1.5, "50"])
      expect(ListMessages.safeParse({ channelId, limit }).success).toBe(false);
  });
});

it("searches a server or a channel, one of them", () => {
  const query = "word";
  expect(SearchMessages.safeParse({ query, channelId }).success).toBe(true);
  expect(SearchMessages.safeParse({ query, serverId: channelId }).success).toBe(true);
  expect(SearchMessages.safeParse({ query }).success).toBe(false);
  expect(SearchMessages.safeParse({ query, channelId, serverId: channelId }).success).toBe(false);
  expect(SearchMessages.safeParse({ query: " ", channelId }).success).toBe(false);
});
