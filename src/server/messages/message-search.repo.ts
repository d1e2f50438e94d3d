/**
 * Which messages a search finds. Left to itself the planner goes back through the channel for what it takes to be frequent,
 * and reads all of it for a word that is nowhere. So the ways are laid down, from the cheapest, each for what the one before
 * did not find enough of:
 * - what is said often is found among the newest few, whose words are looked through;
 * - what is said now and then among the newest 30,000: what the index finds, and the range of ids, are laid over each
 *   other before any message is read;
 * - what is neither is in few enough messages for the index alone.
 */
import { and, desc, eq, gt, isNull, lt, type SQL, sql } from "drizzle-orm";
import type { ChannelId, MessageId, UserId } from "#shared/ids.ts";
import type { Executor } from "../database/client.ts";
import { endOfTime, inIdRange, newestFirst } from "../database/id-range.ts";
import { messages, searchConfiguration } from "../database/schema/messages.ts";

export interface SearchFilter {
  channelIds: ChannelId[];
  query: string;
  authorId?: UserId | undefined;
  before?: MessageId | undefined;
  after?: MessageId | undefined;
  limit: number;
}

/** Working out the words of a message costs some 14 µs; laying over what a frequent word's index entries are, more. */
const lookedThrough = 300;
const overlaid = 30_000;

export type SearchedBy = "looking" | "index";
const byChannel = { owner: messages.channelId, id: messages.id };
const live = isNull(messages.deletedAt);

type Sought = Pick<SearchFilter, "channelIds" | "before">;

const onlyOne = ({ channelIds: [only, ...others] }: Sought) => (others.length === 0 ? only : undefined);

/** The newest that are searched: of the one channel, or of all that there are. */
const newestOf = (sought: Sought) => {
  const { before } = sought;
  const channelId = onlyOne(sought);
  return channelId
    ? {
        where: sql`${inIdRange(byChannel, { owner: channelId, before })} and ${live}`,
        order: sql.join(newestFirst(byChannel), sql`, `),
      }
    : { where: sql`${messages.id} < ${before ?? endOfTime}`, order: desc(messages.id) };
};

/** Below it are all but the newest that are searched; undefined where there are no more than those. For the tests. */
export const findFloor = async (
  db: Executor,
  sought: Sought,
  count: number = overlaid,
): Promise<MessageId | undefined> => {
  const { where, order } = newestOf(sought);
  const [row] = await db
    .select({ id: messages.id })
    .from(messages)
    .where(where)
    .orderBy(order)
    .offset(count)
    .limit(1);
  return row?.id;
};

/** `offset 0` keeps the limit from what the index is to find. */
export const foundIds = (filter: SearchFilter & { by: SearchedBy }): SQL => {
  const { by, channelIds, query, authorId, before, after, limit } = filter;
  const configuration = sql.raw(`'${searchConfiguration}'`);
  const matches = sql`to_tsvector(${configuration}, content) @@ websearch_to_tsquery(${configuration}, ${query})`;
  const channelId = onlyOne(filter);
  const { where, order } = newestOf(filter);
  const looked =
    by === "looking"
      ? sql`select * from ${messages} where ${where} order by ${order} limit ${lookedThrough}`
      : sql`select * from ${messages} where ${and(
          live,
          matches,
          channelId && eq(messages.channelId, channelId),
          before && lt(messages.id, before),
          after && gt(messages.id, after),
        )} offset 0`;
  const isWanted = and(
    by === "looking" ? sql`deleted_at is null and ${matches}` : undefined,
    after && sql`id > ${after}`,
    sql`channel_id = any(${sql.param(channelIds)}::uuid[])`,
    authorId && sql`author_id = ${authorId}`,
  );
  return sql`select id from (${looked}) looked where ${isWanted} order by id desc limit ${limit}`;
};
