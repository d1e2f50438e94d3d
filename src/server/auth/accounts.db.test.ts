import { describe, expect, it } from "vitest";
import { password } from "#tests/support/auth-calls.ts";
import { aDevice, outcomeOf } from "#tests/support/auth-world.ts";
import { type Account, createInstanceWorld, type InstanceWorld } from "#tests/support/instance-world.ts";
import { channelOverrides } from "../database/schema/channels.ts";
import { invites } from "../database/schema/invites.ts";
import { bans } from "../database/schema/servers.ts";

const notFound = { reason: "NOT_FOUND", params: {} };

const deleteOwn = (world: InstanceWorld, account: Account, device = aDevice()) =>
  outcomeOf(world.auth.deleteAccount(account, device, { currentPassword: password }));

/** Every table that refers to the account, with how often. */
const countReferences = async (world: InstanceWorld, userId: string) => {
  const count = async (table: string, column = "user_id"): Promise<[string, number]> => {
    const { rows } = await world.database.pool.query<{ count: number }>(
      `select count(*)::int as count from ${table} where ${column} = $1`,
      [userId],
    );
    return [table, rows[0]?.count ?? 0];
  };
  return Object.fromEntries(
    await Promise.all([
      count("sessions"),
      count("session_tokens"),
      count("password_resets"),
      count("server_members"),
      count("member_roles"),
      count("read_states"),
      count("bans"),
      count("channel_overrides"),
      count("invites", "created_by"),
      count("messages", "author_id"),
    ]),
  );
};

/** Bob with something of everything that an account can have, in a server of Alice's. */
const aFullLife = async (world: InstanceWorld) => {
  const [alice, bob] = [
    await world.anAdmin("alice"),
    await world.anAccount("bob", { email: "b@example.org" }),
  ];
  const server = await world.aServer(alice);
  const { id, text } = server;
  await world.joinServer(bob, id);
  await world.give(id, bob.userId, await world.aRole(id));
  const { id: elsewhere } = await world.aServer();
  const messageId = await world.aMessage(text, bob.userId);
  await world.reads.ack(bob, { channelId: text, messageId });
  await world.db
    .insert(channelOverrides)
    .values({ channelId: text, userId: bob.userId, allow: 0n, deny: 2n });
  await world.access.serverChanged(id);
  await world.db
    .insert(invites)
    .values({ code: "bobs222222", serverId: id, createdBy: bob.userId, createdAt: new Date() });
  await world.db.insert(bans).values({ serverId: elsewhere, userId: bob.userId });
  await world.admin.createResetLink(alice, bob.userId);
  return { alice, bob, messageId, ...server };
};

