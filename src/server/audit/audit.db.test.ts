import { eq } from "drizzle-orm";
import { afterAll, describe, expect, test } from "vitest";
import { users } from "#server/database/schema/users.ts";
import type { Actor } from "#server/trpc/context.ts";
import { type AuditEntry, ListAudit } from "#shared/contract/audit.ts";
import { AuditEntryId, type ServerId } from "#shared/ids.ts";
import { permissionBits } from "#shared/permissions.ts";
import { expectIndexed } from "#tests/support/explain.ts";
import { createTestServices, refusal } from "#tests/support/services.ts";
import { createAuditRepo, selectLast } from "./audit.repo.ts";

const world = await createTestServices();
afterAll(() => world[Symbol.asyncDispose]());
const { audit, members, clock } = world;
const repo = createAuditRepo(world.db);

const listAs = async (
  { userId }: Pick<Actor, "userId">,
  serverId: ServerId,
  filter: Partial<Record<keyof ListAudit, unknown>> = {},
) =>
  audit.list(
    { userId },
    await world.access.requireServer(userId, serverId),
    ListAudit.parse({ serverId, ...filter }),
  );

/** As the owner sees it. */
const list = async (serverId: ServerId, filter: Partial<Record<keyof ListAudit, unknown>> = {}) =>
  listAs({ userId: (await world.servers.get(serverId)).ownerId }, serverId, filter);

const actsOf = (entries: readonly AuditEntry[]) =>
  entries.map(({ action, targetUser }) => [action, targetUser?.id]);

/** A server of which two people have banned and let back in several others. */
const aGovernedServer = async () => {
  const server = await world.aServer();
  const moderator = await world.aMember(server.id, { permissions: ["BAN_MEMBERS"], position: 5 });
  const [bob, carol] = [await world.anActor(), await world.anActor()];
  const act = async (name: "ban" | "unban", actor: Actor, { userId }: Actor) => {
    clock.advance(1);
    await members[name](actor, { serverId: server.id, userId });
  };
  await act("ban", server.owner, bob);
  await act("ban", moderator, carol);
  await act("unban", moderator, bob);
  await act("ban", moderator, bob);
  return { ...server, moderator, bob, carol, act };
};

