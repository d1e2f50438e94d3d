/**
 * The newest or oldest rows of one owner: a channel's messages, an author's. Owner and id are compared as one row, which
 * only an index over both can do in order. With `owner = … order by id` PostgreSQL may also go back through the rows of
 * all owners, and does where it expects to meet the owner's soon: wrong for whoever was quiet of late, and then it reads
 * everything.
 */
import { type Column, desc, type SQL, type SQLWrapper, sql } from "drizzle-orm";

/** Below and above every id. */
const beginningOfTime = sql.raw("'00000000-0000-0000-0000-000000000000'");
export const endOfTime = "ffffffff-ffff-7fff-bfff-ffffffffffff";

interface Range {
  owner: SQLWrapper | string;
  /** Exclusive, as `before` is; from the first to the last without them. */
  after?: SQLWrapper | string | undefined;
  before?: SQLWrapper | string | undefined;
}

const last = sql.raw(`'${endOfTime}'`);

/** The index must have both columns in one direction. To be ordered by both. */
export const inIdRange = (
  columns: { owner: Column; id: Column },
  { owner, after = beginningOfTime, before = last }: Range,
): SQL => {
  const row = sql`(${columns.owner}, ${columns.id})`;
  return sql`${row} > (${owner}::uuid, ${after}::uuid) and ${row} < (${owner}::uuid, ${before}::uuid)`;
};

export const newestFirst = ({ owner, id }: { owner: Column; id: Column }): SQL[] => [desc(owner), desc(id)];
