import { describe, expect, it } from "vitest";
import type { PresenceStatus } from "#shared/contract/users.ts";
import type { ServerId, UserId } from "#shared/ids.ts";
import { createTestDatabase } from "#tests/support/postgres.ts";
import { createAccessRepo } from "../access/access.repo.ts";
import { AccessService } from "../access/access.service.ts";
import type { Database } from "../database/client.ts";
import { roles } from "../database/schema/roles.ts";
import { serverMembers, servers } from "../database/schema/servers.ts";
import { users } from "../database/schema/users.ts";
import type { LogEntry } from "../events/event-log.ts";
import { MemoryEventLog } from "../events/memory-event-log.ts";
import { systemClock } from "../kernel/clock.ts";
import { createIdSource } from "../kernel/id-source.ts";
import { silentLogger } from "../kernel/logger.ts";
import type { Actor } from "../trpc/context.ts";
import { createUsersRepo } from "./users.repo.ts";
import { createUsersService } from "./users.service.ts";

const ids = createIdSource(systemClock);

const addUser = async (db: Database, username: string): Promise<Actor> => {
  const userId = ids.userId();
  await db.insert(users).values({ id: userId, username, displayName: username, passwordHash: "" });
  return { userId, sessionId: ids.sessionId() };
};

const addServer = async (db: Database, members: readonly [Actor, ...Actor[]]): Promise<ServerId> => {
  const id = ids.serverId();
  await db.insert(servers).values({ id, name: "Home", ownerId: members[0].userId });
  await db.insert(roles).values({
    id: ids.roleId(),
    serverId: id,
    name: "@everyone",
    permissions: 0n,
    position: 0,
    isEveryone: true,
  });
  await db.insert(serverMembers).values(members.map(({ userId }) => ({ serverId: id, userId })));
  return id;
};

const open = async () => {
  const database = await createTestDatabase();
  const { db } = database;
  const events = new MemoryEventLog({ epoch: "test", clock: systemClock, logger: silentLogger });
  const entries: LogEntry[] = [];
  events.subscribe((entry) => entries.push(entry));
  const statuses = new Map<UserId, PresenceStatus>();
  const service = createUsersService({
    repo: createUsersRepo(db),
    access: new AccessService({ repo: createAccessRepo(db), repoIn: createAccessRepo, clock: systemClock }),
    events,
    presence: { statusOf: (userId) => statuses.get(userId) ?? "offline" },
  });
  const alice = await addUser(db, "alice");
  return {
    db,
    service,
    entries,
    statuses,
    alice,
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
};

describe("users", () => {
  it("are shown to themselves and to those they share a server with, to nobody else", async () => {
    await using world = await open();
    const { db, service, alice } = world;
    const [bob, carol] = [await addUser(db, "bob"), await addUser(db, "carol")];
    await addServer(db, [alice, bob]);
    await addServer(db, [carol]);
    world.statuses.set(bob.userId, "away");
    expect(await service.get(alice, alice.userId)).toMatchObject({ username: "alice" });
    expect(await service.get(alice, bob.userId)).toMatchObject({ username: "bob", status: "away" });
    await expect(service.get(alice, carol.userId)).rejects.toThrow("NOT_FOUND");
    await expect(service.get(alice, ids.userId())).rejects.toThrow("NOT_FOUND");
  });

  it("do not show others what is their own", async () => {
    await using world = await open();
    const bob = await addUser(world.db, "bob");
    await addServer(world.db, [world.alice, bob]);
    const shown = await world.service.get(world.alice, bob.userId);
    expect(Object.keys(shown).toSorted()).toEqual(
      ["avatarUrl", "bot", "createdAt", "customStatus", "displayName", "id", "status", "username"].toSorted(),
    );
  });

  it("change what is given alone, and tell those who share a server", async () => {
    await using world = await open();
    const { service, alice } = world;
    const serverIds = [await addServer(world.db, [alice]), await addServer(world.db, [alice])];
    await service.update(alice, { displayName: "Alice", customStatus: "Out" });
    const me = await service.update(alice, { customStatus: null });
    expect(me).toMatchObject({ displayName: "Alice", customStatus: null });
    expect(await service.getMe(alice.userId)).toEqual(me);
    expect(world.entries).toHaveLength(2);
    expect(world.entries[1]).toMatchObject({
      audience: { kind: "peers", userId: alice.userId },
      event: { t: "USER_UPDATE", d: { id: alice.userId, displayName: "Alice", customStatus: null } },
    });
    expect(world.entries[1]).toHaveProperty("audience.serverIds", expect.arrayContaining(serverIds));
    expect(world.entries[1]).not.toHaveProperty("event.d.email");
  });

  it("tell nobody of a change that is none", async () => {
    await using world = await open();
    expect(await world.service.update(world.alice, {})).toMatchObject({ username: "alice" });
    expect(world.entries).toEqual([]);
  });

  it("keep the status they choose, and presence hears of it", async () => {
    await using world = await open();
    const { service, alice } = world;
    expect(await service.setStatus(alice, "dnd")).toMatchObject({ chosenStatus: "dnd", status: "offline" });
    expect(await service.getMe(alice.userId)).toMatchObject({ chosenStatus: "dnd" });
    expect(world.entries).toMatchObject([
      { kind: "control", signal: { kind: "status-chosen", userId: alice.userId, status: "dnd" } },
    ]);
  });

  it("that are deleted can do nothing, and stand under no name", async () => {
    await using world = await open();
    const { service, alice, db } = world;
    await db.update(users).set({ deletedAt: new Date() });
    await expect(service.getMe(alice.userId)).rejects.toThrow("NOT_FOUND");
    await expect(service.update(alice, { displayName: "Alice" })).rejects.toThrow("NOT_FOUND");
    await expect(service.setStatus(alice, "away")).rejects.toThrow("NOT_FOUND");
    expect(await service.findRefs([alice.userId, ids.userId()])).toMatchObject([
      { id: alice.userId, displayName: "Deleted user" },
    ]);
  });
});