describe("a deleted account", () => {
  it("leaves its messages, under no one's name, and nothing else", async () => {
    await using world = await createInstanceWorld();
    const { alice, bob, text } = await aFullLife(world);
    expect(Object.values(await countReferences(world, bob.userId))).not.toContain(0);
    expect(await deleteOwn(world, bob)).toBeUndefined();
    const { messages, ...others } = await countReferences(world, bob.userId);
    expect(messages).toBe(1);
    expect(new Set(Object.values(others))).toEqual(new Set([0]));
    const row = await world.rowOf(bob.userId);
    expect(row.username).toMatch(/^deleted-[0-9a-f]{24}$/);
    expect(row).toMatchObject({
      email: null,
      passwordHash: "",
      customStatus: null,
      isAdmin: false,
      deletedAt: new Date(world.clock.nowMs()),
    });
    const page = await world.messages.list(alice, { channelId: text, limit: 50 });
    expect(page.messages).toMatchObject([{ author: { id: bob.userId, displayName: "Deleted user" } }]);
    expect(JSON.stringify(page)).not.toContain('"bob"');
  });

  it("is told to everyone who shared a server with it", async () => {
    await using world = await createInstanceWorld();
    const { bob, id, text } = await aFullLife(world);
    const events = await world.eventsOf(() => deleteOwn(world, bob));
    expect(world.signals).toEqual([
      { kind: "sessions-ended", userId: bob.userId, sessionIds: [bob.sessionId] },
    ]);
    expect(events.filter(({ event }) => event.t === "USER_UPDATE")).toMatchObject([
      {
        audience: { kind: "peers", userId: bob.userId, serverIds: [id] },
        event: { d: { id: bob.userId, displayName: "Deleted user", isDeleted: true, status: "offline" } },
      },
    ]);
    expect(events).toContainEqual({
      audience: { kind: "server", serverId: id },
      event: { t: "MEMBER_LEAVE", d: { serverId: id, userId: bob.userId } },
      accessChange: { serverId: id, userId: bob.userId },
    });
    expect(events).toContainEqual({
      audience: { kind: "server", serverId: id, permission: "MANAGE_SERVER" },
      event: { t: "INVITE_DELETE", d: { code: "bobs222222", serverId: id } },
    });
    expect(events.filter(({ event }) => event.t === "CHANNEL_UPDATE")).toMatchObject([
      { audience: { kind: "channel", serverId: id, channelId: text }, event: { d: { overrides: [] } } },
    ]);
    expect(world.access.peek(id)?.members.has(bob.userId)).toBe(false);
  });

  it("does nothing more, and its name and email are free again", async () => {
    await using world = await createInstanceWorld();
    const { bob, id } = await aFullLife(world);
    const browser = aDevice();
    browser.refreshCookie.write("of bob's", new Date());
    expect(await deleteOwn(world, bob, browser)).toBeUndefined();
    expect(browser.jar.token).toBeUndefined();
    expect(await world.auth.authenticate(bob.signedIn.accessToken)).toMatchObject({ kind: "anonymous" });
    expect(await outcomeOf(world.signIn("bob"))).toMatchObject({ reason: "UNAUTHENTICATED" });
    expect(await outcomeOf(world.signIn((await world.rowOf(bob.userId)).username))).toMatchObject({
      reason: "UNAUTHENTICATED",
    });
    expect(await outcomeOf(world.servers.create(bob, { name: "Late" }))).toEqual(notFound);
    const { code } = await world.invites.create(
      { userId: (await world.servers.get(id)).ownerId, sessionId: bob.sessionId },
      { serverId: id, roleIds: [] },
    );
    expect(await outcomeOf(world.invites.accept(bob, code))).toEqual(notFound);
    const next = await world.anAccount("bob", { email: "b@example.org" });
    expect(next.userId).not.toBe(bob.userId);
  });
});

describe("deleting an account", () => {
  it("takes the current password, and bounds the guessing at it", async () => {
    await using world = await createInstanceWorld();
    const bob = await world.anAccount("bob");
    const guess = () =>
      outcomeOf(world.auth.deleteAccount(bob, aDevice(), { currentPassword: "wrong horse" }));
    expect(await guess()).toMatchObject({
      reason: "INVALID_INPUT",
      params: { issues: [{ path: "currentPassword" }] },
    });
    for (let attempt = 0; attempt < 4; attempt++) await guess();
    expect(await guess()).toMatchObject({ reason: "RATE_LIMITED" });
    expect((await world.rowOf(bob.userId)).deletedAt).toBeNull();
  });

  it("is refused while it owns servers, of which the refusal names some", async () => {
    await using world = await createInstanceWorld();
    const [alice, bob] = [await world.anAdmin("alice"), await world.anAccount("bob")];
    const names: string[] = [];
    for (let index = 0; index < 11; index++) {
      const { id } = await world.aServer(bob);
      names.push((await world.servers.get(id)).name);
    }
    const refusal = { reason: "OWNS_SERVERS", params: { names: names.slice(0, 10) } };
    expect(await deleteOwn(world, bob)).toEqual(refusal);
    expect(await outcomeOf(world.admin.deleteAccount(alice, bob.userId))).toEqual(refusal);
    expect(await world.log()).toEqual([]);
    expect(await world.signIn("bob")).toMatchObject({ user: { id: bob.userId } });
  });

  it("is refused to the last administrator who can sign in", async () => {
    await using world = await createInstanceWorld();
    const [alice, bob] = [await world.anAdmin("alice"), await world.anAdmin("bob")];
    await world.admin.setDisabled(alice, { userId: bob.userId, isDisabled: true });
    expect(await deleteOwn(world, alice)).toEqual({ reason: "LAST_ADMIN", params: {} });
    await world.admin.setDisabled(alice, { userId: bob.userId, isDisabled: false });
    expect(await deleteOwn(world, alice)).toBeUndefined();
  });

  it("of all administrators at once leaves one", async () => {
    await using world = await createInstanceWorld();
    const admins = await Promise.all(["alice", "bob", "carol"].map((name) => world.anAdmin(name)));
    const outcomes = await Promise.all(admins.map((admin) => deleteOwn(world, admin)));
    expect(outcomes.filter((outcome) => outcome !== undefined)).toEqual([
      { reason: "LAST_ADMIN", params: {} },
    ]);
  });

  it("by an administrator is in the log under the name that it had, and never their own", async () => {
    await using world = await createInstanceWorld();
    const { alice, bob } = await aFullLife(world);
    await world.admin.deleteAccount(alice, bob.userId);
    expect(await world.log()).toMatchObject([
      {
        action: "admin.deleteAccount",
        actor: { id: alice.userId },
        target: { type: "account", id: bob.userId, name: "bob" },
        before: { username: "bob" },
        after: null,
      },
      { action: "admin.createResetLink" },
    ]);
    expect(await outcomeOf(world.admin.deleteAccount(alice, bob.userId))).toEqual(notFound);
    expect(await outcomeOf(world.admin.deleteAccount(alice, alice.userId))).toMatchObject({
      reason: "INVALID_INPUT",
      params: { issues: [{ path: "userId" }] },
    });
  });
});

