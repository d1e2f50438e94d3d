import { and, eq } from "drizzle-orm";
import { afterAll, describe, expect, test } from "vitest";
import { bans, serverMembers } from "#server/database/schema/servers.ts";
import type { MemberKey } from "#server/members/members.repo.ts";
import type { Actor } from "#server/trpc/context.ts";
import type { ServerId, UserId } from "#shared/ids.ts";
import { AccessService } from "#server/access/access.service.ts";
import { createAccessRepo } from "#server/access/access.repo.ts";
import type { LogEntry } from "#server/events/event-log.ts";
import { createTestServices, refusal } from "#tests/support/services.ts";
import { createMembersRepo } from "./members.repo.ts";
import { createMembersService } from "./members.service.ts";

const world = await createTestServices();
afterAll(() => world[Symbol.asyncDispose]());
const { members } = world;

const governing = ["KICK_MEMBERS", "BAN_MEMBERS", "MANAGE_SERVER"] as const;
const hierarchy = refusal("MISSING_PERMISSION", { permission: "HIERARCHY" });
const notFound = refusal("NOT_FOUND");

/** A server with its owner, a moderator, one below and one beside them. */
const aGovernedServer = async () => {
  const server = await world.aServer();
  const role = (position: number) => ({ permissions: [...governing], position });
  return {
    ...server,
    moderator: await world.aMember(server.id, role(5)),
    below: await world.aMember(server.id, role(4)),
    beside: await world.aMember(server.id, role(5)),
    plain: await world.aMember(server.id),
  };
};

const kick = (actor: Actor, key: MemberKey, reason: string | null = null) =>
  members.kick(actor, { ...key, reason });

const ban = (actor: Actor, key: MemberKey, reason: string | null = null) =>
  members.ban(actor, { ...key, reason });

const rename = async (actor: Actor, { serverId, userId }: MemberKey, nickname: string | null) =>
  members.setNickname(actor, await world.serverAccess(actor, serverId), { serverId, userId, nickname });

const isMember = async (serverId: ServerId, userId: UserId): Promise<boolean> =>
  (await world.db.$count(
    serverMembers,
    and(eq(serverMembers.serverId, serverId), eq(serverMembers.userId, userId)),
  )) > 0;

/** The members service of a process that loses its database as soon as a change of rights is committed. */
const createLosingMembers = async (serverId: ServerId, userId: UserId) => {
  const repo = createAccessRepo(world.db);
  const access = new AccessService({
    repoIn: createAccessRepo,
    clock: world.clock,
    repo: { ...repo, findMember: () => Promise.reject(new Error("Connection terminated unexpectedly")) },
  });
  // What is in memory is changed by itself, and not read as a whole.
  await access.requireServer(userId, serverId);
  return createMembersService({ ...world, access, repo: createMembersRepo(world.db) });
};

const leaving = (serverId: ServerId, userId: UserId) => [
  {
    audience: { kind: "server", serverId },
    event: { t: "MEMBER_LEAVE", d: { serverId, userId } },
    accessChange: { serverId, userId },
  },
  { audience: { kind: "user", userId }, event: { t: "SERVER_DELETE", d: { id: serverId } } },
];

describe("the list of members", () => {
  test("comes by pages, each member once, with their statuses and roles", async () => {
    const { id, owner } = await world.aServer();
    const guests = [];
    for (let index = 0; index < 6; index++) guests.push(await world.aMember(id, { position: 1 }));
    const away = guests[0]?.userId ?? owner.userId;
    world.statuses.set(away, "away");

    const first = await members.list({ serverId: id, limit: 3 });
    const second = await members.list({ serverId: id, limit: 3, cursor: first.nextCursor });
    const third = await members.list({ serverId: id, limit: 3, cursor: second.nextCursor });
    const all = [first, second, third].flatMap((page) => page.members);
    expect(all.map(({ user }) => user.id)).toEqual([owner, ...guests].map(({ userId }) => userId));
    expect([first, second, third].map(({ nextCursor }) => nextCursor !== null)).toEqual([true, true, false]);
    expect(all.map(({ roleIds }) => roleIds.length)).toEqual([0, 1, 1, 1, 1, 1, 1]);
    expect(all.filter(({ user }) => user.status !== "offline").map(({ user }) => user.id)).toEqual([away]);
  });

  test("is searched by a part of any of a member's names, in any case, and signs mean themselves", async () => {
    const { id } = await world.aServer();
    const ada = await world.anActor("ada.lovelace");
    const underscore = await world.anActor("under_score");
    for (const { userId } of [ada, underscore])
      await world.db.insert(serverMembers).values({ serverId: id, userId });
    await world.db
      .update(serverMembers)
      .set({ nickname: "Countess 100%" })
      .where(eq(serverMembers.userId, ada.userId));
    const search = async (query: string) =>
      (await members.list({ serverId: id, query, limit: 10 })).members.map(({ user }) => user.id);
    expect(await search("LOVE")).toEqual([ada.userId]);
    expect(await search("countess")).toEqual([ada.userId]);
    expect(await search("%")).toEqual([ada.userId]);
    expect(await search("_")).toEqual([underscore.userId]);
    expect(await search("\\")).toEqual([]);
  });
});

