import { afterAll, describe, expect, test } from "vitest";
import type { Actor } from "#server/trpc/context.ts";
import type { LogEntry } from "#server/events/event-log.ts";
import type { RoleId, ServerId } from "#shared/ids.ts";
import type { PermissionName } from "#shared/permissions.ts";
import { createTestServices, refusal } from "#tests/support/services.ts";

const world = await createTestServices();
afterAll(() => world[Symbol.asyncDispose]());
const { access, members } = world;

const hierarchy = refusal("MISSING_PERMISSION", { permission: "HIERARCHY" });
const lacking = (permission: PermissionName) => refusal("MISSING_PERMISSION", { permission });
const notFound = refusal("NOT_FOUND");

const rolesOf = async (serverId: ServerId, { userId }: Actor): Promise<RoleId[]> =>
  (await members.listOfUser(userId, [serverId])).get(serverId)?.roleIds.toSorted() ?? [];

/** A manager of roles in the middle of five roles: two below, of which one holds more than they do, and two above. */
const aGovernedServer = async () => {
  const server = await world.aServer();
  const { id } = server;
  const low = await world.aRole(id, { position: 1, permissions: ["MANAGE_MESSAGES"] });
  const strong = await world.aRole(id, { position: 2, permissions: ["BAN_MEMBERS"] });
  const manager = await world.aMember(id, {
    permissions: ["MANAGE_ROLES", "MANAGE_MESSAGES"],
    position: 3,
  });
  const high = await world.aRole(id, { position: 4 });
  const { state } = await world.serverAccess(server.owner, id);
  const [own] = state.members.get(manager.userId)?.roleIds ?? [];
  if (!own) throw new Error("the manager has a role");
  const plain = await world.aMember(id);
  return { ...server, manager, low, strong, own, high, plain, everyone: state.everyoneRoleId };
};

