import { eq, sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { servers } from "#server/database/schema/servers.ts";
import { users } from "#server/database/schema/users.ts";
import { createTogetherClient } from "#sdk/index.ts";
import { anAdmin, aServer, aUser, password } from "#tests/support/builders.ts";
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

const refused = { reason: "MISSING_PERMISSION", params: { permission: "REGISTRATION" } };

describe("who may register", () => {
  it.each([
    ["open", { alone: "in", invited: "in" }],
    ["invite", { alone: "refused", invited: "in" }],
    ["closed", { alone: "refused", invited: "refused" }],
  ] as const)("%s holds at once, whether set from outside or by an administrator", async (mode, outcome) => {
    const tell = ({ status, reason }: RawAnswer): string => (status === 200 ? "in" : String(reason));
    const expected = { in: "in", refused: "MISSING_PERMISSION" };
    for (const registration of [mode, undefined]) {
      await using server = await startTestServer({ registration });
      await using owner = await aUser(server, { claimToken: server.claimToken });
      const { serverId } = await aServer(owner);
      const { code } = await owner.client.api.invites.create.mutate({ serverId });
      if (registration === undefined)
        await owner.client.api.admin.setRegistration.mutate({ registration: mode });
      const stranger = createTogetherClient({ url: server.url });
      expect(await stranger.api.instance.info.query()).toEqual({ registration: mode });
      const alone = await callRaw(server.url, {
        type: "mutation",
        path: "auth.register",
        input: { username: "carol", password },
      });
      expect(tell(alone)).toBe(expected[outcome.alone]);
      expect(tell(await register(server, "dave", code))).toBe(expected[outcome.invited]);
      stranger.close();
    }
  });

  it("is open until an administrator says otherwise, and stays as they said over a restart", async () => {
    await using server = await startTestServer();
    await using admin = await anAdmin(server);
    const { api } = admin.client;
    expect((await api.admin.overview.query()).registration).toEqual({ mode: "open", isFixed: false });
    await api.admin.setRegistration.mutate({ registration: "closed" });
    await server.restart();
    expect((await api.admin.overview.query()).registration).toEqual({ mode: "closed", isFixed: false });
    expect(await register(server, "carol", "unknown222")).toMatchObject(refused);
    await api.admin.setRegistration.mutate({ registration: "closed" });
    const { entries } = await api.admin.audit.query({});
    expect(entries).toMatchObject([
      {
        action: "admin.setRegistration",
        actor: { id: admin.id },
        before: { registration: "open" },
        after: { registration: "closed" },
      },
    ]);
  });

  it("is not the administrators' to say where REGISTRATION does", async () => {
    await using server = await startTestServer({ registration: "invite" });
    await using admin = await aUser(server, { claimToken: server.claimToken });
    const { api } = admin.client;
    await expect(api.admin.setRegistration.mutate({ registration: "open" })).rejects.toMatchObject({
      data: { reason: "INVALID_INPUT", params: { issues: [{ path: "registration" }] } },
    });
    expect((await api.admin.overview.query()).registration).toEqual({ mode: "invite", isFixed: true });
    expect((await api.admin.audit.query({})).entries).toMatchObject([{ action: "instance.claim" }]);
  });
});
