import fc from "fast-check";
import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Nonce, type ChannelId, type MessageId } from "#shared/ids.ts";
import { formatMention, ListMessages, type Message, SearchMessages } from "#shared/contract/messages.ts";
import { limits } from "#shared/limits.ts";
import { permissionBits } from "#shared/permissions.ts";
import type { Actor } from "#server/trpc/context.ts";
import { expectIndexed } from "#tests/support/explain.ts";
import { createTestServices, refusal, type TestServices } from "#tests/support/services.ts";
import { createMessagesRepo } from "./messages.repo.ts";
import { createMessagesService, type MessagesService } from "./messages.service.ts";

let services: TestServices;
let messages: MessagesService;
let repo: ReturnType<typeof createMessagesRepo>;

beforeAll(async () => {
  services = await createTestServices();
  repo = createMessagesRepo(services.db);
  messages = createMessagesService({ ...services, repo });
});
afterAll(async () => services[Symbol.asyncDispose]());

const nonce = (): Nonce => Nonce.parse(uuidv7());

const say = async (
  actor: Actor,
  channelId: ChannelId,
  message: string | { content: string; replyTo?: MessageId; nonce?: Nonce },
) => {
  services.clock.advance(1);
  return messages.send(actor, await services.channelAccess(actor, channelId), {
    channelId,
    ...(typeof message === "string" ? { content: message } : message),
  });
};

const list = (
  actor: Actor,
  input: { channelId: ChannelId; before?: MessageId; after?: MessageId; around?: MessageId; limit?: number },
) => messages.list(actor, ListMessages.parse(input));

const contentsOf = (page: { messages: Message[] }) => page.messages.map(({ content }) => content);

const loseAfter = <T>(answer: T, isLost: boolean): T => {
  if (isLost) throw new Error("Connection terminated unexpectedly");
  return answer;
};

const place = (actor: Actor, id: MessageId) => services.access.requireMessage(actor.userId, id);

describe("sending", () => {
  it("stores the message and announces it to those who see the channel", async () => {
    const { owner, text, id: serverId } = await services.aServer();
    let sent: Message | undefined;
    const events = await services.eventsOf(async () => (sent = await say(owner, text, "hello")));
    expect(events).toEqual([
      { audience: { kind: "channel", serverId, channelId: text }, event: { t: "MESSAGE_CREATE", d: sent } },
    ]);
    expect(await list(owner, { channelId: text })).toEqual({
      messages: [sent],
      hasMoreBefore: false,
      hasMoreAfter: false,
    });
  });

  it("announces it with the next try when the database was lost after it had been stored", async () => {
    const { owner, text } = await services.aServer();
    let isLost = false;
    const losing = createMessagesService({
      ...services,
      repo: { ...repo, insert: async (drafts) => loseAfter(await repo.insert(drafts), isLost) },
    });
    const inText = await services.channelAccess(owner, text);
    const attempt = { channelId: text, content: "on its way", nonce: nonce() };
    isLost = true;
    const lost = await services.eventsOf(() => expect(losing.send(owner, inText, attempt)).rejects.toThrow());
    expect(lost).toEqual([]);
    isLost = false;
    const events = await services.eventsOf(async () => {
      await losing.send(owner, inText, attempt);
      await losing.send(owner, inText, attempt);
    });
    expect(events.map(({ event }) => event)).toMatchObject([
      { t: "MESSAGE_CREATE", d: { content: "on its way", nonce: attempt.nonce } },
    ]);
  });

  it("lets none fail for another's sake when many are sent at once", async () => {
    const { owner, text } = await services.aServer();
    const inText = await services.channelAccess(owner, text);
    const again = nonce();
    await say(owner, text, { content: "first", nonce: again });
    const nobody: Actor = { userId: services.ids.userId(), sessionId: owner.sessionId };
    const send = (actor: Actor, content: string, named: Nonce) =>
      messages.send(actor, inText, { channelId: text, content, nonce: named });
    const sent = await Promise.allSettled([
      send(owner, "one", nonce()),
      send(owner, "two", nonce()),
      send(nobody, "by nobody", nonce()),
      send(owner, "first again", again),
      send(owner, "three", nonce()),
    ]);
    expect(sent.map((one) => (one.status === "fulfilled" ? one.value.content : "refused"))).toEqual([
      "one",
      "two",
      "refused",
      "first",
      "three",
    ]);
    expect(contentsOf(await list(owner, { channelId: text }))).toEqual(["first", "one", "two", "three"]);
  });

  it("returns and announces it as it is read later", async () => {
    const { owner, text, id } = await services.aServer();
    const member = await services.aMember(id);
    const question = await say(owner, text, "why?");
    const answer = await say(member, text, {
      content: `"because", \\ \u2028 🦭 ${formatMention(owner.userId)}`,
      replyTo: question.id,
      nonce: nonce(),
    });
    const plain = await say(member, text, "plain");
    expect((await list(owner, { channelId: text })).messages).toEqual([question, answer, plain]);
  });

  it("returns the first message for a nonce used again, and announces it once", async () => {
    const { owner, text } = await services.aServer();
    const again = { nonce: nonce() };
    const events = await services.eventsOf(async () => {
      const sent = await Promise.all([1, 2, 3, 4].map(() => say(owner, text, { content: "once", ...again })));
      expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
    });
    expect(events).toHaveLength(1);
    expect(contentsOf(await list(owner, { channelId: text }))).toEqual(["once"]);
  });

  it("refuses a nonce that has named a message in another channel", async () => {
    const { owner, text, id } = await services.aServer();
    const other = await services.aChannel(id);
    const again = { nonce: nonce() };
    await say(owner, text, { content: "here", ...again });
    await expect(say(owner, other, { content: "there", ...again })).rejects.toMatchObject(
      refusal("ALREADY_EXISTS", { field: "nonce" }),
    );
  });

  it("quotes the message replied to, until that one is deleted", async () => {
    const { owner, text } = await services.aServer();
    const question = await say(owner, text, "why?");
    const answer = await say(owner, text, { content: "because", replyTo: question.id });
    expect(answer.replyTo).toEqual({ id: question.id, author: question.author, content: "why?" });
    await messages.delete(owner, await place(owner, question.id));
    const [only] = (await list(owner, { channelId: text })).messages;
    expect(only?.replyTo).toEqual({ id: question.id, author: question.author, content: "" });
  });

  it("refuses a reply to what is not in the channel", async () => {
    const { owner, text, id } = await services.aServer();
    const elsewhere = await say(owner, await services.aChannel(id), "elsewhere");
    await expect(say(owner, text, { content: "?", replyTo: elsewhere.id })).rejects.toMatchObject(
      refusal("NOT_FOUND"),
    );
    expect(contentsOf(await list(owner, { channelId: text }))).toEqual([]);
  });

  it("names as mentioned only members who see the channel, and counts it for them", async () => {
    const { owner, text, id } = await services.aServer();
    const member = await services.aMember(id);
    const stranger = await services.anActor();
    const sent = await say(
      owner,
      text,
      [member, stranger, owner].map(({ userId }) => formatMention(userId)).join(" "),
    );
    expect(sent.mentions).toEqual([member.userId, owner.userId]);
    const [read] = await services.reads.list(member);
    expect(read).toMatchObject({ channelId: text, mentionCount: 1 });
    expect(await services.reads.list(owner)).toEqual([]);
  });

  it("refuses a channel that was deleted between the check and the insert", async () => {
    const { owner, id } = await services.aServer();
    const channelId = await services.aChannel(id);
    const access = await services.channelAccess(owner, channelId);
    await services.channels.delete(owner, access);
    await expect(messages.send(owner, access, { channelId, content: "late" })).rejects.toMatchObject(
      refusal("NOT_FOUND"),
    );
  });
});

