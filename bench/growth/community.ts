/** Communities of every size, filled by the database itself: around the product's own limits, to see why they are there. */
import { Client } from "pg";
import { z } from "zod";
import { ChannelId, type RoleId, type ServerId, UserId } from "#shared/ids.ts";
import type { Actor } from "#server/trpc/context.ts";
import type { TestServices } from "#tests/support/services.ts";
import { benchId, fillChannel } from "../messages/channels.ts";

export interface Size {
  members: number;
  channels: number;
  /** In its first channel. */
  messages: number;
}

export interface Community {
  size: Size;
  serverId: ServerId;
  everyoneRoleId: RoleId;
  owner: Actor;
  /** The owner is none of them. */
  members: [Actor, ...Actor[]];
  mainId: ChannelId;
  channelIds: [ChannelId, ...ChannelId[]];
  /** To an invite without an end. */
  code: string;
}

const roles = 10;
const rolesPerMember = 2;
/** For each channel, half of them for roles. */
const overridesPerChannel = 6;
const authors = 20;

const insertMembers = `
  with people as (select bench_id($1, n) as id, n from generate_series(1, $2::int) n),
  made as (
    insert into users (id, username, display_name, password_hash)
    select id, 'user' || n || '-' || right($1::text, 8), 'User ' || n, '' from people)
  insert into server_members (server_id, user_id) select $1, id from people`;

const insertRoles = `
  with made as (
    insert into roles (id, server_id, name, permissions, position)
    select bench_id($1, n), $1, 'role ' || n, 1 << (n % 8), n from generate_series(1, ${roles}) n returning id, position)
  insert into member_roles (server_id, user_id, role_id)
  select $1, bench_id($1, n), made.id from generate_series(1, $2::int) n, made
  where (n + made.position) % (${roles} / ${rolesPerMember}) = 0`;

const insertChannels = `
  insert into channels (id, server_id, type, name, position)
  select bench_id($1, n), $1, 'text', 'channel ' || n, n + 1 from generate_series(1, $2::int) n`;

/** They deny what nobody needs here, so that all see everything. */
const insertOverrides = `
  insert into channel_overrides (channel_id, role_id, user_id, allow, deny)
  select channel.id, case when n % 2 = 0 then bench_id($1, n / 2 + 1) end,
    case when n % 2 = 1 then bench_id($1, (n + channel.position) % $2 + 1) end, 4 << (n % 2), 64
  from channels channel, generate_series(0, ${overridesPerChannel - 1}) n where channel.server_id = $1`;

/** Of so many members: the marks of others are not looked at. */
export const readers = 20;

const insertReads = `
  with reader as (select user_id from server_members where server_id = $1 and user_id <> $2 order by 1 limit ${readers})
  insert into read_states (user_id, channel_id)
  select reader.user_id, channel.id from reader, channels channel where channel.server_id = $1`;

const listIds = async (client: Client, text: string, serverId: ServerId): Promise<unknown[]> => {
  const { rows } = await client.query<{ id: unknown }>(text, [serverId]);
  return rows.map(({ id }) => id);
};

const Actors = z.tuple([UserId], UserId);
const Channels = z.tuple([ChannelId], ChannelId);

const fill = async (world: TestServices, client: Client, size: Size): Promise<Community> => {
  const { id: serverId, owner, text, voice } = await world.aServer();
  const { state } = await world.access.requireServer(owner.userId, serverId);
  const joining = size.members - 1;
  await client.query(insertMembers, [serverId, joining]);
  await client.query(insertRoles, [serverId, joining]);
  await client.query("delete from channels where id = $1", [voice]);
  await client.query(insertChannels, [serverId, size.channels - 1]);
  await client.query(insertOverrides, [serverId, joining]);
  await client.query(insertReads, [serverId, owner.userId]);
  const others = "select user_id as id from server_members where server_id = $1 and user_id <> $2 order by 1";
  const { rows } = await client.query<{ id: unknown }>(others, [serverId, owner.userId]);
  const userIds = Actors.parse(rows.map(({ id }) => id));
  await fillChannel(client, { id: text, size: size.messages }, userIds.slice(0, authors));
  // What reads the server next would take it for nearly empty, and go through it in the slowest way.
  await client.query("analyze server_members, member_roles, channels, channel_overrides");
  await world.access.serverChanged(serverId);
  const [first, ...rest] = userIds.map((userId) => ({ userId, sessionId: world.ids.sessionId() }));
  const { code } = await world.invites.create(owner, { serverId });
  const channelIds = Channels.parse(
    await listIds(client, "select id from channels where server_id = $1 order by position", serverId),
  );
  if (!first) throw new Error("nobody is there");
  const { everyoneRoleId } = state;
  return { size, serverId, everyoneRoleId, owner, members: [first, ...rest], mainId: text, channelIds, code };
};

/** All of them on one instance, so that their tables are the same. */
export const makeCommunities = async (world: TestServices, sizes: readonly Size[]): Promise<Community[]> => {
  // Not the server's pool: filling takes longer than a statement of it may.
  const client = new Client({ connectionString: world.database.connectionString });
  await client.connect();
  try {
    await client.query(benchId);
    const communities: Community[] = [];
    for (const size of sizes) communities.push(await fill(world, client, size));
    // Nothing does it in time by itself.
    await client.query("vacuum analyze");
    return communities;
  } finally {
    await client.end();
  }
};
