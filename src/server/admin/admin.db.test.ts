import { describe, expect, it, vi } from "vitest";
import { ListAccounts, ListAllServers } from "#shared/contract/instance.ts";
import { aDevice, outcomeOf } from "#tests/support/auth-world.ts";
import { createInstanceWorld } from "#tests/support/instance-world.ts";
import { attachments } from "../database/schema/messages.ts";
import { createAdminRepo } from "./admin.repo.ts";

const notFound = { reason: "NOT_FOUND", params: {} };
const disabled = { reason: "ACCOUNT_DISABLED", params: {} };
const unauthenticated = { reason: "UNAUTHENTICATED", params: {} };
const noAdmin = { reason: "MISSING_PERMISSION", params: { permission: "INSTANCE_ADMIN" } };
const ownAccount = {
  reason: "INVALID_INPUT",
  params: { issues: [{ path: "userId", message: "is your own account" }] },
};

describe("the overview", () => {
  it("counts what is there, and measures what it takes", async () => {
    await using world = await createInstanceWorld();
    const alice = await world.anAdmin("alice");
    const bob = await world.anAccount("bob");
    const carol = await world.anAccount("carol");
    const { text } = await world.aServer(alice);
    const messageId = await world.aMessage(text, bob.userId);
    await world.aMessage(text, bob.userId, new Date());
    await world.db.insert(attachments).values({
      id: world.ids.attachmentId(),
      messageId,
      filename: "a.txt",
      contentType: "text/plain",
      sizeBytes: 3_000_000_000,
    });
    await world.admin.setDisabled(alice, { userId: carol.userId, isDisabled: true });
    const overview = await world.admin.overview();
    expect(overview).toMatchObject({
      version: "1.2.3",
      startedAt: "2026-01-01T00:00:00.000Z",
      users: { total: 3, disabled: 1, online: 3 },
      servers: 1,
      messages: 1,
      storage: { attachmentBytes: 3_000_000_000 },
      registration: { mode: "open", isFixed: false },
    });
    const { databaseBytes, disk } = overview.storage;
    expect(databaseBytes).toBeGreaterThan(1_000_000);
    expect(disk.totalBytes).toBeGreaterThan(disk.freeBytes);
    expect(disk.freeBytes).toBeGreaterThan(0);
  });

  it("estimates the messages where there are many, since counting them would read them all", async () => {
    await using world = await createInstanceWorld();
    const { text } = await world.aServer(await world.anAdmin("alice"));
    const { userId } = await world.anAccount("bob");
    await world.aMessage(text, userId);
    await world.aMessage(text, userId, new Date());
    await world.database.pool.query("analyze messages");
    // The deleted one tells an estimate from a count.
    expect(await createAdminRepo(world.db).count()).toMatchObject({ messages: 1 });
    expect(await createAdminRepo(world.db, { maxCountedMessages: 1 }).count()).toMatchObject({ messages: 2 });
  });
});

describe("the list of accounts", () => {
  const list = (input: object) => ListAccounts.parse(input);

  it("has pages in the order of making, with what an administrator has to know", async () => {
    await using world = await createInstanceWorld();
    const alice = await world.anAdmin("alice");
    await world.anAccount("bob", { email: "bob@example.org" });
    await world.anAccount("carol");
    await world.aServer(alice);
    const first = await world.admin.accounts(list({ limit: 2 }));
    expect(first.accounts).toMatchObject([
      { user: { username: "alice" }, email: null, isAdmin: true, disabledAt: null, ownedServers: 1 },
      { user: { username: "bob" }, email: "bob@example.org", isAdmin: false, ownedServers: 0 },
    ]);
    expect(first.accounts[0]?.lastSeenAt).toBe("2026-01-01T00:00:00.000Z");
    const second = await world.admin.accounts(list({ limit: 2, cursor: first.nextCursor }));
    expect(second.accounts.map(({ user }) => user.username)).toEqual(["carol"]);
    expect(second.nextCursor).toBeNull();
  });

  it.each([
    ["ALI", ["alice"]],
    ["Storm", ["alice"]],
    ["EXAMPLE.org", ["bob"]],
    ["%", []],
    ["_", ["snake_case"]],
    ["b\\", []],
  ])("finds %s in usernames, display names and emails, and takes it for itself", async (query, found) => {
    await using world = await createInstanceWorld();
    await world.anAccount("alice", { displayName: "The storm" });
    await world.anAccount("bob", { email: "bob@example.org" });
    await world.anAccount("snake_case");
    const { accounts } = await world.admin.accounts(list({ query }));
    expect(accounts.map(({ user }) => user.username)).toEqual(found);
  });

  it("leaves out who is deleted", async () => {
    await using world = await createInstanceWorld();
    const alice = await world.anAdmin("alice");
    const bob = await world.anAccount("bob");
    await world.admin.deleteAccount(alice, bob.userId);
    const { accounts } = await world.admin.accounts(list({}));
    expect(accounts.map(({ user }) => user.username)).toEqual(["alice"]);
    expect(await world.admin.overview()).toMatchObject({ users: { total: 1, disabled: 0 } });
  });
});