describe("editing and deleting", () => {
  it("lets the author alone edit, and tells everyone", async () => {
    const { owner, text, id } = await services.aServer();
    const member = await services.aMember(id);
    const sent = await say(member, text, "frist");
    await expect(
      messages.edit(owner, await place(owner, sent.id), { messageId: sent.id, content: "mine" }),
    ).rejects.toMatchObject({ reason: "MISSING_PERMISSION" });
    const events = await services.eventsOf(async () =>
      messages.edit(member, await place(member, sent.id), { messageId: sent.id, content: "first" }),
    );
    expect(events).toMatchObject([{ event: { t: "MESSAGE_UPDATE", d: { id: sent.id, content: "first" } } }]);
    const [stored] = (await list(owner, { channelId: text })).messages;
    expect(stored).toMatchObject({ content: "first" });
    expect(stored?.editedAt).toBe(new Date(services.clock.nowMs()).toISOString());
  });

  it("lets the author delete without a trace in the audit log, and a moderator with one", async () => {
    const { owner, text, id } = await services.aServer();
    const member = await services.aMember(id);
    const own = await say(member, text, "mine");
    const other = await say(member, text, "also mine");
    await messages.delete(member, await place(member, own.id));
    await messages.delete(owner, await place(owner, other.id));
    expect(contentsOf(await list(owner, { channelId: text }))).toEqual([]);
    const audit = await services.listAudit(id);
    expect(audit.filter(({ action }) => action === "messages.delete")).toMatchObject([
      { actorId: owner.userId, targetId: other.id },
    ]);
  });

  it("refuses a member without MANAGE_MESSAGES, and a second deletion", async () => {
    const { owner, text, id } = await services.aServer();
    const member = await services.aMember(id);
    const sent = await say(owner, text, "stays");
    await expect(messages.delete(member, await place(member, sent.id))).rejects.toMatchObject(
      refusal("MISSING_PERMISSION", { permission: "MANAGE_MESSAGES" }),
    );
    const where = await place(owner, sent.id);
    const events = await services.eventsOf(async () => {
      const outcomes = await Promise.allSettled([
        messages.delete(owner, where),
        messages.delete(owner, where),
      ]);
      expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    });
    expect(events).toHaveLength(1);
  });
});