describe("a nickname", () => {
  test("is one's own to choose, and told to everyone", async () => {
    const { id } = await world.aServer();
    const guest = await world.aMember(id);
    const events = await world.eventsOf(() => rename(guest, { serverId: id, userId: guest.userId }, "Bobby"));
    expect(events).toMatchObject([
      {
        audience: { kind: "server", serverId: id },
        event: { t: "MEMBER_UPDATE", d: { nickname: "Bobby", user: { id: guest.userId } } },
      },
    ]);
    expect(await world.listAudit(id)).toEqual([]);
    await expect(rename(guest, { serverId: id, userId: guest.userId }, null)).resolves.toMatchObject({
      nickname: null,
    });
  });

  test("of another takes MANAGE_SERVER and a standing above theirs, and is kept in the audit log", async () => {
    const { id, owner, moderator, below, beside, plain } = await aGovernedServer();
    await rename(below, { serverId: id, userId: below.userId }, "old");
    await expect(rename(moderator, { serverId: id, userId: below.userId }, "new")).resolves.toMatchObject({
      nickname: "new",
    });
    for (const { userId } of [beside, owner]) {
      await expect(rename(moderator, { serverId: id, userId }, "new")).rejects.toMatchObject(hierarchy);
    }
    const lacking = refusal("MISSING_PERMISSION", { permission: "MANAGE_SERVER" });
    await expect(rename(plain, { serverId: id, userId: below.userId }, "new")).rejects.toMatchObject(lacking);
    await expect(
      rename(moderator, { serverId: id, userId: world.ids.userId() }, "new"),
    ).rejects.toMatchObject(notFound);
    expect(await world.listAudit(id)).toMatchObject([
      {
        action: "members.setNickname",
        targetId: below.userId,
        changes: { before: { nickname: "old" }, after: { nickname: "new" } },
      },
    ]);
  });
});

describe("kicking", () => {
  test("ends the membership at once, tells both sides, and keeps who did it and why", async () => {
    const { id, moderator, plain } = await aGovernedServer();
    const events = await world.eventsOf(() =>
      kick(moderator, { serverId: id, userId: plain.userId }, "spam"),
    );
    expect(events).toEqual(leaving(id, plain.userId));
    await expect(world.serverAccess(plain, id)).rejects.toMatchObject(notFound);
    expect(await world.listAudit(id)).toMatchObject([
      { actorId: moderator.userId, action: "members.kick", targetId: plain.userId, reason: "spam" },
    ]);
  });

  test("reaches only those below, and never the owner", async () => {
    const { id, owner, moderator, below, beside } = await aGovernedServer();
    for (const { userId } of [owner, beside, moderator]) {
      await expect(kick(moderator, { serverId: id, userId })).rejects.toMatchObject(hierarchy);
      expect(await isMember(id, userId)).toBe(true);
    }
    await expect(kick(moderator, { serverId: id, userId: below.userId })).resolves.toBeUndefined();
    await expect(kick(moderator, { serverId: id, userId: below.userId })).rejects.toMatchObject(notFound);
    expect(await world.listAudit(id)).toHaveLength(1);
  });

  test("twice at once happens once", async () => {
    const { id, owner, plain } = await aGovernedServer();
    const events = await world.eventsOf(() =>
      Promise.allSettled([
        kick(owner, { serverId: id, userId: plain.userId }),
        kick(owner, { serverId: id, userId: plain.userId }),
      ]),
    );
    expect(events).toEqual(leaving(id, plain.userId));
    expect(await world.listAudit(id)).toHaveLength(1);
  });
});

