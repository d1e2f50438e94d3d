import { and, eq } from "drizzle-orm";
import { afterAll, describe, expect, test } from "vitest";
import { channelOverrides } from "#server/database/schema/channels.ts";
import { memberRoles, roles as rolesTable } from "#server/database/schema/roles.ts";
import { serverMembers } from "#server/database/schema/servers.ts";
import type { NewEvent } from "#server/events/event-log.ts";
import type { Actor } from "#server/trpc/context.ts";
import type { CreateRole, UpdateRole } from "#shared/contract/roles.ts";
import type { RoleId, ServerId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";
import { formatPermissions, type PermissionName, permissionBits } from "#shared/permissions.ts";
import { createTestServices, refusal } from "#tests/support/services.ts";

const world = await createTestServices();
afterAll(() => world[Symbol.asyncDispose]());
const { access, roles } = world;

const hierarchy = refusal("MISSING_PERMISSION", { permission: "HIERARCHY" });
const lacking = (permission: PermissionName) => refusal("MISSING_PERMISSION", { permission });
const notFound = refusal("NOT_FOUND");
const bits = (...names: PermissionName[]) => formatPermissions(permissionBits(...names));

/** A server with roles at 3, 2 and 1, of which a manager of roles holds the middle one. */
const aLadder = async () => {
  const server = await world.aServer();
  const low = await world.aRole(server.id, { position: 1 });
  const manager = await world.aMember(server.id, {
    permissions: ["MANAGE_ROLES", "MANAGE_MESSAGES"],
    position: 2,
  });
  const high = await world.aRole(server.id, { position: 3 });
  const { state } = await world.serverAccess(server.owner, server.id);
  const [middle] = state.members.get(manager.userId)?.roleIds ?? [];
  if (!middle) throw new Error("the manager has a role");
  return { ...server, manager, low, middle, high, everyone: state.everyoneRoleId };
};

const create = (actor: Actor, serverId: ServerId, draft: Partial<CreateRole> = {}) =>
  roles.create(actor, { serverId, name: "Helpers", permissions: 0n, ...draft });

/** As the router does: the guard stands before the service. */
const update = async (actor: Actor, roleId: RoleId, patch: Omit<UpdateRole, "roleId">) =>
  roles.update(actor, await access.requireRole(actor.userId, roleId), { roleId, ...patch });

const remove = async (actor: Actor, roleId: RoleId) =>
  roles.delete(actor, await access.requireRole(actor.userId, roleId));

const positionsOf = async (serverId: ServerId) =>
  (await roles.list(serverId)).map(({ id, position }) => [id, position]);

const typesOf = (events: NewEvent[]) =>
  events.map(({ event, accessChange }) => [event.t, accessChange !== undefined]);

describe("a new role", () => {
  test("stands directly above @everyone, is told with those that moved up, and is kept in the audit log", async () => {
    const { id, manager, low, middle, high, everyone } = await aLadder();
    const permissions = permissionBits("MANAGE_MESSAGES");
    const events = await world.eventsOf(async () => {
      await expect(create(manager, id, { permissions, color: "#aabbcc" })).resolves.toMatchObject({
        serverId: id,
        name: "Helpers",
        permissions: bits("MANAGE_MESSAGES"),
        color: "#aabbcc",
        position: 1,
      });
    });
    const [made] = (await roles.list(id)).filter(({ name }) => name === "Helpers");
    expect(await positionsOf(id)).toEqual([
      [high, 4],
      [middle, 3],
      [low, 2],
      [made?.id, 1],
      [everyone, 0],
    ]);
    const audience = { kind: "server", serverId: id };
    expect(events).toMatchObject([
      { audience, event: { t: "ROLE_UPDATE", d: { id: high, position: 4 } } },
      { audience, event: { t: "ROLE_UPDATE", d: { id: middle, position: 3 } } },
      { audience, event: { t: "ROLE_UPDATE", d: { id: low, position: 2 } } },
      { audience, event: { t: "ROLE_CREATE", d: made } },
    ]);
    expect(typesOf(events).every(([, changesAccess]) => changesAccess === false)).toBe(true);
    expect(await world.listAudit(id)).toMatchObject([
      {
        actorId: manager.userId,
        action: "roles.create",
        targetType: "role",
        targetId: made?.id,
        targetName: "Helpers",
        changes: {
          before: null,
          after: { name: "Helpers", permissions: bits("MANAGE_MESSAGES"), color: "#aabbcc" },
        },
      },
    ]);
  });

  test("holds only what its maker holds", async () => {
    const { id, manager, owner } = await aLadder();
    const permissions = permissionBits("ADMINISTRATOR", "MANAGE_SERVER", "BAN_MEMBERS");
    await expect(create(manager, id, { permissions })).rejects.toMatchObject(lacking("BAN_MEMBERS"));
    await expect(create(owner, id, { permissions })).resolves.toMatchObject({ position: 1 });
    const admin = await world.aMember(id, { permissions: ["ADMINISTRATOR"], position: 2 });
    await expect(create(admin, id, { permissions })).resolves.toMatchObject({ position: 1 });
  });

  test("takes MANAGE_ROLES, and a role to stand above it", async () => {
    const { id, owner, everyone } = await aLadder();
    const plain = await world.aMember(id, { position: 3 });
    await expect(create(plain, id)).rejects.toMatchObject(lacking("MANAGE_ROLES"));
    await update(owner, everyone, { permissions: permissionBits("MANAGE_ROLES") });
    await expect(create(await world.aMember(id), id)).rejects.toMatchObject(hierarchy);
    await expect(create(plain, id)).resolves.toMatchObject({ position: 1 });
  });

  test("is refused at the server's limit", async () => {
    const { id, owner } = await world.aServer();
    const rows = Array.from({ length: limits.rolesPerServer - 1 }, (_, index) => ({
      id: world.ids.roleId(),
      serverId: id,
      name: "filler",
      permissions: 0n,
      position: index + 1,
    }));
    await world.db.insert(rolesTable).values(rows);
    await access.serverChanged(id);
    await expect(create(owner, id)).resolves.toMatchObject({ position: 1 });
    const tooMany = refusal("TOO_LARGE", { limit: limits.rolesPerServer });
    await expect(create(owner, id)).rejects.toMatchObject(tooMany);
  });

  test("beside another one made at once has a position of its own", async () => {
    const { id, owner } = await world.aServer();
    const events = await world.eventsOf(() =>
      Promise.all(Array.from({ length: 6 }, () => create(owner, id))),
    );
    expect((await roles.list(id)).map(({ position }) => position)).toEqual([6, 5, 4, 3, 2, 1, 0]);
    // Whoever applies the events in their order ends up with what is stored.
    const heard = new Map(
      events.flatMap(({ event }) =>
        event.t === "ROLE_CREATE" || event.t === "ROLE_UPDATE" ? [[event.d.id, event.d]] : [],
      ),
    );
    const stored = (await roles.list(id)).filter(({ position }) => position > 0);
    expect([...heard.values()].toSorted((one, other) => other.position - one.position)).toEqual(stored);
  });
});

describe("an edit", () => {
  test("counts at once, is told with the change of access, and keeps what it changed in the audit log", async () => {
    const { id, manager, low } = await aLadder();
    const member = await world.aMember(id);
    await world.give(id, member.userId, low);
    const permissions = permissionBits("MANAGE_MESSAGES");
    const events = await world.eventsOf(() => update(manager, low, { name: "Guides", permissions }));
    expect(events).toMatchObject([
      {
        audience: { kind: "server", serverId: id },
        event: { t: "ROLE_UPDATE", d: { id: low, name: "Guides", permissions: bits("MANAGE_MESSAGES") } },
        accessChange: { serverId: id },
      },
    ]);
    await expect(access.requireServer(member.userId, id, "MANAGE_MESSAGES")).resolves.toBeTruthy();
    expect(await world.listAudit(id)).toMatchObject([
      {
        action: "roles.update",
        targetId: low,
        changes: { after: { name: "Guides", permissions: bits("MANAGE_MESSAGES") } },
      },
    ]);
    const [entry] = await world.listAudit(id);
    expect(Object.keys(entry?.changes?.before ?? {})).toEqual(["name", "permissions"]);
  });

  test("of name and colour changes nobody's access", async () => {
    const { manager, low } = await aLadder();
    const events = await world.eventsOf(() => update(manager, low, { name: "Guides", color: "#001122" }));
    expect(typesOf(events)).toEqual([["ROLE_UPDATE", false]]);
  });

  test("that changes nothing says nothing", async () => {
    const { id, manager, low } = await aLadder();
    await update(manager, low, { name: "Guides", color: "#001122", permissions: 0n });
    const events = await world.eventsOf(() =>
      update(manager, low, { name: "Guides", color: "#001122", permissions: 0n }),
    );
    expect(events).toEqual([]);
    expect(await world.listAudit(id)).toHaveLength(1);
  });

  test("gives and takes only what the caller holds", async () => {
    const { id, owner, manager, low } = await aLadder();
    const both = permissionBits("KICK_MEMBERS", "MANAGE_MESSAGES");
    await expect(update(manager, low, { permissions: both })).rejects.toMatchObject(lacking("KICK_MEMBERS"));
    await update(owner, low, { permissions: both });
    await expect(update(manager, low, { permissions: 0n })).rejects.toMatchObject(lacking("KICK_MEMBERS"));
    await expect(
      update(manager, low, { permissions: permissionBits("KICK_MEMBERS") }),
    ).resolves.toMatchObject({ permissions: bits("KICK_MEMBERS") });
    expect(await world.listAudit(id)).toHaveLength(2);
  });

  test("reaches only roles below the caller's, and none of another server", async () => {
    const { id, owner, manager, middle, high } = await aLadder();
    for (const roleId of [middle, high]) {
      await expect(update(manager, roleId, { name: "Mine" })).rejects.toMatchObject(hierarchy);
    }
    await expect(update(owner, high, { name: "Mine" })).resolves.toMatchObject({ name: "Mine" });
    const other = await aLadder();
    await expect(update(manager, other.low, { name: "Mine" })).rejects.toMatchObject(notFound);
    const foreign = roles.update(manager, { serverId: id }, { roleId: other.low, name: "Mine" });
    await expect(foreign).rejects.toMatchObject(notFound);
  });

  test("of @everyone is one of its permissions alone", async () => {
    const { manager, everyone } = await aLadder();
    await expect(update(manager, everyone, { name: "All" })).rejects.toMatchObject({
      reason: "INVALID_INPUT",
    });
    await expect(update(manager, everyone, { color: "#aabbcc" })).rejects.toMatchObject({
      reason: "INVALID_INPUT",
    });
    const permissions = permissionBits("VIEW_CHANNEL");
    await expect(update(manager, everyone, { name: "@everyone", permissions })).resolves.toMatchObject({
      permissions: bits("VIEW_CHANNEL"),
    });
  });

  test("by one who was demoted while the call came in is refused", async () => {
    const { id, manager, middle, low } = await aLadder();
    const place = await access.requireRole(manager.userId, low);
    await world.db
      .delete(memberRoles)
      .where(and(eq(memberRoles.serverId, id), eq(memberRoles.roleId, middle)));
    // The memory has not heard of it yet; the tables decide.
    const late = roles.update(manager, place, { roleId: low, name: "Guides" });
    await expect(late).rejects.toMatchObject(lacking("MANAGE_ROLES"));
    expect(await world.listAudit(id)).toEqual([]);
  });
});

describe("deleting", () => {
  test("takes the role from everyone and everywhere, closes the gap, and is told and kept", async () => {
    const { id, owner, manager, text, low, middle, high, everyone } = await aLadder();
    const member = await world.aMember(id);
    await world.give(id, member.userId, low);
    await world.channels.setOverride(owner, await world.channelAccess(owner, text), {
      channelId: text,
      target: { type: "role", id: low },
      allow: permissionBits("SPEAK"),
      deny: 0n,
    });
    const events = await world.eventsOf(() => remove(manager, low));
    const audience = { kind: "server", serverId: id };
    expect(events).toMatchObject([
      { audience, event: { t: "ROLE_DELETE", d: { id: low, serverId: id } }, accessChange: { serverId: id } },
      { audience, event: { t: "ROLE_UPDATE", d: { id: middle, position: 1 } } },
      { audience, event: { t: "ROLE_UPDATE", d: { id: high, position: 2 } } },
    ]);
    expect(await positionsOf(id)).toEqual([
      [high, 2],
      [middle, 1],
      [everyone, 0],
    ]);
    const { state } = await world.serverAccess(owner, id);
    expect(state.members.get(member.userId)?.roleIds).toEqual([]);
    expect(state.channels.get(text)?.overrides).toEqual([]);
    expect(await world.db.$count(channelOverrides, eq(channelOverrides.roleId, low))).toBe(0);
    expect((await world.listAudit(id)).at(-1)).toMatchObject({
      action: "roles.delete",
      targetId: low,
      changes: { before: { permissions: "0", color: null }, after: null },
    });
  });

  test("reaches only roles below the caller's, and never @everyone", async () => {
    const { id, owner, manager, middle, high, everyone } = await aLadder();
    for (const roleId of [middle, high])
      await expect(remove(manager, roleId)).rejects.toMatchObject(hierarchy);
    await expect(remove(owner, everyone)).rejects.toMatchObject({ reason: "INVALID_INPUT" });
    expect(await roles.list(id)).toHaveLength(4);
    const place = await access.requireRole(owner.userId, high);
    await roles.delete(owner, place);
    await expect(roles.delete(owner, place)).rejects.toMatchObject(notFound);
  });

  test("what denies its deleter something is refused, and nothing of it stays", async () => {
    const { id, owner, manager, text, low } = await aLadder();
    await world.give(id, manager.userId, low);
    await world.channels.setOverride(owner, await world.channelAccess(owner, text), {
      channelId: text,
      target: { type: "role", id: low },
      allow: 0n,
      deny: permissionBits("SEND_MESSAGES"),
    });
    const before = await positionsOf(id);
    const events = await world.eventsOf(async () => {
      await expect(remove(manager, low)).rejects.toMatchObject(lacking("SEND_MESSAGES"));
    });
    expect(events).toEqual([]);
    expect(await positionsOf(id)).toEqual(before);
    await expect(remove(owner, low)).resolves.toBeUndefined();
  });
});

describe("a new order", () => {
  test("puts the roles below the caller as wished, and tells of those that moved", async () => {
    const { id, owner, manager, low, middle, high } = await aLadder();
    const { id: lowest } = await create(owner, id);
    const events = await world.eventsOf(() =>
      roles.reorder(manager, { serverId: id, roleIds: [high, middle, lowest, low] }),
    );
    const audience = { kind: "server", serverId: id };
    expect(events).toMatchObject([
      { audience, event: { t: "ROLE_UPDATE", d: { id: lowest, position: 2 } } },
      { audience, event: { t: "ROLE_UPDATE", d: { id: low, position: 1 } } },
    ]);
    expect((await roles.list(id)).map((role) => role.id).slice(0, 4)).toEqual([high, middle, lowest, low]);
    expect((await world.listAudit(id)).at(-1)).toMatchObject({
      action: "roles.reorder",
      targetType: "server",
      changes: {
        before: {
          roles: [
            { id: lowest, position: 1 },
            { id: low, position: 2 },
          ],
        },
        after: {
          roles: [
            { id: lowest, position: 2 },
            { id: low, position: 1 },
          ],
        },
      },
    });
  });

  test("that is there already says nothing", async () => {
    const { id, manager, low, middle, high } = await aLadder();
    const events = await world.eventsOf(() =>
      roles.reorder(manager, { serverId: id, roleIds: [high, middle, low] }),
    );
    expect(events).toEqual([]);
    expect(await world.listAudit(id)).toEqual([]);
  });

  test("leaves those at or above the caller where they are", async () => {
    const { id, owner, manager, low, middle, high } = await aLadder();
    for (const roleIds of [
      [middle, high, low],
      [high, low, middle],
    ]) {
      await expect(roles.reorder(manager, { serverId: id, roleIds })).rejects.toMatchObject(hierarchy);
    }
    await roles.reorder(owner, { serverId: id, roleIds: [low, middle, high] });
    expect((await roles.list(id)).slice(0, 3).map((role) => role.id)).toEqual([low, middle, high]);
  });

  test("names exactly the server's roles, without @everyone", async () => {
    const { id, owner, low, middle, high, everyone } = await aLadder();
    const foreign = (await aLadder()).low;
    for (const roleIds of [
      [high, middle],
      [high, middle, low, everyone],
      [high, middle, foreign],
      [high, middle, middle],
    ]) {
      await expect(roles.reorder(owner, { serverId: id, roleIds })).rejects.toMatchObject({
        reason: "INVALID_INPUT",
      });
    }
  });
});

test("whoever is timed out governs no roles until it ends", async () => {
  const { id, manager, low } = await aLadder();
  const place = await access.requireRole(manager.userId, low);
  const until = new Date(world.clock.nowMs() + 60_000);
  await world.db
    .update(serverMembers)
    .set({ timeoutUntil: until })
    .where(and(eq(serverMembers.serverId, id), eq(serverMembers.userId, manager.userId)));
  const late = roles.update(manager, place, { roleId: low, name: "Guides" });
  await expect(late).rejects.toMatchObject(refusal("TIMED_OUT", { until: until.toISOString() }));
  world.clock.advance(60_000);
  await expect(roles.update(manager, place, { roleId: low, name: "Guides" })).resolves.toMatchObject({
    name: "Guides",
  });
});