describe("the list of servers", () => {
  it("has pages, finds by name, and says who owns each and what it has", async () => {
    await using world = await createInstanceWorld();
    const alice = await world.anAccount("alice");
    const [first, second] = [await world.aServer(alice), await world.aServer(alice)];
    await world.aMember(second.id);
    const page = await world.admin.servers(ListAllServers.parse({ limit: 1 }));
    expect(page.servers).toMatchObject([
      { id: first.id, owner: { username: "alice" }, members: 1, channels: 2 },
    ]);
    const next = await world.admin.servers(ListAllServers.parse({ cursor: page.nextCursor }));
    expect(next.servers).toMatchObject([{ id: second.id, members: 2, channels: 2 }]);
    const { name } = await world.servers.get(first.id);
    const found = await world.admin.servers(ListAllServers.parse({ query: name.toUpperCase() }));
    expect(found.servers.map(({ id }) => id)).toContain(first.id);
    expect((await world.admin.servers(ListAllServers.parse({ query: "%" }))).servers).toEqual([]);
  });
});

describe("an account that is switched off", () => {
  it("loses its sessions at once and begins none, and says so to who knows the password alone", async () => {
    await using world = await createInstanceWorld();
    const [alice, bob] = [await world.anAdmin("alice"), await world.anAccount("bob")];
    await world.admin.setDisabled(alice, { userId: bob.userId, isDisabled: true, reason: "spam" });
    expect(world.signals).toEqual([
      { kind: "sessions-ended", userId: bob.userId, sessionIds: [bob.sessionId] },
    ]);
    expect(await world.auth.authenticate(bob.signedIn.accessToken)).toMatchObject({ kind: "anonymous" });
    const { refreshToken } = bob.signedIn;
    expect(await outcomeOf(world.auth.refresh(aDevice(), { refreshToken }))).toEqual(unauthenticated);
    expect(await outcomeOf(world.signIn("bob"))).toEqual(disabled);
    expect(await outcomeOf(world.signIn("bob", "wrong horse"))).toEqual(unauthenticated);
    await world.admin.setDisabled(alice, { userId: bob.userId, isDisabled: false });
    expect(await world.signIn("bob")).toMatchObject({ user: { id: bob.userId } });
    expect(await world.log()).toMatchObject([
      { action: "admin.setDisabled", after: { isDisabled: false }, reason: null },
      {
        action: "admin.setDisabled",
        actor: { id: alice.userId },
        target: { type: "account", id: bob.userId, name: "bob" },
        before: { isDisabled: false },
        after: { isDisabled: true },
        reason: "spam",
      },
    ]);
  });

  it("is switched off once", async () => {
    await using world = await createInstanceWorld();
    const [alice, bob] = [await world.anAdmin("alice"), await world.anAccount("bob")];
    const off = { userId: bob.userId, isDisabled: true };
    await world.admin.setDisabled(alice, off);
    const { disabledAt } = await world.rowOf(bob.userId);
    world.clock.advance(1_000);
    await world.admin.setDisabled(alice, off);
    expect((await world.rowOf(bob.userId)).disabledAt).toEqual(disabledAt);
    expect(await world.log()).toHaveLength(1);
  });

  it("is nobody's own, and no unknown one", async () => {
    await using world = await createInstanceWorld();
    const alice = await world.anAdmin("alice");
    await world.anAdmin("bob");
    const disable = (userId: typeof alice.userId) =>
      outcomeOf(world.admin.setDisabled(alice, { userId, isDisabled: true }));
    expect(await disable(alice.userId)).toEqual(ownAccount);
    expect(await disable(world.ids.userId())).toEqual(notFound);
    expect(await world.log()).toEqual([]);
  });

  it("keeps no session that began while it was switched off", async () => {
    await using world = await createInstanceWorld();
    const [alice, bob] = [await world.anAdmin("alice"), await world.anAccount("bob")];
    for (let round = 0; round < 5; round++) {
      await Promise.all([
        ...Array.from({ length: 4 }, () => outcomeOf(world.signIn("bob"))),
        world.admin.setDisabled(alice, { userId: bob.userId, isDisabled: true }),
        ...Array.from({ length: 4 }, () => outcomeOf(world.signIn("bob"))),
      ]);
      const left = await world.database.pool.query("select 1 from sessions where user_id = $1", [bob.userId]);
      expect(left.rows).toEqual([]);
      await world.admin.setDisabled(alice, { userId: bob.userId, isDisabled: false });
    }
  });
});