describe("a ban", () => {
  test("ends a membership, is listed, and is lifted again", async () => {
    const { id, moderator, plain } = await aGovernedServer();
    const events = await world.eventsOf(() => ban(moderator, { serverId: id, userId: plain.userId }, "spam"));
    expect(events).toEqual(leaving(id, plain.userId));
    await expect(members.bans(id)).resolves.toMatchObject([{ user: { id: plain.userId }, reason: "spam" }]);

    await members.unban(moderator, { serverId: id, userId: plain.userId });
    await expect(members.bans(id)).resolves.toEqual([]);
    await expect(members.unban(moderator, { serverId: id, userId: plain.userId })).rejects.toMatchObject(
      notFound,
    );
    expect((await world.listAudit(id)).map(({ action }) => action)).toEqual(["members.ban", "members.unban"]);
  });

  test("keeps strangers out too, without a word to the server", async () => {
    const { id, moderator } = await aGovernedServer();
    const stranger = await world.anActor();
    expect(await world.eventsOf(() => ban(moderator, { serverId: id, userId: stranger.userId }))).toEqual([]);
    await expect(members.bans(id)).resolves.toMatchObject([{ user: { id: stranger.userId } }]);
    await expect(ban(moderator, { serverId: id, userId: world.ids.userId() })).rejects.toMatchObject(
      notFound,
    );
  });

  test("a second time takes over the reason", async () => {
    const { id, moderator, plain } = await aGovernedServer();
    await ban(moderator, { serverId: id, userId: plain.userId }, "one");
    await ban(moderator, { serverId: id, userId: plain.userId }, "two");
    await expect(members.bans(id)).resolves.toMatchObject([{ reason: "two" }]);
  });

  test("reaches only those below, and never the owner", async () => {
    const { id, owner, moderator, beside } = await aGovernedServer();
    for (const { userId } of [owner, beside, moderator]) {
      await expect(ban(moderator, { serverId: id, userId })).rejects.toMatchObject(hierarchy);
    }
    await expect(members.bans(id)).resolves.toEqual([]);
  });

  test("and a join at once leave no banned member", async () => {
    const { id, owner } = await aGovernedServer();
    const { code } = await world.invites.create(owner, { serverId: id });
    for (let round = 0; round < 8; round++) {
      const guest = await world.anActor();
      await Promise.allSettled([
        ban(owner, { serverId: id, userId: guest.userId }),
        world.invites.accept(guest, code),
      ]);
      expect(await isMember(id, guest.userId)).toBe(false);
      await expect(world.serverAccess(guest, id)).rejects.toMatchObject(notFound);
    }
    expect(await world.db.$count(bans, eq(bans.serverId, id))).toBe(8);
  });
});

describe("leaving", () => {
  test("is anyone's right but the owner's", async () => {
    const { id, owner, plain } = await aGovernedServer();
    expect(await world.eventsOf(() => members.leave(plain, id))).toEqual(leaving(id, plain.userId));
    const isOwner = refusal("MISSING_PERMISSION", { permission: "OWNER" });
    await expect(members.leave(owner, id)).rejects.toMatchObject(isOwner);
    await expect(members.leave(plain, id)).rejects.toMatchObject(notFound);
    expect(await world.listAudit(id)).toEqual([]);
  });
});

test("everyone concerned begins anew when a kick is stored and the database is lost before it can be told", async () => {
  const { id: serverId, owner } = await world.aServer();
  const member = await world.aMember(serverId);
  const losing = await createLosingMembers(serverId, owner.userId);
  const entries: LogEntry[] = [];
  const stop = world.events.subscribe((entry) => void entries.push(entry));
  const key = { serverId, userId: member.userId };
  await expect(losing.kick(owner, key)).rejects.toThrow("Connection terminated");
  stop();
  expect(await isMember(serverId, member.userId)).toBe(false);
  expect(entries).toMatchObject([{ kind: "control", signal: { kind: "unheard", ...key } }]);
});
