import { afterAll, describe, expect, test } from "vitest";
import { createAccessRepo } from "#server/access/access.repo.ts";
import { createChannelsRepo } from "#server/channels/channels.repo.ts";
import { createInvitesRepo } from "#server/invites/invites.repo.ts";
import { createMembersRepo } from "#server/members/members.repo.ts";
import { createReadsRepo } from "#server/reads/reads.repo.ts";
import { createRolesRepo } from "#server/roles/roles.repo.ts";
import { createServersRepo } from "#server/servers/servers.repo.ts";
import { expectIndexed } from "#tests/support/explain.ts";
import { createTestDatabase } from "#tests/support/postgres.ts";

const { db, pool, ...database } = await createTestDatabase();
afterAll(() => database[Symbol.asyncDispose]());

const access = createAccessRepo(db).hotStatements;
const channels = createChannelsRepo(db).hotStatements;
const invites = createInvitesRepo(db).hotStatements;
const members = createMembersRepo(db).hotStatements;
const reads = createReadsRepo(db).hotStatements;
const roles = createRolesRepo(db).hotStatements;
const servers = createServersRepo(db).hotStatements;

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
  ["the newest message of each channel", channels.lastMessages, ["channels_pkey", "messages_channel_id_id_idx"]],
  ["an invite's preview", invites.preview, ["invites_pkey"]],
  ["a page of members", members.page, ["server_members_server_id_user_id_pk", "users_pkey"]],
  ["one member", members.byKey, ["server_members_server_id_user_id_pk", "users_pkey"]],
  ["a user's memberships", members.ofUser, ["users_pkey"]],
  ["a user's read marks", reads.ofUser, ["read_states_user_id_channel_id_pk"]],
  ["moving a read mark", reads.advance, ["messages_channel_id_id_idx", "read_states_user_id_channel_id_pk"]],
  ["the roles of servers", roles.byServers, ["roles_server_id_idx"]],
  ["servers by their ids", servers.byIds, ["servers_pkey"]],
  ["a user's servers", servers.ofUser, ["server_members_user_id_idx", "servers_pkey"]],
  ["who speaks in servers", servers.voiceStates, ["voice_states_server_id_idx"]],
] as const;

describe("a statement that runs all the time", () => {
  test.each(statements)("reads no whole table or index: %s", async (_, statement, indexes) => {
    expect(await expectIndexed(pool, statement)).toEqual(expect.arrayContaining([...indexes]));
  });
});

describe("the check of plans", () => {
  test("sees a table that is read through", async () => {
    await expect(expectIndexed(pool, "select 1 from messages where content = $1")).rejects.toThrow("reads all of messages");
  });

  test("sees an index that is read through", async () => {
    await expect(expectIndexed(pool, "select id from servers order by id")).rejects.toThrow("reads all of the index servers_pkey");
  });
});
