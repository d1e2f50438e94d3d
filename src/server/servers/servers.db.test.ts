import { eq } from "drizzle-orm";
import { afterAll, describe, expect, test } from "vitest";
import { memberRoles } from "#server/database/schema/roles.ts";
import { servers as serversTable, serverMembers } from "#server/database/schema/servers.ts";
import { voiceStates } from "#server/database/schema/voice-states.ts";
import type { Actor } from "#server/trpc/context.ts";
import type { ServerId, UserId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";
import {
  ALL_PERMISSIONS,
  DEFAULT_EVERYONE_PERMISSIONS,
  formatPermissions,
  permissionBits,
} from "#shared/permissions.ts";
import { createTestServices, refusal } from "#tests/support/services.ts";

const world = await createTestServices();
afterAll(() => world[Symbol.asyncDispose]());
const { servers } = world;

const isOwners = refusal("MISSING_PERMISSION", { permission: "OWNER" });
const notFound = refusal("NOT_FOUND");

const transfer = async (actor: Actor, serverId: ServerId, userId: UserId) =>
  servers.transferOwnership(actor, await world.serverAccess(actor, serverId), userId);

/** Puts the user into so many servers. */
const fillServers = async (userId: UserId, count: number): Promise<void> => {
  const { userId: ownerId } = await world.anActor();
  const rows = Array.from({ length: count }, () => ({ id: world.ids.serverId(), name: "filler", ownerId }));
  await world.db.insert(serversTable).values(rows);
  await world.db.insert(serverMembers).values(rows.map(({ id }) => ({ serverId: id, userId })));
};

describe("a new server", () => {
  test("has @everyone, a place to write and one to speak, and belongs to who made it", async () => {
    const owner = await world.anActor();
    const server = await servers.create(owner, { name: "Garden" });
    expect(server).toMatchObject({ name: "Garden", ownerId: owner.userId, iconUrl: null });
    await expect(servers.list(owner)).resolves.toEqual([server]);
    await expect(world.roles.list(server.id)).resolves.toMatchObject([
      { name: "@everyone", position: 0, permissions: formatPermissions(DEFAULT_EVERYONE_PERMISSIONS) },
    ]);
    const channels = await world.channels.list(owner, await world.serverAccess(owner, server.id));
    expect(channels.map(({ type, name, parentId }) => ({ type, name, parentId }))).toEqual([
      { type: "text", name: "general", parentId: null },
      { type: "voice", name: "Voice", parentId: null },
    ]);
  });

  test("begins the rights of its maker before it is shown to them", async () => {
    const owner = await world.anActor();
    let id: ServerId | undefined;
    const events = await world.eventsOf(
      async () => ({ id } = await servers.create(owner, { name: "Garden" })),
    );
    const { userId } = owner;
    expect(events).toMatchObject([
      {
        audience: { kind: "server", serverId: id },
        event: { t: "MEMBER_JOIN" },
        accessChange: { serverId: id, userId },
      },
      {
        audience: { kind: "user", userId },
        event: { t: "SERVER_CREATE", d: { server: { id }, memberCount: 1 } },
      },
    ]);
  });

  test("is refused at the limit, also when several are made at once", async () => {
    const owner = await world.anActor();
    await fillServers(owner.userId, limits.serversPerUser - 1);
    const outcomes = await Promise.allSettled(
      [1, 2, 3].map(() => servers.create(owner, { name: "one more" })),
    );
    const refused = outcomes.flatMap((outcome) =>
      outcome.status === "rejected" ? [outcome.reason as unknown] : [],
    );
    const tooMany = refusal("TOO_LARGE", { limit: limits.serversPerUser });
    expect(refused).toMatchObject([tooMany, tooMany]);
    await expect(servers.list(owner)).resolves.toHaveLength(limits.serversPerUser);
    expect(await world.db.$count(serversTable, eq(serversTable.ownerId, owner.userId))).toBe(1);
  });
});

test("a new name is told to everyone and kept in the audit log; the same name is nothing new", async () => {
  const { id, owner } = await world.aServer();
  const events = await world.eventsOf(async () => {
    await servers.update(owner, { serverId: id, name: "Harbour" });
    await servers.update(owner, { serverId: id, name: "Harbour" });
    await servers.update(owner, { serverId: id });
  });
  expect(events).toMatchObject([
    { audience: { kind: "server", serverId: id }, event: { t: "SERVER_UPDATE", d: { id, name: "Harbour" } } },
  ]);
  expect(await world.listAudit(id)).toMatchObject([
    { action: "servers.update", changes: { after: { name: "Harbour" } } },
  ]);
});

describe("deleting", () => {
  test("takes everything along, and is told to those who were there", async () => {
    const { id, owner, text, voice } = await world.aServer();
    const guest = await world.aMember(id, { permissions: ["MANAGE_MESSAGES"] });
    const messageId = await world.aMessage(text, guest.userId);
    await world.invites.create(owner, { serverId: id });
    await world.reads.ack(guest, { channelId: text, messageId });
    await world.db.insert(voiceStates).values({ userId: guest.userId, serverId: id, channelId: voice });
    await world.members.ban(owner, {
      serverId: id,
      userId: (await world.anActor()).userId,
      reason: null,
    });
    await world.channels.setOverride(owner, await world.channelAccess(owner, text), {
      channelId: text,
      target: { type: "member", id: guest.userId },
      allow: 0n,
      deny: permissionBits("SPEAK"),
    });
    const access = await world.serverAccess(owner, id);
    const events = await world.eventsOf(() => servers.delete(owner, access));
    expect(events).toEqual([
      {
        audience: { kind: "server", serverId: id },
        event: { t: "SERVER_DELETE", d: { id } },
        accessChange: { serverId: id },
      },
    ]);
    await expect(world.serverAccess(guest, id)).rejects.toMatchObject(notFound);
    await expect(world.channelAccess(guest, text)).rejects.toMatchObject(notFound);
    await expect(servers.delete(owner, access)).rejects.toMatchObject(notFound);
  });

  test("is the owner's alone", async () => {
    const { id } = await world.aServer();
    const admin = await world.aMember(id, { permissions: ["ADMINISTRATOR"] });
    await expect(servers.delete(admin, await world.serverAccess(admin, id))).rejects.toMatchObject(isOwners);
    await expect(servers.get(id)).resolves.toMatchObject({ id });
  });

  test("and a join at once leave neither a member nor a fault", async () => {
    for (let round = 0; round < 5; round++) {
      const { id, owner } = await world.aServer();
      const { code } = await world.invites.create(owner, { serverId: id });
      const guest = await world.anActor();
      const access = await world.serverAccess(owner, id);
      const [joined, deleted] = await Promise.allSettled([
        world.invites.accept(guest, code),
        servers.delete(owner, access),
      ]);
      expect(deleted.status).toBe("fulfilled");
      if (joined.status === "rejected") expect(joined.reason).toMatchObject(notFound);
      await expect(servers.list(guest)).resolves.toEqual([]);
      await expect(world.serverAccess(guest, id)).rejects.toMatchObject(notFound);
    }
  });
});

describe("renaming by several at once", () => {
  test("ends with an event that says what is stored, and a log in which each begins with what the one before made", async () => {
    for (let round = 0; round < 5; round++) {
      const { id, owner } = await world.aServer();
      const heir = await world.aMember(id);
      const names = Array.from({ length: 8 }, (_, index) => `name ${index}`);
      const events = await world.eventsOf(() =>
        Promise.allSettled([
          ...names.map((name) => servers.update(owner, { serverId: id, name })),
          transfer(owner, id, heir.userId),
        ]),
      );
      const { name, ownerId } = await servers.get(id);
      expect(events.at(-1)).toMatchObject({ event: { t: "SERVER_UPDATE", d: { name, ownerId } } });
      const renamings = (await world.listAudit(id)).filter(({ action }) => action === "servers.update");
      const chain = renamings.map(({ changes }) => [changes?.before?.["name"], changes?.after?.["name"]]);
      expect(chain.slice(1).map(([before]) => before)).toEqual(chain.slice(0, -1).map(([, after]) => after));
    }
  });

  test("goes by the rights that are stored in that moment", async () => {
    const { id } = await world.aServer();
    const manager = await world.aMember(id, { permissions: ["MANAGE_SERVER"] });
    await world.db.delete(memberRoles).where(eq(memberRoles.userId, manager.userId));
    await expect(servers.update(manager, { serverId: id, name: "Mine" })).rejects.toMatchObject(
      refusal("MISSING_PERMISSION", { permission: "MANAGE_SERVER" }),
    );
  });
});

describe("the ownership", () => {
  test("passes to a member, with all that it allows", async () => {
    const { id, owner } = await world.aServer();
    const heir = await world.aMember(id);
    const events = await world.eventsOf(() => transfer(owner, id, heir.userId));
    expect(events).toMatchObject([
      {
        audience: { kind: "server", serverId: id },
        event: { t: "SERVER_UPDATE", d: { ownerId: heir.userId } },
        accessChange: { serverId: id },
      },
    ]);
    await expect(world.serverAccess(heir, id)).resolves.toMatchObject({ permissions: ALL_PERMISSIONS });
    await expect(world.serverAccess(owner, id)).resolves.toMatchObject({
      permissions: DEFAULT_EVERYONE_PERMISSIONS,
    });
    await expect(transfer(owner, id, owner.userId)).rejects.toMatchObject(isOwners);
    await expect(servers.leave(owner, await world.serverAccess(owner, id))).resolves.toBeUndefined();
    expect(await world.listAudit(id)).toMatchObject([
      { action: "servers.transferOwnership", targetId: heir.userId },
    ]);
  });

  test("does not pass to a stranger", async () => {
    const { id, owner } = await world.aServer();
    const stranger = await world.anActor();
    await expect(transfer(owner, id, stranger.userId)).rejects.toMatchObject(notFound);
    await expect(servers.get(id)).resolves.toMatchObject({ ownerId: owner.userId });
  });

  test("never ends with one who leaves at the same time", async () => {
    for (let round = 0; round < 8; round++) {
      const { id, owner } = await world.aServer();
      const heir = await world.aMember(id);
      await Promise.allSettled([transfer(owner, id, heir.userId), world.members.leave(heir, id)]);
      const { ownerId } = await servers.get(id);
      await expect(world.access.requireServer(ownerId, id)).resolves.toMatchObject({
        permissions: ALL_PERMISSIONS,
      });
      expect(await world.db.$count(serverMembers, eq(serverMembers.userId, ownerId))).toBe(1);
    }
  });
});
