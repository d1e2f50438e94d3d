/** A small channel whose messages are the oldest, and a big one, of which nearly all others are. */
import { type SQL, sql } from "drizzle-orm";
import fc from "fast-check";
import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import type { ChannelId } from "#shared/ids.ts";
import { SearchMessages } from "#shared/contract/messages.ts";
import { limits } from "#shared/limits.ts";
import { createTestServices, type TestServices } from "#tests/support/services.ts";
import { createIndexChoice, findFloor, type SearchedBy } from "./message-search.repo.ts";
import { createMessagesRepo, selectFound } from "./messages.repo.ts";

const oldest = 400;
const ids = Array.from({ length: 33_000 }, () => uuidv7());
const limit = 25;

let services: TestServices;
let repo: ReturnType<typeof createMessagesRepo>;
let world: Awaited<ReturnType<TestServices["aServer"]>>;
let small: ChannelId;
let big: ChannelId;
let other: ChannelId;

beforeAll(async () => {
  services = await createTestServices();
  repo = createMessagesRepo(services.db);
  world = await services.aServer();
  small = world.text;
  big = await services.aChannel(world.id);
  other = await services.aChannel(world.id);
  await services.db.execute(sql`
    insert into messages (id, channel_id, author_id, content, deleted_at)
    select id, case when n <= ${oldest} then ${small}::uuid when n % 20 = 0 then ${other}::uuid else ${big}::uuid end, ${world.owner.userId},
      case when n <= 30 then 'anchor ' when n > ${oldest} then 'pebble ' else '' end || 'number ' || n || ' tide' || n % 100,
      case when n = 10 then now() end
    from unnest(${sql.param(ids)}::uuid[]) with ordinality as t (id, n)`);
  await say(big, [`in ${small}`, `'in ${small}'`, `in${small}`, `"in ${small}" | in:${small}`]);
  await services.db.execute(sql`analyze messages`);
});
afterAll(async () => services[Symbol.asyncDispose]());

const say = async (channelId: ChannelId, contents: string[]) => {
  for (const content of contents)
    await services.db.execute(sql`
      insert into messages (id, channel_id, author_id, content)
      values (${services.ids.messageId()}, ${channelId}, ${world.owner.userId}, ${content})`);
};

const found = async (query: string, channelIds: ChannelId[]) =>
  (await repo.search(world.owner.userId, { channelIds, query, limit })).map(({ message }) => message.id);

/** Of the numbered ones. */
const newestOf = (isFound: (number: number) => boolean) =>
  ids
    .filter((_, index) => isFound(index + 1))
    .slice(-limit)
    .toReversed();

const statement = (by: SearchedBy, query: string, channelIds: ChannelId[]) =>
  selectFound(services.db, world.owner.userId, { by, channelIds, query, limit }).getSQL();

const Explained = z.tuple([z.object({ "QUERY PLAN": z.unknown() })]);
const explain = async (query: SQL) =>
  JSON.stringify(
    Explained.parse((await services.db.execute(sql`explain (analyze, format json) ${query}`)).rows)[0],
  );

/** How many entries the search index names. */
const namedBy = async (query: SQL): Promise<number> => {
  const [, rows] =
    /"Index Name":"messages_search_idx".*?"Actual Rows":([\d.]+)/.exec(await explain(query)) ?? [];
  return Number(rows);
};

it("finds what is said often, now and then, and nowhere", async () => {
  for (const channelIds of [[small, big, other], [big, other], [big]]) {
    expect(await found("nowhere", channelIds)).toEqual([]);
    expect(await found("517", channelIds)).toEqual([ids[516]]);
    expect(await found("tide7", channelIds)).toEqual(
      newestOf((number) => number % 100 === 7 && (number > oldest || channelIds.includes(small))),
    );
  }
  expect(await found("tide20", [other])).toEqual(newestOf((number) => number % 100 === 20));
  expect(await found("pebble", [small, big, other])).toEqual(newestOf(() => true));
  expect(await findFloor(services.db, { channelIds: [small, big, other] })).toBe(ids.at(-30_001));
});