describe("administrators", () => {
  it("make others, who hear of it, and unmake them", async () => {
    await using world = await createInstanceWorld();
    const [alice, bob] = [await world.anAdmin("alice"), await world.anAccount("bob")];
    const events = await world.eventsOf(() =>
      world.admin.setAdmin(alice, { userId: bob.userId, isAdmin: true }),
    );
    expect(events).toMatchObject([
      { audience: { kind: "user", userId: bob.userId }, event: { t: "ME_UPDATE", d: { isAdmin: true } } },
    ]);
    await world.users.requireAdmin(bob.userId);
    await world.admin.setAdmin(bob, { userId: alice.userId, isAdmin: false });
    expect(await outcomeOf(world.users.requireAdmin(alice.userId))).toEqual(noAdmin);
    expect(await world.log()).toMatchObject([
      {
        action: "admin.setAdmin",
        actor: { id: bob.userId },
        target: { type: "account", name: "alice" },
        before: { isAdmin: true },
        after: { isAdmin: false },
      },
      { action: "admin.setAdmin", actor: { id: alice.userId }, target: { name: "bob" } },
    ]);
  });

  it("do not end: the last one who can sign in stays", async () => {
    await using world = await createInstanceWorld();
    const [alice, bob] = [await world.anAdmin("alice"), await world.anAdmin("bob")];
    const resign = () => outcomeOf(world.admin.setAdmin(alice, { userId: alice.userId, isAdmin: false }));
    await world.admin.setDisabled(alice, { userId: bob.userId, isDisabled: true });
    expect(await resign()).toEqual({ reason: "LAST_ADMIN", params: {} });
    await world.admin.setDisabled(alice, { userId: bob.userId, isDisabled: false });
    expect(await resign()).toBeUndefined();
  });

  it("who unmake or switch off each other at once leave one", async () => {
    await using world = await createInstanceWorld();
    const [alice, bob] = [await world.anAdmin("alice"), await world.anAdmin("bob")];
    const outcomes = await Promise.all([
      outcomeOf(world.admin.setAdmin(alice, { userId: bob.userId, isAdmin: false })),
      outcomeOf(world.admin.setDisabled(bob, { userId: alice.userId, isDisabled: true })),
    ]);
    expect(outcomes.filter((outcome) => outcome === undefined)).toHaveLength(1);
    expect(outcomes).toContainEqual(noAdmin);
  });

  it("who resign at once leave one", async () => {
    await using world = await createInstanceWorld();
    const admins = await Promise.all(["alice", "bob", "carol"].map((name) => world.anAdmin(name)));
    const outcomes = await Promise.all(
      admins.map((admin) => outcomeOf(world.admin.setAdmin(admin, { userId: admin.userId, isAdmin: false }))),
    );
    expect(outcomes.filter((outcome) => outcome !== undefined)).toEqual([
      { reason: "LAST_ADMIN", params: {} },
    ]);
  });

  it("have done nothing when their rights ended before the act", async () => {
    await using world = await createInstanceWorld();
    const [alice, bob] = [await world.anAccount("alice"), await world.anAccount("bob")];
    const { id } = await world.aServer(bob);
    const acts = [
      world.admin.setRegistration(alice, "closed"),
      world.admin.setDisabled(alice, { userId: bob.userId, isDisabled: true }),
      world.admin.setAdmin(alice, { userId: bob.userId, isAdmin: true }),
      world.admin.deleteAccount(alice, bob.userId),
      world.admin.createResetLink(alice, bob.userId),
      world.admin.deleteServer(alice, id),
      world.admin.setOwner(alice, { id, userId: bob.userId }),
    ];
    for (const outcome of await Promise.all(acts.map(outcomeOf))) expect(outcome).toEqual(noAdmin);
    expect(await world.log()).toEqual([]);
    expect(await world.instance.info()).toEqual({ registration: "open" });
    expect(await world.servers.get(id)).toMatchObject({ ownerId: bob.userId });
  });
});

