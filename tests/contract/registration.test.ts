import { eq, sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { servers } from "#server/database/schema/servers.ts";
import { users } from "#server/database/schema/users.ts";
import { aServer, aUser, password } from "#tests/support/builders.ts";
import { callRaw, type RawAnswer } from "#tests/support/raw-call.ts";
import { startTestServer, type TestServer } from "#tests/support/test-server.ts";

const register = (server: TestServer, username: string, inviteCode: string): Promise<RawAnswer> =>
  callRaw(server.url, { type: "mutation", path: "auth.register", input: { username, password, inviteCode } });

it("nobody can sign in to an account whose invite has not let it in yet", async () => {
  await using server = await startTestServer();
  await using owner = await aUser(server);
  const { serverId } = await aServer(owner);
  const { code } = await owner.client.api.invites.create.mutate({ serverId, maxUses: 1 });
  const { db } = server.database;
  const { promise: isReleased, resolve: release } = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const holding = db.transaction(async (tx) => {
    await tx.select().from(servers).where(eq(servers.id, serverId)).for("update");
    held.resolve();
    await isReleased;
  });
  await held.promise;
  const registered = register(server, "carol", code);
  const isWaiting = sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  await expect.poll(async () => (await db.execute(isWaiting)).rowCount).toBe(1);
  expect(await db.$count(users, eq(users.username, "carol"))).toBe(0);
  release();
  await holding;
  expect(await registered).toMatchObject({ status: 200 });
});

it("of two who register with an invite's last use one is in, and the other's name is free", async () => {
  await using server = await startTestServer();
  await using owner = await aUser(server);
  const { serverId } = await aServer(owner);
  const { code } = await owner.client.api.invites.create.mutate({ serverId, maxUses: 1 });
  const answers = await Promise.all(["carol", "dave"].map((name) => register(server, name, code)));
  expect(
    answers.map(({ status, reason }) => reason ?? String(status)).toSorted((a, b) => a.localeCompare(b)),
  ).toEqual(["200", "INVITE_EXPIRED"]);
  const { db } = server.database;
  expect(await db.$count(users)).toBe(2);
  const { members } = await owner.client.api.members.list.query({ serverId });
  expect(members).toHaveLength(2);
});
