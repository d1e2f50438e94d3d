import { eq } from "drizzle-orm";
import { afterAll, describe, expect, test } from "vitest";
import { invites as invitesTable } from "#server/database/schema/invites.ts";
import { memberRoles } from "#server/database/schema/roles.ts";
import { serverMembers } from "#server/database/schema/servers.ts";
import type { CreateInvite } from "#shared/contract/invites.ts";
import type { ServerId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";
import { createTestServices, refusal } from "#tests/support/services.ts";

const world = await createTestServices();
afterAll(() => world[Symbol.asyncDispose]());
const { invites } = world;

const notFound = refusal("NOT_FOUND");
const expired = refusal("INVITE_EXPIRED");

const anInvite = async (options: Omit<CreateInvite, "serverId"> = {}) => {
  const server = await world.aServer();
  const invite = await invites.create(server.owner, { serverId: server.id, ...options });
  return { ...server, ...invite };
};

const countMembers = (serverId: ServerId) =>
  world.db.$count(serverMembers, eq(serverMembers.serverId, serverId));

const outcomesOf = async (calls: Promise<unknown>[]) => {
  const outcomes = await Promise.allSettled(calls);
  return {
    fulfilled: outcomes.filter(({ status }) => status === "fulfilled").length,
    refused: outcomes.flatMap((outcome) =>
      outcome.status === "rejected" ? [outcome.reason as unknown] : [],
    ),
  };
};

describe("accepting", () => {
  test("makes a member, tells the server first and then shows it to them, and counts one use", async () => {
    const { id, code, text, owner } = await anInvite();
    await world.aMessage(text, owner.userId);
    const guest = await world.anActor();
    const { userId } = guest;
    const events = await world.eventsOf(async () => {
      await expect(invites.accept(guest, code)).resolves.toMatchObject({ id });
    });
    expect(events).toMatchObject([
      {
        audience: { kind: "server", serverId: id },
        event: { t: "MEMBER_JOIN", d: { serverId: id, user: { id: userId } } },
        accessChange: { serverId: id, userId },
      },
      {
        audience: { kind: "user", userId },
        event: { t: "SERVER_CREATE", d: { server: { id }, memberCount: 2, channels: [{ id: text }, {}] } },
      },
    ]);
    await expect(world.serverAccess(guest, id)).resolves.toMatchObject({ serverId: id });
    await expect(world.listInvites(id)).resolves.toMatchObject([{ code, uses: 1 }]);
  });

  test("twice is no fault, takes no second use and says nothing", async () => {
    const { id, code } = await anInvite({ maxUses: 1 });
    const guest = await world.anActor();
    await invites.accept(guest, code);
    const again = await world.eventsOf(async () => {
      await expect(invites.accept(guest, code)).resolves.toMatchObject({ id });
    });
    expect(again).toEqual([]);
    await expect(world.listInvites(id)).resolves.toMatchObject([{ uses: 1 }]);
  });

  test("by one person in two tabs at once makes one member and takes one use", async () => {
    const { id, code } = await anInvite({ maxUses: 5 });
    const guest = await world.anActor();
    const events = await world.eventsOf(() =>
      Promise.all([invites.accept(guest, code), invites.accept(guest, code)]),
    );
    expect(events.map(({ event }) => event.t)).toEqual(["MEMBER_JOIN", "SERVER_CREATE"]);
    await expect(world.listInvites(id)).resolves.toMatchObject([{ uses: 1 }]);
  });

  test("by twenty people at once lets in as many as the invite has uses", async () => {
    const { id, code } = await anInvite({ maxUses: 7 });
    const guests = await Promise.all(Array.from({ length: 20 }, () => world.anActor()));
    const { fulfilled, refused } = await outcomesOf(guests.map((guest) => invites.accept(guest, code)));
    expect(fulfilled).toBe(7);
    expect(refused).toMatchObject(Array.from({ length: 13 }, () => expired));
    expect(await countMembers(id)).toBe(8);
    await expect(world.listInvites(id)).resolves.toMatchObject([{ uses: 7 }]);
  });

  test("ends with the invite's time", async () => {
    const { id, code } = await anInvite({ expiresInSeconds: 60 });
    const [early, late] = [await world.anActor(), await world.anActor()];
    world.clock.advance(59_999);
    await expect(invites.accept(early, code)).resolves.toMatchObject({ id });
    world.clock.advance(1);
    await expect(invites.accept(late, code)).rejects.toMatchObject(expired);
    await expect(invites.preview(code)).rejects.toMatchObject(expired);
    await expect(invites.requireUsable(code)).rejects.toMatchObject(expired);
    expect(await countMembers(id)).toBe(2);
  });

  test("does not work for the banned, who learn nothing, and takes no use", async () => {
    const { id, code, owner } = await anInvite();
    const guest = await world.anActor();
    await world.members.ban(owner, { serverId: id, userId: guest.userId, reason: null });
    await expect(invites.accept(guest, code)).rejects.toMatchObject(notFound);
    await expect(world.listInvites(id)).resolves.toMatchObject([{ uses: 0 }]);
    await world.members.unban(owner, { serverId: id, userId: guest.userId });
    await expect(invites.accept(guest, code)).resolves.toMatchObject({ id });
  });

  test("stops at the user's limit of servers, also through several invites at once", async () => {
    const guest = await world.anActor();
    const codes: string[] = [];
    for (let index = 0; index < 4; index++) codes.push((await anInvite()).code);
    await fillServers(guest.userId, limits.serversPerUser - 1);
    const { fulfilled, refused } = await outcomesOf(codes.map((code) => invites.accept(guest, code)));
    expect(fulfilled).toBe(1);
    const tooMany = refusal("TOO_LARGE", { limit: limits.serversPerUser });
    expect(refused).toMatchObject([tooMany, tooMany, tooMany]);
    await expect(world.servers.list(guest)).resolves.toHaveLength(limits.serversPerUser);
  });
});

const fillServers = async (
  userId: Awaited<ReturnType<typeof world.anActor>>["userId"],
  count: number,
): Promise<void> => {
  const owner = await world.anActor();
  for (let index = 0; index < count; index++) {
    const { id } = await world.aServer(index % 50 === 0 ? owner : undefined);
    await world.db.insert(serverMembers).values({ serverId: id, userId });
  }
};

describe("a code", () => {
  test("is shown to strangers with the server's name, its size and who invites", async () => {
    const { code, owner, id } = await anInvite({ maxUses: 3 });
    await expect(invites.preview(code)).resolves.toMatchObject({
      code,
      server: { id, memberCount: 1, iconUrl: null },
      inviter: { id: owner.userId },
      expiresAt: null,
    });
    await expect(invites.requireUsable(code)).resolves.toMatchObject({ serverId: id, uses: 0, maxUses: 3 });
  });

  test("is understood in capitals, and with the letters that look like its digits", async () => {
    const { id, code, owner } = await anInvite();
    expect(code).toMatch(/^[0-9a-hjkmnp-tv-z]{10}$/);
    await world.db.insert(invitesTable).values({ code: "10abcdef10", serverId: id, createdBy: owner.userId });
    await expect(invites.preview("IOABCDEFlo")).resolves.toMatchObject({ code: "10abcdef10" });
    await expect(invites.preview(code.toUpperCase())).resolves.toMatchObject({ code });
  });

  test("that nobody made does not exist", async () => {
    const guest = await world.anActor();
    const calls = [invites.preview("nosuchcode"), invites.requireUsable("nosuchcode")];
    const more = [invites.accept(guest, "nosuchcode"), invites.revoke(guest, "nosuchcode")];
    const { refused } = await outcomesOf([...calls, ...more]);
    expect(refused).toMatchObject([notFound, notFound, notFound, notFound]);
  });
});

describe("creating", () => {
  test("is told to those who manage the server", async () => {
    const { id, owner } = await world.aServer();
    const events = await world.eventsOf(() =>
      invites.create(owner, { serverId: id, maxUses: 2, expiresInSeconds: 60 }),
    );
    const expiresAt = new Date(world.clock.nowMs() + 60_000).toISOString();
    expect(events).toMatchObject([
      {
        audience: { kind: "server", serverId: id, permission: "MANAGE_SERVER" },
        event: {
          t: "INVITE_CREATE",
          d: { serverId: id, createdBy: owner.userId, maxUses: 2, uses: 0, expiresAt, roleIds: [] },
        },
      },
    ]);
    const [{ code } = { code: "" }] = await world.listInvites(id);
    expect(await world.listAudit(id)).toMatchObject([
      {
        actorId: owner.userId,
        action: "invites.create",
        targetName: `${code.slice(0, 3)}…`,
        changes: { before: null, after: { maxUses: 2, expiresAt, roles: [] } },
      },
    ]);
  });

  test("is refused at the limit, unless some of the invites let nobody in any more", async () => {
    const { id, owner } = await world.aServer();
    const rows = Array.from({ length: limits.invitesPerServer }, (_, index) => ({
      code: `filler${index}`,
      serverId: id,
      createdBy: owner.userId,
      maxUses: 1,
    }));
    await world.db.insert(invitesTable).values(rows);
    const tooMany = refusal("TOO_LARGE", { limit: limits.invitesPerServer });
    await expect(invites.create(owner, { serverId: id })).rejects.toMatchObject(tooMany);
    await world.db.update(invitesTable).set({ uses: 1 }).where(eq(invitesTable.code, "filler0"));
    await expect(invites.create(owner, { serverId: id })).resolves.toMatchObject({ serverId: id });
    await expect(world.listInvites(id)).resolves.toHaveLength(limits.invitesPerServer);
  });
});

describe("revoking", () => {
  test("ends the invite, is told to those who manage the server, and is kept in the audit log", async () => {
    const { id, code, owner } = await anInvite();
    const events = await world.eventsOf(() => invites.revoke(owner, code));
    expect(events).toEqual([
      {
        audience: { kind: "server", serverId: id, permission: "MANAGE_SERVER" },
        event: { t: "INVITE_DELETE", d: { code, serverId: id } },
      },
    ]);
    await expect(invites.accept(await world.anActor(), code)).rejects.toMatchObject(notFound);
    expect((await world.listAudit(id)).at(-1)).toMatchObject({
      action: "invites.revoke",
      changes: { before: { code }, after: null },
    });
  });

  test("is the right of who made it and of those who manage the server", async () => {
    const { id, code } = await anInvite();
    const guest = await world.aMember(id);
    const own = await invites.create(guest, { serverId: id });
    const lacking = refusal("MISSING_PERMISSION", { permission: "MANAGE_SERVER" });
    await expect(invites.revoke(guest, code)).rejects.toMatchObject(lacking);
    await expect(invites.revoke(await world.anActor(), code)).rejects.toMatchObject(notFound);
    await expect(invites.revoke(guest, own.code)).resolves.toBeUndefined();
    const manager = await world.aMember(id, { permissions: ["MANAGE_SERVER"] });
    await expect(invites.revoke(manager, code)).resolves.toBeUndefined();
    await expect(world.listInvites(id)).resolves.toEqual([]);
  });

  test("is nothing that a member does while they are timed out, nor one who was demoted a moment ago", async () => {
    const { id, code, owner } = await anInvite();
    const maker = await world.aMember(id);
    const own = await invites.create(maker, { serverId: id });
    const until = new Date(world.clock.nowMs() + 60_000).toISOString();
    await world.members.timeout(owner, { serverId: id, userId: maker.userId, until });
    await expect(invites.revoke(maker, own.code)).rejects.toMatchObject(refusal("TIMED_OUT", { until }));
    world.clock.advance(60_000);
    await expect(invites.revoke(maker, own.code)).resolves.toBeUndefined();
    const manager = await world.aMember(id, { permissions: ["MANAGE_SERVER"] });
    await world.db.delete(memberRoles).where(eq(memberRoles.userId, manager.userId));
    await expect(invites.revoke(manager, code)).rejects.toMatchObject({ reason: "MISSING_PERMISSION" });
  });
});