describe("who may register", () => {
  it("holds as it was stored, also when the answer of the commit was lost", async () => {
    await using world = await createInstanceWorld();
    const alice = await world.anAdmin("alice");
    expect(await world.instance.info()).toEqual({ registration: "open" });
    const client = await world.db.$client.connect();
    // The transaction is committed by then.
    vi.spyOn(client, "release").mockImplementationOnce(() => {
      throw new Error("Connection terminated unexpectedly");
    });
    const lent = Promise.resolve(client);
    Reflect.set(world.db.$client, "connect", () => lent);
    await expect(world.admin.setRegistration(alice, "closed")).rejects.toThrow("terminated");
    Reflect.deleteProperty(world.db.$client, "connect");
    expect(await world.instance.info()).toEqual({ registration: "closed" });
  });
});

describe("an administrator in others' servers", () => {
  it("deletes one as its owner would, and the entry outlives it", async () => {
    await using world = await createInstanceWorld();
    const alice = await world.anAdmin("alice");
    const { id, owner } = await world.aServer();
    const { name } = await world.servers.get(id);
    const events = await world.eventsOf(() => world.admin.deleteServer(alice, id));
    expect(events).toEqual([
      {
        audience: { kind: "server", serverId: id },
        event: { t: "SERVER_DELETE", d: { id } },
        accessChange: { serverId: id },
      },
    ]);
    expect(await outcomeOf(world.servers.get(id))).toEqual(notFound);
    expect(await world.log()).toMatchObject([
      {
        action: "admin.deleteServer",
        target: { type: "server", id, name },
        before: { ownerId: owner.userId },
      },
    ]);
    expect(await outcomeOf(world.admin.deleteServer(alice, id))).toEqual(notFound);
  });

  it("gives one to a member, which the server's own log says too", async () => {
    await using world = await createInstanceWorld();
    const alice = await world.anAdmin("alice");
    const { id, owner } = await world.aServer();
    const member = await world.aMember(id);
    const events = await world.eventsOf(() => world.admin.setOwner(alice, { id, userId: member.userId }));
    expect(events).toMatchObject([
      { event: { t: "SERVER_UPDATE", d: { id, ownerId: member.userId } }, accessChange: { serverId: id } },
    ]);
    const change = { before: { ownerId: owner.userId }, after: { ownerId: member.userId } };
    expect(await world.log()).toMatchObject([{ action: "admin.setOwner", target: { id }, ...change }]);
    expect(await world.listAudit(id)).toMatchObject([
      { action: "servers.transferOwnership", actorId: alice.userId, changes: change },
    ]);
    const stranger = await world.anActor();
    const toStranger = world.admin.setOwner(alice, { id, userId: stranger.userId });
    expect(await outcomeOf(toStranger)).toEqual(notFound);
    expect(await world.log()).toHaveLength(1);
  });
});
