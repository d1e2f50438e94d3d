import { uuidv7 } from "uuidv7";
import { afterAll, describe, expect, test } from "vitest";
import { createAccessRepo } from "#server/access/access.repo.ts";
import { createChannelsRepo } from "#server/channels/channels.repo.ts";
import { createInvitesRepo } from "#server/invites/invites.repo.ts";
import { createMembersRepo } from "#server/members/members.repo.ts";
import { createMessagesRepo, selectOfAuthor } from "#server/messages/messages.repo.ts";
import { createReadsRepo } from "#server/reads/reads.repo.ts";
import { createRolesRepo } from "#server/roles/roles.repo.ts";
import { createServersRepo } from "#server/servers/servers.repo.ts";
import { createVoiceRepo } from "#server/voice/voice.repo.ts";
import { ChannelId, MessageId, UserId } from "#shared/ids.ts";
import { expectIndexed } from "#tests/support/explain.ts";
import { createTestDatabase } from "#tests/support/postgres.ts";

const database = await createTestDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db, pool } = database;

/** Enough rows that one index is worth more than another. */
await pool.query(`
  create function id(kind int, number int) returns uuid language sql immutable as
    $$ select (lpad(kind::text, 8, '0') || '-0000-7000-8000-' || lpad(number::text, 12, '0'))::uuid $$;
  insert into users (id, username, display_name, password_hash)
    select id(1, n), 'user' || n, 'User', '' from generate_series(1, 500) n;
  insert into servers (id, name, owner_id) select id(2, n), 'Server', id(1, n) from generate_series(1, 100) n;
  insert into server_members (server_id, user_id)
    select id(2, s), id(1, u) from generate_series(1, 100) s, generate_series(1, 50) u;
  insert into roles (id, server_id, name, permissions, position, is_everyone)
    select id(3, n), id(2, n % 100 + 1), 'role', 0, n, n <= 100 from generate_series(1, 1000) n;
  insert into member_roles (server_id, user_id, role_id)
    select id(2, n % 100 + 1), id(1, u), id(3, n) from generate_series(1, 500) n, generate_series(1, 5) u;
  insert into channels (id, server_id, type, name, position)
    select id(4, n), id(2, n % 100 + 1), 'text', 'channel', n from generate_series(1, 1000) n;
  insert into channel_overrides (channel_id, role_id, allow, deny)
    select id(4, n), id(3, n), 0, 0 from generate_series(1, 1000) n;
  insert into messages (id, channel_id, author_id, content)
    select id(5, n), id(4, n % 1000 + 1), id(1, n % 500 + 1), 'message' from generate_series(1, 5000) n;
  insert into read_states (user_id, channel_id)
    select id(1, u), id(4, c) from generate_series(1, 50) u, generate_series(1, 50) c;
  insert into invites (code, server_id, created_by)
    select 'code' || n, id(2, n % 100 + 1), id(1, n % 500 + 1) from generate_series(1, 1000) n;
  insert into voice_states (user_id, channel_id, server_id)
    select id(1, n), id(4, n), id(2, n % 100 + 1) from generate_series(1, 500) n;
  analyze;`);

const access = createAccessRepo(db).hotStatements;
const channels = createChannelsRepo(db).hotStatements;
const invites = createInvitesRepo(db).hotStatements;
const members = createMembersRepo(db).hotStatements;
const messages = createMessagesRepo(db).hotStatements;
const ofAuthor = selectOfAuthor(db, {
  channelIds: [ChannelId.parse(uuidv7())],
  authorId: UserId.parse(uuidv7()),
  since: MessageId.parse(uuidv7()),
  limit: 10,
});
const reads = createReadsRepo(db).hotStatements;
const roles = createRolesRepo(db).hotStatements;
const servers = createServersRepo(db).hotStatements;
const voice = createVoiceRepo(db).hotStatements;

/** Each with the indexes that it goes by. */
const statements = [
  ["a server's rights", access.server, ["servers_pkey"]],
  ["its roles", access.serverRoles, ["roles_server_id_idx"]],
  ["its channels", access.serverChannels, ["channels_server_id_idx"]],
  ["its overrides", access.overrides, ["channel_overrides_role_key", "channels_server_id_idx"]],
  ["its members", access.members, ["server_members_server_id_user_id_pk"]],
  ["one member's rights", access.member, ["server_members_server_id_user_id_pk"]],
  ["a channel's server", access.serverOfChannel, ["channels_pkey"]],
  ["a user's servers, for their rights", access.serversOfUser, ["server_members_user_id_idx"]],
  ["a message's place", access.messagePlace, ["messages_pkey"]],
  ["the newest message of each channel", channels.lastMessages, ["channels_pkey", "messages_channel_idx"]],
  ["an invite's preview", invites.preview, ["invites_pkey"]],
  ["a page of members", members.page, ["server_members_server_id_user_id_pk", "users_pkey"]],
  ["one member", members.byKey, ["server_members_server_id_user_id_pk", "users_pkey"]],
  ["a user's memberships", members.ofUser, ["users_pkey"]],
  ["a page of history, back", messages.pageBefore, ["messages_channel_idx", "messages_pkey", "users_pkey"]],
  ["a page of history, on", messages.pageAfter, ["messages_channel_idx", "messages_pkey", "users_pkey"]],
  ["when an author sent last", messages.lastSent, ["messages_author_idx"]],
  ["what an author said of late", ofAuthor.toSQL().sql, ["messages_author_idx"]],
  ["a user's read marks", reads.ofUser, ["read_states_user_id_channel_id_pk"]],
  ["moving a read mark", reads.advance, ["messages_channel_idx", "read_states_user_id_channel_id_pk"]],
  ["the roles of servers", roles.byServers, ["roles_server_id_idx"]],
  ["servers by their ids", servers.byIds, ["servers_pkey"]],
  ["a user's servers", servers.ofUser, ["server_members_user_id_idx", "servers_pkey"]],
  ["who speaks in servers", voice.ofServers, ["voice_states_server_id_idx"]],
] as const;

describe("a statement that runs all the time", () => {
  test.each(statements)("reads no whole table or index: %s", async (_, statement, indexes) => {
    expect(await expectIndexed(pool, statement)).toEqual(expect.arrayContaining([...indexes]));
  });
});

describe("the check of plans", () => {
  test("sees a table that is read through", async () => {
    await expect(expectIndexed(pool, "select 1 from messages where content = $1")).rejects.toThrow(
      "reads all of messages",
    );
  });

  test("sees an index that is read through", async () => {
    await expect(expectIndexed(pool, "select id from servers order by id")).rejects.toThrow(
      "reads all of the index servers_pkey",
    );
  });
});
