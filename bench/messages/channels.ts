/** Channels of every age, filled by the database itself. */
import { Client } from "pg";
import type { ChannelId, UserId } from "#shared/ids.ts";
import type { TestServices } from "#tests/support/services.ts";

export interface FilledChannel {
  id: ChannelId;
  size: number;
}

/**
 * Ids as they would have been made, one a second up to now; 12 words each out of 5,000, the first ones much more often.
 * Every fifth is a reply; the newest carry what a page's aggregates are made of.
 */
export const fillChannel = async (
  client: Client,
  { id, size }: FilledChannel,
  authorIds: readonly UserId[],
): Promise<void> => {
  await client.query(
    `insert into messages (id, channel_id, author_id, content, reply_to_id, created_at)
    select bench_id($1, n), $1, ($2::uuid[])[1 + n % $3], words.text,
      case when n % 5 = 0 and n > 10 then bench_id($1, n - 7) end, now() - ($4 - n) * interval '1 second'
    from generate_series(1, $4::int) n
    cross join lateral (
      select string_agg('word' || floor(5000 * power(random(), 3))::int, ' ') as text from generate_series(n, n + 11)
    ) words`,
    [id, authorIds, authorIds.length, size],
  );
  const newest =
    "select id, row_number() over (order by id desc) as n from messages where channel_id = $1 limit 200";
  await client.query(
    `insert into reactions (message_id, user_id, emoji)
    select id, u, e from (${newest}) page, unnest($2::uuid[]) u, unnest(array['👍', '🦭']) e where n % 4 = 0`,
    [id, authorIds.slice(0, 5)],
  );
  await client.query(
    `insert into attachments (id, message_id, filename, content_type, size_bytes)
    select gen_random_uuid(), id, 'harbour.jpg', 'image/jpeg', 123456 from (${newest}) page where n % 10 = 0`,
    [id],
  );
};

/** A UUIDv7 of the second that the number stands for, of one channel or server. */
export const benchId = `create function bench_id(channel uuid, n int) returns uuid language sql immutable as $$
  select (lpad(to_hex(1700000000000 + n::bigint * 1000), 12, '0') || '7000' || '8' || substr(md5(channel::text || n), 1, 15))::uuid $$`;

export const makeChannels = async (
  world: TestServices,
  sizes: readonly number[],
): Promise<{ channels: FilledChannel[]; viewerId: UserId }> => {
  const { id: serverId, owner } = await world.aServer();
  const authorIds = [owner.userId];
  while (authorIds.length < 20) authorIds.push((await world.aMember(serverId)).userId);
  // Not the server's pool: filling takes longer than a statement of it may.
  const client = new Client({ connectionString: world.database.connectionString });
  await client.connect();
  try {
    await client.query(benchId);
    const channels: FilledChannel[] = [];
    for (const size of sizes) {
      const channel = { id: await world.aChannel(serverId), size };
      await fillChannel(client, channel, authorIds);
      channels.push(channel);
    }
    // Nothing does it in time by itself.
    await client.query("vacuum analyze");
    return { channels, viewerId: owner.userId };
  } finally {
    await client.end();
  }
};