describe("an account that is deleted while", () => {
  const rounds = Array.from({ length: 6 }, (_, round) => round);

  it("it joins a server is no member of it afterwards", async () => {
    await using world = await createInstanceWorld();
    const { id, owner } = await world.aServer();
    const { code } = await world.invites.create(owner, { serverId: id, roleIds: [] });
    for (const round of rounds) {
      const bob = await world.anAccount(`bob${round}`);
      const [deletion, joining] = await Promise.all([
        deleteOwn(world, bob),
        outcomeOf(world.invites.accept(bob, code)),
      ]);
      expect(deletion).toBeUndefined();
      expect([notFound.reason, undefined]).toContain(Reflect.get(Object(joining), "reason"));
    }
    expect(await world.database.pool.query("select 1 from server_members")).toMatchObject({ rowCount: 1 });
    expect([...(world.access.peek(id)?.members.keys() ?? [])]).toEqual([owner.userId]);
  });

  it("it makes a server, or is given one, owns none afterwards", async () => {
    await using world = await createInstanceWorld();
    const { id, owner } = await world.aServer();
    for (const round of rounds) {
      const bob = await world.anAccount(`bob${round}`);
      await world.joinServer(bob, id);
      const outcomes = await Promise.all([
        outcomeOf(world.servers.create(bob, { name: "Late" })),
        deleteOwn(world, bob),
        outcomeOf(world.servers.transferOwnership(owner, await world.serverAccess(owner, id), bob.userId)),
      ]);
      expect(JSON.stringify(outcomes)).not.toContain("UNAVAILABLE");
      const ghosts = await world.database.pool.query(
        "select 1 from servers s join users u on u.id = s.owner_id where u.deleted_at is not null",
      );
      expect(ghosts.rowCount).toBe(0);
      await world.database.pool.query("update servers set owner_id = $1 where id = $2", [owner.userId, id]);
      await world.access.serverChanged(id);
    }
  });

  it("it is signed in to has no session afterwards", async () => {
    await using world = await createInstanceWorld();
    for (const round of rounds) {
      const bob = await world.anAccount(`bob${round}`);
      await Promise.all([
        outcomeOf(world.signIn(bob.username)),
        deleteOwn(world, bob),
        outcomeOf(world.auth.refresh(aDevice(), { refreshToken: bob.signedIn.refreshToken })),
        outcomeOf(world.signIn(bob.username)),
      ]);
    }
    expect(await world.database.pool.query("select 1 from sessions")).toMatchObject({ rowCount: 0 });
  });

  it("a new one takes its name leaves the name to one of them", async () => {
    await using world = await createInstanceWorld();
    const bob = await world.anAccount("bob");
    const [deletion] = await Promise.all([deleteOwn(world, bob), outcomeOf(world.anAccount("bob"))]);
    expect(deletion).toBeUndefined();
    expect((await world.rowOf(bob.userId)).username).toMatch(/^deleted-/);
  });
});