it("finds in a small old channel what is said there, and nothing that is said elsewhere", async () => {
  expect(await found("pebble", [small])).toEqual([]);
  expect(await found("pebble number", [small])).toEqual([]);
  expect(await found("anchor", [small])).toEqual(newestOf((number) => number <= 30 && number !== 10));
  expect(await found("anchor", [big])).toEqual([]);
  const pages: string[][] = [];
  let cursor: SearchMessages["cursor"] = null;
  do {
    const input = SearchMessages.parse({ channelId: small, query: "anchor", limit: 10, cursor });
    const page = await services.messages.search(world.owner, input);
    pages.push(page.messages.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor);
  expect(pages.map((page) => page.length)).toEqual([10, 10, 9]);
  expect(pages.flat()).toEqual(
    ids
      .slice(0, 30)
      .filter((_, index) => index !== 9)
      .toReversed(),
  );
});

it("asks the index for what is said in the channel, however often others say it", async () => {
  expect(await namedBy(statement("channels", "number", [small]))).toBe(oldest - 1);
  expect(await namedBy(statement("channels", "-pebble", [small]))).toBe(oldest - 1);
  expect(await namedBy(statement("channels", "pebble number", [small]))).toBe(0);
  expect(await namedBy(statement("channels", "anchor or tide20", [small, other]))).toBe(29 + 3 + 326);
  expect(await namedBy(statement("words", "nowhere", [small, big, other]))).toBe(0);
});

it("names the channels to the index unless they are most of what there is, or many", async () => {
  const choose = createIndexChoice(services.db);
  const floor = services.ids.messageId();
  expect(await choose({ channelIds: [small] }, undefined)).toBe("channels");
  expect(await choose({ channelIds: [small, other] }, floor)).toBe("channels");
  expect(await choose({ channelIds: [small, big] }, floor)).toBe("words");
  const many = Array.from({ length: 21 }, () => services.ids.channelId());
  expect(await choose({ channelIds: many }, floor)).toBe("words");
});

it("lets nobody write or search what stands for a channel", async () => {
  for (const query of [`in ${small}`, `"in ${small}"`, `'in ${small}'`]) {
    expect(await found(query, [small])).toEqual([]);
    expect(await found(query, [other])).toEqual([]);
    expect((await found(query, [big])).length).toBeGreaterThan(0);
  }
  expect(await namedBy(statement("channels", "in", [small]))).toBe(0);
});

const typed = fc.oneof(
  fc.string({ minLength: 1, maxLength: limits.message.maxSearchQueryLength }),
  fc
    .array(
      fc.constantFrom("anchor", "-anchor", "number", "or", '"', "tide7", "-", "!", "&", "in", "pebble"),
      {
        minLength: 1,
        maxLength: 6,
      },
    )
    .map((words) => words.join(" ")),
);

it("finds by every way what reading all messages finds, whatever is typed", async () => {
  await fc.assert(
    fc.asyncProperty(typed, fc.boolean(), async (query, isOne) => {
      const channelIds = isOne ? [small] : [small, other];
      const { success } = SearchMessages.safeParse({ channelId: small, query });
      if (!success) return;
      const read = await services.db.execute(sql`
        select id from messages where channel_id = any(${sql.param(channelIds)}::uuid[]) and deleted_at is null
          and to_tsvector('simple', content) @@ websearch_to_tsquery('simple', ${query}) order by id desc limit ${limit}`);
      const expected = read.rows.map(({ id }) => id);
      expect(await found(query, channelIds)).toEqual(expected);
      for (const by of ["words", "channels"] as const) {
        const filter = { by, channelIds, query, limit };
        const rows = await selectFound(services.db, world.owner.userId, filter);
        expect(rows.map(({ message }) => message.id)).toEqual(expected);
      }
    }),
    {
      numRuns: 60,
      examples: [
        ["!!!", true],
        ['""', true],
        ["-anchor", false],
      ],
    },
  );
});