describe("the audit log", () => {
  test("comes newest first, with who did what to whom, when and why", async () => {
    const { id, owner, bob } = await aGovernedServer();
    clock.advance(1_000);
    await members.unban(owner, { serverId: id, userId: bob.userId });
    await members.ban(owner, { serverId: id, userId: bob.userId, reason: "again", deleteMessageSeconds: 60 });
    const { entries } = await list(id);
    expect(entries).toHaveLength(6);
    expect(entries[0]).toMatchObject({
      actor: { id: owner.userId },
      action: "members.ban",
      target: { type: "member", id: bob.userId, name: null },
      targetUser: { id: bob.userId },
      before: null,
      after: { deletedMessages: 0 },
      reason: "again",
      createdAt: new Date(clock.nowMs()).toISOString(),
    });
    expect(entries.map(({ id: entryId }) => entryId)).toEqual(
      entries
        .map(({ id: entryId }) => entryId)
        .toSorted()
        .toReversed(),
    );
  });

  test("is filtered by who did it, what they did, to whom, and by all of these", async () => {
    const { id, owner, moderator, bob, carol } = await aGovernedServer();
    const [actorId, targetUserId] = [moderator.userId, bob.userId];
    expect(actsOf((await list(id, { actorId })).entries)).toEqual([
      ["members.ban", bob.userId],
      ["members.unban", bob.userId],
      ["members.ban", carol.userId],
    ]);
    expect(actsOf((await list(id, { action: "members.unban" })).entries)).toEqual([
      ["members.unban", bob.userId],
    ]);
    expect((await list(id, { targetUserId })).entries.map(({ actor }) => actor?.id)).toEqual([
      moderator.userId,
      moderator.userId,
      owner.userId,
    ]);
    const both = await list(id, { actorId, action: "members.ban", targetUserId });
    expect(actsOf(both.entries)).toEqual([["members.ban", bob.userId]]);
    expect(await list(id, { actorId: bob.userId })).toEqual({ entries: [], nextCursor: null });
  });

  test("comes by pages, each entry once, whatever is written meanwhile, and whatever filter there is", async () => {
    const { id, owner, moderator, bob, act } = await aGovernedServer();
    for (let count = 0; count < 5; count++) {
      await act("unban", moderator, bob);
      await act("ban", moderator, bob);
    }
    for (const filter of [{}, { actorId: moderator.userId }, { targetUserId: bob.userId }]) {
      const before = (await list(id, { ...filter, limit: 100 })).entries;
      const paged: AuditEntry[] = [];
      let cursor: AuditEntryId | null = null;
      do {
        const page: Awaited<ReturnType<typeof list>> = await list(id, { ...filter, cursor, limit: 3 });
        paged.push(...page.entries);
        cursor = page.nextCursor;
        await act("unban", owner, bob);
        await act("ban", moderator, bob);
      } while (cursor);
      expect(paged).toEqual(before);
    }
  });

  test("has nothing of other servers", async () => {
    const { owner } = await aGovernedServer();
    const other = await world.aServer(owner);
    expect((await list(other.id)).entries).toEqual([]);
  });

  test("keeps the names of channels that are gone, as they were then", async () => {
    const { id, owner } = await world.aServer();
    const { id: channelId } = await world.channels.create(owner, await world.serverAccess(owner, id), {
      serverId: id,
      name: "harbour",
      type: "text",
    });
    await world.aMessage(channelId, owner.userId);
    const message = await world.aMessage(channelId, (await world.aMember(id)).userId);
    await world.messages.delete(owner, await world.access.requireMessage(owner.userId, message));
    await world.channels.delete(owner, await world.channelAccess(owner, channelId));
    const { entries } = await list(id);
    expect(
      entries.map(({ action, target, before }) => [action, target.name ?? before?.["channelName"]]),
    ).toEqual([
      ["channels.delete", "harbour"],
      ["messages.delete", "harbour"],
      ["channels.create", "harbour"],
    ]);
  });

  test("names people as they are called now: of an account that is gone no name stays", async () => {
    const { id, bob } = await aGovernedServer();
    await world.db
      .update(users)
      .set({ deletedAt: new Date(clock.nowMs()) })
      .where(eq(users.id, bob.userId));
    const { entries } = await list(id, { targetUserId: bob.userId, limit: 1 });
    expect(entries[0]).toMatchObject({
      target: { name: null },
      targetUser: { id: bob.userId, displayName: "Deleted user" },
    });
  });

  test("says nothing of a channel that its reader does not see", async () => {
    const { id, owner, text } = await world.aServer();
    const reader = await world.aMember(id, { permissions: ["VIEW_AUDIT_LOG"] });
    const { everyoneRoleId } = (await world.serverAccess(owner, id)).state;
    const deny = { target: { type: "role", id: everyoneRoleId }, allow: 0n } as const;
    const overrides = [{ ...deny, deny: permissionBits("VIEW_CHANNEL") }];
    const draft = { serverId: id, type: "text" } as const;
    const { id: hidden } = await world.channels.create(owner, await world.serverAccess(owner, id), {
      ...draft,
      name: "war room",
      overrides,
    });
    for (const channelId of [hidden, text]) {
      const [one, other] = [
        await world.aMessage(channelId, reader.userId),
        await world.aMessage(channelId, reader.userId),
      ];
      await world.messages.delete(owner, await world.access.requireMessage(owner.userId, one));
      const place = await world.channelAccess(owner, channelId);
      await world.messages.bulkDelete(owner, place, { messageIds: [other] });
    }
    await world.invites.create(owner, { serverId: id });
    expect(actsOf((await list(id)).entries)).toHaveLength(6);
    const { entries, nextCursor } = await listAs(reader, id, { limit: 3 });
    expect(entries.map(({ action }) => action)).toEqual([
      "invites.create",
      "messages.bulkDelete",
      "messages.delete",
    ]);
    expect(nextCursor).toBeNull();
    expect(JSON.stringify(entries)).not.toContain(hidden);
  });

  test("takes VIEW_AUDIT_LOG, of which a timeout leaves nothing", async () => {
    const { id, owner } = await world.aServer();
    const bob = await world.aMember(id);
    const carol = await world.aMember(id, { permissions: ["VIEW_AUDIT_LOG"] });
    const require = ({ userId }: Actor) => world.access.requireServer(userId, id, "VIEW_AUDIT_LOG");
    await expect(require(bob)).rejects.toMatchObject(
      refusal("MISSING_PERMISSION", { permission: "VIEW_AUDIT_LOG" }),
    );
    await expect(require(carol)).resolves.toBeDefined();
    const until = new Date(clock.nowMs() + 60_000).toISOString();
    await members.timeout(owner, { serverId: id, userId: carol.userId, until });
    await expect(require(carol)).rejects.toMatchObject(refusal("TIMED_OUT", { until }));
  });
});

describe("plans", () => {
  const serverId = world.ids.serverId();
  const userId = world.ids.userId();
  const since = AuditEntryId.parse(world.ids.auditEntryId());
  const pages = [
    ["of all", {}],
    ["after a cursor", { cursor: since }],
    ["of one actor", { actorId: userId }],
    ["for one who does not see all channels", { hiddenChannelIds: [world.ids.channelId()] }],
    ["of one kind, on one member", { action: "members.ban", targetUserId: userId }],
  ] as const;
  test.each(pages)("a page %s goes by an index", async (_, filter) => {
    const query = repo.list({ serverId, ...filter, limit: 10 });
    const indexes = await expectIndexed(world.database.pool, query.toSQL().sql);
    // One who has done little is found faster by what they did.
    expect(["audit_log_server_id_id_idx", "audit_log_actor_id_idx"]).toContain(indexes[0]);
  });

  test("finding a member's last timeout goes by the server's index", async () => {
    const query = selectLast(world.db, { serverId, action: "members.timeout", targetId: userId, since });
    expect(await expectIndexed(world.database.pool, query.toSQL().sql)).toContain(
      "audit_log_server_id_id_idx",
    );
  });
});
