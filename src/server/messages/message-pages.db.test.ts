import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { presentMessage } from "#server/messages/messages.present.ts";
import type { ChannelId, MessageId, UserId } from "#shared/ids.ts";
import { createTestServices } from "#tests/support/services.ts";
import { createMessagesRepo } from "./messages.repo.ts";

const world = await createTestServices();
afterAll(() => world[Symbol.asyncDispose]());
const { pool } = world.database;
const repo = createMessagesRepo(world.db);

/** What a message can be; indexes count among the people, the emoji and the messages before. */
const AnyMessage = fc.record({
  author: fc.nat(3),
  content: fc.oneof(
    fc.constantFrom('"\\ \u2028 🦭', "{}", "null"),
    fc.string({ minLength: 1, unit: "grapheme" }),
  ),
  replyTo: fc.option(fc.nat(20)),
  mentions: fc.array(fc.nat(3), { maxLength: 3 }),
  hasNonce: fc.boolean(),
  ms: fc.constantFrom(0, 1, 10, 120, 999),
  isEdited: fc.boolean(),
  isPinned: fc.boolean(),
  isDeleted: fc.boolean(),
  reactions: fc.uniqueArray(fc.tuple(fc.nat(3), fc.constantFrom("👍", "🦭", '"')), {
    selector: ([user, emoji]) => `${user} ${emoji}`,
    maxLength: 5,
  }),
  files: fc.array(fc.constantFrom("harbour.jpg", 'a "b" \\ ü.txt', "100 %?.png"), { maxLength: 2 }),
});
type AnyMessage = typeof AnyMessage extends fc.Arbitrary<infer T> ? T : never;

const at = (ms: number): Date => new Date(Date.UTC(2026, 0, 31, 23, 59, 59, ms));