describe("history", () => {
  it("pages over every message once, in both directions, whatever the page size", async () => {
    const { owner, text } = await services.aServer();
    const sent: string[] = [];
    for (let number = 0; number < 23; number++) sent.push((await say(owner, text, `message ${number}`)).id);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 30 }), async (limit) => {
        const backwards: string[] = [];
        let before: MessageId | undefined;
        for (let hasMore = true; hasMore;) {
          const page = await list(owner, { channelId: text, limit, ...(before && { before }) });
          backwards.unshift(...page.messages.map(({ id }) => id));
          before = page.messages[0]?.id;
          hasMore = page.hasMoreBefore;
        }
        expect(backwards).toEqual(sent);

        const forwards: string[] = [];
        let after = (await list(owner, { channelId: text, limit: 100 })).messages[0]?.id;
        for (let hasMore = true; hasMore && after;) {
          const page = await list(owner, { channelId: text, limit, after });
          forwards.push(...page.messages.map(({ id }) => id));
          after = page.messages.at(-1)?.id;
          hasMore = page.hasMoreAfter;
        }
        expect(forwards).toEqual(sent.slice(1));
      }),
      { numRuns: 12 },
    );
  });

  it("shows a message in the middle of its page, also where it was deleted", async () => {
    const { owner, text } = await services.aServer();
    const sent: Message[] = [];
    for (let number = 0; number < 9; number++) sent.push(await say(owner, text, String(number)));
    const middle = sent[4];
    if (!middle) throw new Error("nine were sent");
    const around = { channelId: text, around: middle.id, limit: 5 };
    const page = await list(owner, around);
    expect(contentsOf(page)).toEqual(["2", "3", "4", "5", "6"]);
    expect(page).toMatchObject({ hasMoreBefore: true, hasMoreAfter: true });
    await messages.delete(owner, await place(owner, middle.id));
    expect(contentsOf(await list(owner, around))).toEqual(["2", "3", "5", "6"]);
  });
});

describe("search", () => {
  const find = (actor: Actor, input: Record<string, unknown>) =>
    messages.search(actor, SearchMessages.parse(input));

  it("finds whole words in what the caller may see, newest first", async () => {
    const { owner, text, id } = await services.aServer();
    const member = await services.aMember(id);
    const secret = await services.aChannel(id);
    await services.channels.setOverride(owner, await services.channelAccess(owner, secret), {
      channelId: secret,
      target: { type: "role", id: (await services.serverAccess(owner, id)).state.everyoneRoleId },
      allow: 0n,
      deny: permissionBits("VIEW_CHANNEL"),
    });
    await say(owner, text, "a lighthouse on the rock");
    await say(owner, secret, "the lighthouse is a secret");
    await say(owner, text, "another Lighthouse");
    await say(owner, text, "something else");
    expect(contentsOf(await find(member, { serverId: id, query: "lighthouse" }))).toEqual([
      "another Lighthouse",
      "a lighthouse on the rock",
    ]);
    expect(contentsOf(await find(owner, { serverId: id, query: "lighthouse" }))).toHaveLength(3);
    await expect(find(member, { channelId: secret, query: "lighthouse" })).rejects.toMatchObject(
      refusal("NOT_FOUND"),
    );
  });

  it("takes whatever is typed, and pages to the end", async () => {
    const { owner, text } = await services.aServer();
    for (let number = 0; number < 7; number++) await say(owner, text, `pebble ${number}`);
    const found: string[] = [];
    let cursor: MessageId | null = null;
    do {
      const page: Awaited<ReturnType<typeof find>> = await find(owner, {
        channelId: text,
        query: "pebble",
        limit: 3,
        cursor,
      });
      found.push(...contentsOf(page));
      cursor = page.nextCursor;
    } while (cursor);
    expect(found).toEqual([6, 5, 4, 3, 2, 1, 0].map((number) => `pebble ${number}`));
    await fc.assert(
      fc.asyncProperty(
        fc.string({ minLength: 1, maxLength: limits.message.maxSearchQueryLength }),
        async (query) => {
          if (!SearchMessages.safeParse({ channelId: text, query }).success) return;
          expect(await find(owner, { channelId: text, query })).toHaveProperty("messages");
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("plans", () => {
  it("of the hot statements use an index", async () => {
    for (const statement of Object.values(repo.hotStatements))
      await expectIndexed(services.database.pool, statement);
    expect(await expectIndexed(services.database.pool, repo.hotStatements.pageBefore)).toContain(
      "messages_channel_idx",
    );
    expect(await expectIndexed(services.database.pool, repo.hotStatements.lastSent)).toEqual([
      "messages_author_idx",
    ]);
    expect(await expectIndexed(services.database.pool, repo.hotStatements.byNonce)).toContain(
      "messages_author_id_nonce_key",
    );
  });
});
