import { and, eq, isNull } from "drizzle-orm";
import { afterAll, describe, expect, test } from "vitest";
import { messages } from "#server/database/schema/messages.ts";
import { memberRoles } from "#server/database/schema/roles.ts";
import type { MemberKey } from "#server/members/members.repo.ts";
import type { Actor } from "#server/trpc/context.ts";
import type { ChannelId, ServerId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";
import {
  DEFAULT_EVERYONE_PERMISSIONS,
  hasPermission,
  permissionBits,
  permissionNames,
} from "#shared/permissions.ts";
import { createTestServices, refusal } from "#tests/support/services.ts";

const world = await createTestServices();
afterAll(() => world[Symbol.asyncDispose]());
const { members, clock } = world;

const hierarchy = refusal("MISSING_PERMISSION", { permission: "HIERARCHY" });
const notFound = refusal("NOT_FOUND");

const inFuture = (seconds: number): string => new Date(clock.nowMs() + seconds * 1_000).toISOString();

const timeOut = (actor: Actor, key: MemberKey, until: string | null = inFuture(60)) =>
  members.timeout(actor, { ...key, until });

/** A server with its owner, a moderator, one below, one beside them and one without a role. */
const aModeratedServer = async () => {
  const server = await world.aServer();
  const role = (position: number) => ({
    permissions: ["KICK_MEMBERS", "BAN_MEMBERS", "TIMEOUT_MEMBERS", "MANAGE_SERVER"] as const,
    position,
  });
  const join = (position: number) =>
    world.aMember(server.id, { ...role(position), permissions: [...role(position).permissions] });
  return {
    ...server,
    moderator: await join(5),
    below: await join(4),
    beside: await join(5),
    plain: await world.aMember(server.id),
  };
};

/** As another process would, or an act that is just being committed: this one's memory does not know of it yet. */
const demoteUnnoticed = async (serverId: ServerId, { userId }: Actor): Promise<void> => {
  await world.db
    .delete(memberRoles)
    .where(and(eq(memberRoles.serverId, serverId), eq(memberRoles.userId, userId)));
};

const liveIn = async (channelId: ChannelId) =>
  (
    await world.db
      .select({ id: messages.id })
      .from(messages)
      .where(and(eq(messages.channelId, channelId), isNull(messages.deletedAt)))
      .orderBy(messages.id)
  ).map(({ id }) => id);

describe("a timeout", () => {
  test("is told to everyone, changes the member's rights, and is kept with its reason", async () => {
    const { id, moderator, plain } = await aModeratedServer();
    const key = { serverId: id, userId: plain.userId };
    const until = inFuture(60);
    const events = await world.eventsOf(() => members.timeout(moderator, { ...key, until, reason: "spam" }));
    expect(events).toMatchObject([
      {
        audience: { kind: "server", serverId: id },
        event: { t: "MEMBER_UPDATE", d: { serverId: id, user: { id: plain.userId }, timeoutUntil: until } },
        accessChange: key,
      },
    ]);
    expect(await world.listAudit(id)).toMatchObject([
      {
        actorId: moderator.userId,
        action: "members.timeout",
        targetType: "member",
        targetId: plain.userId,
        changes: { before: { timeoutUntil: null }, after: { timeoutUntil: until } },
        reason: "spam",
      },
    ]);
  });

  test("leaves the right to look on, and no other, until it is over by itself", async () => {
    const { id, text, owner, plain } = await aModeratedServer();
    const until = inFuture(60);
    await timeOut(owner, { serverId: id, userId: plain.userId }, until);
    await expect(world.channelAccess(plain, text)).resolves.toMatchObject({
      permissions: permissionBits("VIEW_CHANNEL"),
    });
    const held = permissionNames.filter((name) => hasPermission(DEFAULT_EVERYONE_PERMISSIONS, name));
    for (const name of held.filter((one) => one !== "VIEW_CHANNEL")) {
      const answer = world.access.requireChannel(plain.userId, text, name);
      await expect(answer).rejects.toMatchObject(refusal("TIMED_OUT", { until }));
    }
    clock.advance(60_000);
    await expect(world.access.requireChannel(plain.userId, text, "SEND_MESSAGES")).resolves.toBeDefined();
  });

  test("is ended by a moderator, once", async () => {
    const { id, moderator, plain } = await aModeratedServer();
    const key = { serverId: id, userId: plain.userId };
    const until = inFuture(60);
    await timeOut(moderator, key, until);
    await expect(timeOut(moderator, key, null)).resolves.toMatchObject({ timeoutUntil: null });
    expect(await world.eventsOf(() => timeOut(moderator, key, null))).toEqual([]);
    expect((await world.listAudit(id)).map(({ changes }) => changes)).toEqual([
      { before: { timeoutUntil: null }, after: { timeoutUntil: until } },
      { before: { timeoutUntil: until }, after: { timeoutUntil: null } },
    ]);
  });

  test("that is over counts as none", async () => {
    const { id, moderator, plain } = await aModeratedServer();
    const key = { serverId: id, userId: plain.userId };
    await timeOut(moderator, key, inFuture(1));
    clock.advance(2_000);
    await timeOut(moderator, key, inFuture(5));
    expect((await world.listAudit(id)).at(-1)?.changes?.before).toEqual({ timeoutUntil: null });
  });

  test("reaches only members below, never oneself, the owner or an administrator", async () => {
    const { id, owner, moderator, below, beside } = await aModeratedServer();
    for (const { userId } of [owner, beside, moderator])
      await expect(timeOut(moderator, { serverId: id, userId })).rejects.toMatchObject(hierarchy);
    const administrator = await world.aMember(id, { permissions: ["ADMINISTRATOR"], position: 1 });
    for (const actor of [owner, moderator])
      await expect(timeOut(actor, { serverId: id, userId: administrator.userId })).rejects.toMatchObject(
        hierarchy,
      );
    await expect(timeOut(owner, { serverId: id, userId: owner.userId })).rejects.toMatchObject(hierarchy);
    for (const { userId } of [await world.anActor(), { userId: world.ids.userId() }])
      await expect(timeOut(moderator, { serverId: id, userId })).rejects.toMatchObject(notFound);
    await expect(timeOut(moderator, { serverId: id, userId: below.userId })).resolves.toBeDefined();
    expect(await world.listAudit(id)).toHaveLength(1);
  });

  test("of one who became an administrator can still be taken away", async () => {
    const { id, owner, plain } = await aModeratedServer();
    const key = { serverId: id, userId: plain.userId };
    await timeOut(owner, key);
    await world.give(id, plain.userId, await world.aRole(id, { permissions: ["ADMINISTRATOR"] }));
    await expect(timeOut(owner, key, null)).resolves.toMatchObject({ timeoutUntil: null });
  });

  test("lasts no longer than the limit, give or take a clock that is ahead, and does not end in the past", async () => {
    const { id, moderator, plain } = await aModeratedServer();
    const key = { serverId: id, userId: plain.userId };
    const wrong = { reason: "INVALID_INPUT" };
    const longest = limits.timeoutMaxSeconds;
    for (const seconds of [-1, 0, longest + 3_600])
      await expect(timeOut(moderator, key, inFuture(seconds))).rejects.toMatchObject(wrong);
    await expect(timeOut(moderator, key, inFuture(longest + 60))).resolves.toMatchObject({
      timeoutUntil: inFuture(longest),
    });
  });

  test("outlives leaving, a kick and a ban, until it is over or ended", async () => {
    const { id, owner, plain } = await aModeratedServer();
    const { code } = await world.invites.create(owner, { serverId: id });
    const key = { serverId: id, userId: plain.userId };
    const comeBack = async () => {
      await world.invites.accept(plain, code);
      return (await world.serverAccess(plain, id)).state.members.get(plain.userId)?.timeoutUntil ?? null;
    };
    const until = inFuture(60);
    await timeOut(owner, key, until);
    await members.leave(plain, id);
    expect(await comeBack()).toEqual(new Date(until));
    await members.kick(owner, key);
    expect(await comeBack()).toEqual(new Date(until));
    await members.ban(owner, key);
    await members.unban(owner, key);
    expect(await comeBack()).toEqual(new Date(until));
    await timeOut(owner, key, null);
    await members.leave(plain, id);
    expect(await comeBack()).toBeNull();
  });

  test("keeps a moderator from moderating, and says so", async () => {
    const { id, owner, moderator, below, plain } = await aModeratedServer();
    const until = inFuture(60);
    await timeOut(owner, { serverId: id, userId: moderator.userId }, until);
    const timedOut = refusal("TIMED_OUT", { until });
    const key = { serverId: id, userId: plain.userId };
    for (const act of [
      () => timeOut(moderator, key),
      () => timeOut(moderator, { serverId: id, userId: moderator.userId }, null),
      () => members.kick(moderator, key),
      () => members.ban(moderator, key),
      () => members.unban(moderator, key),
    ])
      await expect(act()).rejects.toMatchObject(timedOut);
    for (const { userId } of [moderator, below]) {
      const place = await world.serverAccess(moderator, id);
      const renamed = members.setNickname(moderator, place, { serverId: id, userId, nickname: "new" });
      await expect(renamed).rejects.toMatchObject(timedOut);
    }
  });

  test("leaves reading, acknowledging, deleting one's own messages and leaving", async () => {
    const { id, text, owner, plain } = await aModeratedServer();
    const own = await world.aMessage(text, plain.userId);
    const others = await world.aMessage(text, owner.userId);
    await timeOut(owner, { serverId: id, userId: plain.userId });
    const { messages: read } = await world.messages.list(plain, { channelId: text, limit: 50 });
    expect(read).toHaveLength(2);
    await expect(world.reads.ack(plain, { channelId: text, messageId: others })).resolves.toBeDefined();
    await world.messages.delete(plain, await world.access.requireMessage(plain.userId, own));
    await expect(members.leave(plain, id)).resolves.toBeUndefined();
    expect(await liveIn(text)).toEqual([others]);
  });

  test("keeps one who may delete others' messages from it, and says why", async () => {
    const { id, text, owner } = await aModeratedServer();
    const helper = await world.aMember(id, { permissions: ["MANAGE_MESSAGES"] });
    const message = await world.aMessage(text, owner.userId);
    const until = inFuture(60);
    await timeOut(owner, { serverId: id, userId: helper.userId }, until);
    const place = await world.access.requireMessage(helper.userId, message);
    await expect(world.messages.delete(helper, place)).rejects.toMatchObject(refusal("TIMED_OUT", { until }));
    expect(await liveIn(text)).toEqual([message]);
  });
});

describe("a moderator who was demoted a moment ago", () => {
  const acts = {
    timeout: (actor: Actor, key: MemberKey) => timeOut(actor, key),
    kick: (actor: Actor, key: MemberKey) => members.kick(actor, key),
    ban: (actor: Actor, key: MemberKey) => members.ban(actor, key),
    unban: (actor: Actor, key: MemberKey) => members.unban(actor, key),
    setNickname: async (actor: Actor, key: MemberKey) =>
      members.setNickname(actor, await world.serverAccess(actor, key.serverId), { ...key, nickname: "new" }),
  };
  test.each(Object.entries(acts))("is refused: %s", async (_, act) => {
    const { id, owner, moderator, plain } = await aModeratedServer();
    const banned = await world.anActor();
    await members.ban(owner, { serverId: id, userId: banned.userId });
    await demoteUnnoticed(id, moderator);
    for (const { userId } of [plain, banned]) {
      const outcome = act(moderator, { serverId: id, userId });
      await expect(outcome).rejects.toMatchObject({ reason: "MISSING_PERMISSION" });
    }
    expect(await world.listAudit(id)).toHaveLength(1);
  });

  test("nor reaches one who was promoted a moment ago", async () => {
    const { id, moderator, plain } = await aModeratedServer();
    const high = await world.aRole(id, { position: 9 });
    await world.db.insert(memberRoles).values({ serverId: id, userId: plain.userId, roleId: high });
    const key = { serverId: id, userId: plain.userId };
    for (const act of [acts.timeout, acts.kick, acts.ban, acts.setNickname])
      await expect(act(moderator, key)).rejects.toMatchObject(hierarchy);
  });
});

describe("a ban that takes messages along", () => {
  test("deletes what the member said here in that time, and nothing else", async () => {
    const { id, text, voice, owner, moderator, plain } = await aModeratedServer();
    const elsewhere = await world.aServer();
    const old = await world.aMessage(text, plain.userId);
    clock.advance(3_600_000);
    const kept = [await world.aMessage(text, owner.userId)];
    const foreign = await world.aMessage(elsewhere.text, plain.userId);
    const taken = [await world.aMessage(text, plain.userId), await world.aMessage(text, plain.userId)];
    const inVoice = await world.aMessage(voice, plain.userId);
    await world.aMessage(text, plain.userId, new Date(clock.nowMs()));
    clock.advance(60_000);

    const key = { serverId: id, userId: plain.userId };
    const events = await world.eventsOf(() =>
      members.ban(moderator, { ...key, reason: "spam", deleteMessageSeconds: 3_600 }),
    );
    expect(await liveIn(text)).toEqual([old, ...kept]);
    expect(await liveIn(voice)).toEqual([]);
    expect(await liveIn(elsewhere.text)).toEqual([foreign]);
    expect(events.map(({ event }) => event.t)).toEqual([
      "MEMBER_LEAVE",
      "SERVER_DELETE",
      "MESSAGE_BULK_DELETE",
      "MESSAGE_BULK_DELETE",
    ]);
    const told = events.flatMap(({ audience, event }) =>
      event.t === "MESSAGE_BULK_DELETE" ? [{ audience, ...event.d }] : [],
    );
    expect(told).toEqual(
      expect.arrayContaining([
        { audience: { kind: "channel", serverId: id, channelId: text }, channelId: text, ids: taken },
        { audience: { kind: "channel", serverId: id, channelId: voice }, channelId: voice, ids: [inVoice] },
      ]),
    );
    expect(await world.listAudit(id)).toMatchObject([
      {
        action: "members.ban",
        targetId: plain.userId,
        reason: "spam",
        changes: { before: null, after: { deletedMessages: 3 } },
      },
    ]);
  });

  test("reaches one who has left already, and deletes nothing unless asked to", async () => {
    const { id, text, moderator, plain } = await aModeratedServer();
    const said = await world.aMessage(text, plain.userId);
    await members.leave(plain, id);
    const key = { serverId: id, userId: plain.userId };
    await members.ban(moderator, key);
    await members.ban(moderator, { ...key, deleteMessageSeconds: 0 });
    expect(await liveIn(text)).toEqual([said]);
    const events = await world.eventsOf(() => members.ban(moderator, { ...key, deleteMessageSeconds: 60 }));
    expect(events.map(({ event }) => event)).toEqual([
      { t: "MESSAGE_BULK_DELETE", d: { channelId: text, ids: [said] } },
    ]);
  });

  test("tells of many in parts", async () => {
    const { id, text, moderator, plain } = await aModeratedServer();
    const said: string[] = [];
    for (let count = 0; count < 2 * limits.bulkDeleteMax + 1; count++)
      said.push(await world.aMessage(text, plain.userId));
    const events = await world.eventsOf(() =>
      members.ban(moderator, { serverId: id, userId: plain.userId, deleteMessageSeconds: 60 }),
    );
    const parts = events.flatMap(({ event }) => (event.t === "MESSAGE_BULK_DELETE" ? [event.d.ids] : []));
    expect(parts.map(({ length }) => length)).toEqual([limits.bulkDeleteMax, limits.bulkDeleteMax, 1]);
    expect(parts.flat()).toEqual(said);
  });

  test("that is refused deletes nothing", async () => {
    const { id, text, moderator, beside } = await aModeratedServer();
    const said = await world.aMessage(text, beside.userId);
    const outcome = members.ban(moderator, { serverId: id, userId: beside.userId, deleteMessageSeconds: 60 });
    await expect(outcome).rejects.toMatchObject(hierarchy);
    expect(await liveIn(text)).toEqual([said]);
  });
});