const store = async (
  {
    channelId,
    people,
    earlier,
  }: { channelId: ChannelId; people: readonly UserId[]; earlier: readonly MessageId[] },
  message: AnyMessage,
): Promise<MessageId> => {
  const { ids, clock } = world;
  clock.advance(1);
  const id = ids.messageId();
  const when = at(message.ms);
  const replyTo = message.replyTo === null ? undefined : earlier[message.replyTo];
  await pool.query(
    `insert into messages (id, channel_id, author_id, content, reply_to_id, mentions, nonce, created_at, edited_at, pinned_at,
      deleted_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      id,
      channelId,
      people[message.author],
      // PostgreSQL has no place for it, and the input refuses it.
      message.content.replaceAll("\0", ""),
      replyTo,
      message.mentions.map((index) => people[index]),
      message.hasNonce ? id : null,
      when,
      message.isEdited ? when : null,
      message.isPinned ? when : null,
      message.isDeleted ? when : null,
    ],
  );
  for (const [user, emoji] of message.reactions)
    await pool.query(
      "insert into reactions (message_id, user_id, emoji, created_at) values ($1, $2, $3, $4)",
      [id, people[user], emoji, at(user % 2)],
    );
  for (const [position, filename] of message.files.entries())
    await pool.query(
      `insert into attachments (id, message_id, position, filename, content_type, size_bytes, width, has_thumbnail)
      values (gen_random_uuid(), $1, $2, $3, 'image/jpeg', 12345678901, $4, $5)`,
      [id, position, filename, position || null, position > 0],
    );
  return id;
};

/** Four people, of whom the last has deleted their account. */
const aChannelWithPeople = async () => {
  const { id, text, owner } = await world.aServer();
  const people = [owner.userId];
  while (people.length < 4) people.push((await world.aMember(id)).userId);
  await pool.query("update users set deleted_at = now() where id = $1", [people[3]]);
  return { channelId: text, people, viewerId: owner.userId };
};

/** A reply to what is gone, with everything on it. */
const full: AnyMessage = {
  author: 3,
  content: "full",
  replyTo: 0,
  mentions: [1],
  hasNonce: true,
  ms: 120,
  isEdited: true,
  isPinned: true,
  isDeleted: false,
  reactions: [
    [1, "🦭"],
    [0, "👍"],
    [2, "👍"],
  ],
  files: ["100 %?.png"],
};

describe("a page", () => {
  test("is what reading its messages one by one gives, in both directions", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(AnyMessage, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 14 }),
        fc.nat(11),
        async (all, limit, place) => {
          const { channelId, people, viewerId } = await aChannelWithPeople();
          const stored: MessageId[] = [];
          for (const message of all)
            stored.push(await store({ channelId, people, earlier: stored }, message));
          const one = stored[Math.min(place, stored.length - 1)];
          if (!one) throw new Error("there is one at least");
          const found = await Promise.all(stored.map((id) => repo.findById(viewerId, id)));
          const live = found.flatMap((row) => row ?? []);
          const older = live.filter(({ message }) => message.id < one).toReversed();
          const newer = live.filter(({ message }) => message.id > one);

          const before = await repo.listBefore(viewerId, { channelId, before: one, limit });
          const after = await repo.listAfter(viewerId, { channelId, after: one, limit });
          const newest = await repo.listBefore(viewerId, { channelId, before: undefined, limit });
          expect(before).toEqual(older.slice(0, limit));
          expect(after).toEqual(newer.slice(0, limit));
          expect(newest).toEqual(live.toReversed().slice(0, limit));
          expect(newest.map(presentMessage)).toEqual(live.toReversed().slice(0, limit).map(presentMessage));
        },
      ),
      { numRuns: 25 },
    );
  });

  test("has everything in its form on the wire", async () => {
    const { channelId, people, viewerId } = await aChannelWithPeople();
    const bare = {
      mentions: [],
      hasNonce: false,
      isEdited: false,
      isPinned: false,
      reactions: [],
      files: [],
    };
    const gone = await store(
      { channelId, people, earlier: [] },
      { ...bare, author: 3, content: "gone", replyTo: null, ms: 0, isDeleted: true },
    );
    await store({ channelId, people, earlier: [gone] }, full);
    const page = await repo.listBefore(viewerId, { channelId, before: undefined, limit: 5 });
    const author = {
      id: people[3],
      displayName: "Deleted user",
      avatarUrl: null,
      bot: false,
      isDeleted: true,
    };
    expect(page.map(presentMessage)).toMatchObject([
      {
        author,
        content: "full",
        replyTo: { id: gone, author, content: "" },
        mentions: [people[1]],
        pinned: true,
        createdAt: "2026-01-31T23:59:59.120Z",
        editedAt: "2026-01-31T23:59:59.120Z",
        reactions: [
          { emoji: "👍", count: 2, me: true },
          { emoji: "🦭", count: 1, me: false },
        ],
        attachments: [{ filename: "100 %?.png", size: 12_345_678_901, thumbnailUrl: null }],
      },
    ]);
    expect(page.map(presentMessage)[0]?.attachments[0]?.url).toMatch(/\/100%20%25%3F\.png$/);
  });

  test("of a quiet channel is not looked for among all the newer messages of others", async () => {
    const { channelId, people } = await aChannelWithPeople();
    await pool.query(
      `insert into messages (id, channel_id, author_id, content)
      select ('fffffff0-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, $1, $2, 'newer' from generate_series(1, 20000) n`,
      [channelId, people[0]],
    );
    await pool.query("vacuum analyze messages");
    // With nothing made unattractive: as the planner would have it by itself.
    const client = await pool.connect();
    try {
      await client.query("set plan_cache_mode = force_generic_plan");
      for (const statement of [repo.hotStatements.pageBefore, repo.hotStatements.pageAfter]) {
        await client.query(`prepare page as ${statement.getQuery().sql}`);
        const { rows } = await client.query(
          "explain (format json) execute page(null, null, null, null, null)",
        );
        await client.query("deallocate page");
        const plan = JSON.stringify(rows);
        expect(plan).toContain("messages_channel_idx");
        expect(plan).not.toMatch(/Seq Scan","[^}]*"Relation Name":"messages"/);
      }
    } finally {
      client.release(true);
    }
  });
});
