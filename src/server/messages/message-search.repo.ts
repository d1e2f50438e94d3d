/**
 * Which messages a search finds. Left to itself the planner goes back through the channel for what it takes to be frequent,
 * and reads all of it for a word that is nowhere. So the ways are laid down, from the cheapest, each for what the one before
 * did not find enough of:
 * - what is said often is found among the newest few, whose words are looked through;
 * - what is said now and then among the newest 30,000: what the index finds, and the range of ids, are laid over each
 *   other before any message is read;
 * - what is neither is in few enough messages for the index alone.
 * The index finds words within channels by itself, so that what others say often costs a small channel nothing.
 */
import { and, desc, eq, gt, isNull, lt, type SQL, sql } from "drizzle-orm";
import type { ChannelId, MessageId, UserId } from "#shared/ids.ts";
import type { Executor } from "../database/client.ts";
import { endOfTime, inIdRange, newestFirst } from "../database/id-range.ts";
import { channelsSought, messages, searchedOf, wordsOf, wordsSought } from "../database/schema/messages.ts";

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

/** The index over the words alone, or of these channels. */
type SearchedByIndex = "words" | "channels";
export type SearchedBy = "looking" | SearchedByIndex;
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

/** So many channels are named to the index; more of them cost more than what they leave out. */
const namedToIndex = 20;

/**
 * Nor are channels named that are most of what there is: their entries would only repeat the words'. PostgreSQL knows
 * how much they are from its last ANALYZE, and before the first one nothing is most.
 */
const prepareShare = (db: Executor) =>
  db
    .select({ isMost: sql<boolean>`coalesce(sum(share), 0) > 0.5` })
    .from(
      sql`pg_stats, unnest(most_common_vals::text::uuid[], most_common_freqs) as common (channel_id, share)`,
    )
    .where(
      sql`schemaname = current_schema() and tablename = 'messages' and attname = 'channel_id'
        and channel_id = any(${sql.placeholder("channelIds")}::uuid[])`,
    )
    .prepare("messages_share");

/** How the index is asked, given the floor. */
export const createIndexChoice = (db: Executor) => {
  const share = prepareShare(db);
  return async ({ channelIds }: Sought, floor: MessageId | undefined): Promise<SearchedByIndex> => {
    if (channelIds.length > namedToIndex) return "words";
    if (!floor) return "channels";
    const [row] = await share.execute({ channelIds });
    return row?.isMost ? "words" : "channels";
  };
};

/**
 * `offset 0` keeps the limit, and the channels outside, from what the index is to find. In a subselect the planner does
 * not see what is sought and takes it for a two-hundredth of all, however many words it has; for less it would read each
 * message that has them, and not lay the range of ids over them first.
 */
const foundByIndex = (filter: SearchFilter & { by: SearchedByIndex }): SQL => {
  const { by, channelIds, query, before, after } = filter;
  const words = wordsSought(query);
  // What has no word finds nothing, instead of the whole channel.
  const sought = by === "words" ? words : sql`nullif(${words}, '') && ${channelsSought(channelIds)}`;
  const channelId = onlyOne(filter);
  return sql`select * from ${messages} where ${and(
    live,
    sql`${searchedOf(messages)} @@ (select ${sought})`,
    channelId && after && eq(messages.channelId, channelId),
    before && lt(messages.id, before),
    after && gt(messages.id, after),
  )} offset 0`;
};

export const foundIds = (filter: SearchFilter & { by: SearchedBy }): SQL => {
  const { by, channelIds, query, authorId, after, limit } = filter;
  const isWanted = and(
    after && sql`id > ${after}`,
    sql`channel_id = any(${sql.param(channelIds)}::uuid[])`,
    authorId && sql`author_id = ${authorId}`,
  );
  const fromNewest = sql`order by id desc limit ${limit}`;
  if (by !== "looking")
    return sql`select id from (${foundByIndex({ ...filter, by })}) found where ${isWanted} ${fromNewest}`;
  const { where, order } = newestOf(filter);
  const looked = sql`select * from ${messages} where ${where} order by ${order} limit ${lookedThrough}`;
  const matches = sql`${wordsOf(sql`content`)} @@ ${wordsSought(query)}`;
  return sql`select id from (${looked}) looked where deleted_at is null and ${matches} and ${isWanted} ${fromNewest}`;
};