describe("a member's roles", () => {
  test("are given and taken, told with the change of access, and kept in the audit log", async () => {
    const { id, owner, manager, plain, low, strong } = await aGovernedServer();
    await members.setRoles(owner, { serverId: id, userId: plain.userId, roleIds: [strong] });
    const change = { serverId: id, userId: plain.userId, roleIds: [low, low] };
    const events = await world.eventsOf(async () => {
      await expect(members.setRoles(manager, change)).resolves.toMatchObject({ roleIds: [low] });
    });
    expect(events).toMatchObject([
      {
        audience: { kind: "server", serverId: id },
        event: { t: "MEMBER_UPDATE", d: { user: { id: plain.userId }, roleIds: [low] } },
        accessChange: { serverId: id, userId: plain.userId },
      },
    ]);
    await expect(access.requireServer(plain.userId, id, "MANAGE_MESSAGES")).resolves.toBeTruthy();
    expect((await world.listAudit(id)).at(-1)).toMatchObject({
      actorId: manager.userId,
      action: "members.setRoles",
      targetType: "member",
      targetId: plain.userId,
      changes: {
        before: { roles: [{ id: strong, name: expect.stringMatching(/^role/) as unknown }] },
        after: { roles: [{ id: low, name: expect.stringMatching(/^role/) as unknown }] },
      },
    });
  });

  test("that they have already change nothing and say nothing", async () => {
    const { id, manager, plain, low } = await aGovernedServer();
    const key = { serverId: id, userId: plain.userId };
    await members.setRoles(manager, { ...key, roleIds: [low] });
    const events = await world.eventsOf(async () => {
      await expect(members.setRoles(manager, { ...key, roleIds: [low] })).resolves.toMatchObject({
        roleIds: [low],
      });
    });
    expect(events).toEqual([]);
    expect(await world.listAudit(id)).toHaveLength(1);
  });

  test("are changed by whoever stands above the member, in what stands below themselves", async () => {
    const { id, manager, plain, own, high, low } = await aGovernedServer();
    const key = { serverId: id, userId: plain.userId };
    for (const roleId of [own, high]) {
      await expect(members.setRoles(manager, { ...key, roleIds: [roleId] })).rejects.toMatchObject(hierarchy);
    }
    const above = await world.aMember(id);
    await world.give(id, above.userId, high);
    const beside = await world.aMember(id);
    await world.give(id, beside.userId, own);
    for (const { userId } of [above, beside]) {
      const refused = members.setRoles(manager, { serverId: id, userId, roleIds: [low] });
      await expect(refused).rejects.toMatchObject(hierarchy);
    }
    expect(await world.listAudit(id)).toEqual([]);
  });

  test("hold no more than whoever gives them; taking them asks for less", async () => {
    const { id, owner, manager, plain, strong, low } = await aGovernedServer();
    const key = { serverId: id, userId: plain.userId };
    await expect(members.setRoles(manager, { ...key, roleIds: [low, strong] })).rejects.toMatchObject(
      lacking("BAN_MEMBERS"),
    );
    expect(await rolesOf(id, plain)).toEqual([]);
    await members.setRoles(owner, { ...key, roleIds: [strong] });
    // Only the difference counts.
    await members.setRoles(manager, { ...key, roleIds: [strong, low] });
    expect(await rolesOf(id, plain)).toEqual([low, strong].toSorted());
    await members.setRoles(manager, { ...key, roleIds: [] });
    expect(await rolesOf(id, plain)).toEqual([]);
  });

  test("are one's own to change for the owner alone", async () => {
    const { id, owner, manager, own, high } = await aGovernedServer();
    const admin = await world.aMember(id, { permissions: ["ADMINISTRATOR"], position: 5 });
    for (const actor of [manager, admin]) {
      for (const roleIds of [[], [own]]) {
        const change = { serverId: id, userId: actor.userId, roleIds };
        await expect(members.setRoles(actor, change)).rejects.toMatchObject(hierarchy);
      }
      const onOwner = { serverId: id, userId: owner.userId, roleIds: [] };
      await expect(members.setRoles(actor, onOwner)).rejects.toMatchObject(hierarchy);
    }
    const ownerChange = { serverId: id, userId: owner.userId, roleIds: [high] };
    await expect(members.setRoles(owner, ownerChange)).resolves.toMatchObject({ roleIds: [high] });
  });

  test("are roles of the server without @everyone, of its members, by whoever has MANAGE_ROLES", async () => {
    const { id, owner, manager, plain, low, everyone } = await aGovernedServer();
    const key = { serverId: id, userId: plain.userId };
    const stranger = await world.anActor();
    const foreign = (await aGovernedServer()).low;
    await expect(members.setRoles(owner, { ...key, roleIds: [foreign] })).rejects.toMatchObject(notFound);
    await expect(members.setRoles(owner, { ...key, roleIds: [everyone] })).rejects.toMatchObject({
      reason: "INVALID_INPUT",
    });
    const onStranger = { serverId: id, userId: stranger.userId, roleIds: [low] };
    await expect(members.setRoles(manager, onStranger)).rejects.toMatchObject(notFound);
    await expect(members.setRoles(plain, { ...key, roleIds: [] })).rejects.toMatchObject(
      lacking("MANAGE_ROLES"),
    );
    await expect(members.setRoles(stranger, { ...key, roleIds: [] })).rejects.toMatchObject(notFound);
  });

  test("changed many times at once end as they are stored, and so say the events", async () => {
    const { id, owner, plain, low, strong, high } = await aGovernedServer();
    const key = { serverId: id, userId: plain.userId };
    const wanted = [[low], [strong], [low, high], [], [high], [strong, low]];
    const events = await world.eventsOf(() =>
      Promise.all(wanted.map((roleIds) => members.setRoles(owner, { ...key, roleIds }))),
    );
    const last = events.findLast(({ event }) => event.t === "MEMBER_UPDATE");
    expect(last?.event.t === "MEMBER_UPDATE" && last.event.d.roleIds.toSorted()).toEqual(
      await rolesOf(id, plain),
    );
    const { state } = await world.serverAccess(owner, id);
    expect(state.members.get(plain.userId)?.roleIds.toSorted()).toEqual(await rolesOf(id, plain));
  });

  test("of one who leaves in that moment are told before they are gone, or not at all", async () => {
    const { id, owner, low } = await aGovernedServer();
    for (let round = 0; round < 6; round++) {
      const guest = await world.aMember(id);
      const entries: LogEntry[] = [];
      const stop = world.events.subscribe((entry) => void entries.push(entry));
      await Promise.allSettled([
        members.setRoles(owner, { serverId: id, userId: guest.userId, roleIds: [low] }),
        members.leave(guest, id),
      ]);
      stop();
      const types = entries.flatMap((entry) => (entry.kind === "event" ? [entry.event.t] : []));
      expect(types.filter((t) => t !== "MEMBER_UPDATE")).toEqual(["MEMBER_LEAVE", "SERVER_DELETE"]);
      expect(types.indexOf("MEMBER_UPDATE")).toBeLessThanOrEqual(0);
    }
  });
});
