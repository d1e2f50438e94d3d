import { eq } from "drizzle-orm";
import { afterAll, describe, expect, test } from "vitest";
import { serverMembers } from "#server/database/schema/servers.ts";
import { isAppError } from "#server/kernel/app-error.ts";
import type { Actor } from "#server/trpc/context.ts";
import type { RoleId, ServerId } from "#shared/ids.ts";
import { type PermissionName, permissionBits } from "#shared/permissions.ts";
import { createTestServices, refusal } from "#tests/support/services.ts";

const world = await createTestServices();
afterAll(() => world[Symbol.asyncDispose]());
const { access, invites, members } = world;

const hierarchy = refusal("MISSING_PERMISSION", { permission: "HIERARCHY" });
const lacking = (permission: PermissionName) => refusal("MISSING_PERMISSION", { permission });

/** One who invites with roles, which are below theirs; a role that holds more than they do, and one above them. */
const aHouse = async () => {
  const server = await world.aServer();
  const { id } = server;
  const guest = await world.aRole(id, { position: 1, permissions: ["MANAGE_MESSAGES"] });
  const plain = await world.aRole(id, { position: 2 });
  const strong = await world.aRole(id, { position: 3, permissions: ["BAN_MEMBERS"] });
  const host = await world.aMember(id, {
    permissions: ["MANAGE_ROLES", "MANAGE_MESSAGES", "KICK_MEMBERS"],
    position: 4,
  });
  const high = await world.aRole(id, { position: 5 });
  const { state } = await world.serverAccess(server.owner, id);
  const [own] = state.members.get(host.userId)?.roleIds ?? [];
  if (!own) throw new Error("the host has a role");
  return { ...server, host, guest, plain, strong, own, high, everyone: state.everyoneRoleId };
};
type House = Awaited<ReturnType<typeof aHouse>>;

const invite = (actor: Actor, serverId: ServerId, roleIds: RoleId[]) =>
  invites.create(actor, { serverId, roleIds });

/** The roles with which a stranger comes in. */
const comeIn = async (code: string): Promise<RoleId[]> => {
  const stranger = await world.anActor();
  const { id } = await invites.accept(stranger, code);
  return rolesOf(id, stranger);
};

const rolesOf = async (serverId: ServerId, { userId }: Actor): Promise<RoleId[]> =>
  (await members.listOfUser(userId, [serverId])).get(serverId)?.roleIds.toSorted() ?? [];

describe("an invite with roles", () => {
  test("gives them to whoever joins, which everyone is told at once, and says so where it is listed", async () => {
    const { id, owner, host, guest, plain } = await aHouse();
    const made = await world.eventsOf(() => invite(host, id, [guest, plain, guest]));
    expect(made).toMatchObject([{ event: { t: "INVITE_CREATE", d: { roleIds: [guest, plain] } } }]);
    const [{ code, roleIds } = { code: "", roleIds: [] }] = await world.listInvites(id);
    expect(roleIds).toEqual([guest, plain].toSorted());
    expect(await world.listAudit(id)).toMatchObject([
      { action: "invites.create", changes: { after: { roles: [{ id: guest }, { id: plain }] } } },
    ]);

    const stranger = await world.anActor();
    const joined = await world.eventsOf(() => invites.accept(stranger, code));
    expect(joined).toMatchObject([
      { event: { t: "MEMBER_JOIN", d: { roleIds: expect.arrayContaining([guest, plain]) as unknown } } },
      { event: { t: "SERVER_CREATE", d: { member: { user: { id: stranger.userId } } } } },
    ]);
    const { permissions, state } = await world.serverAccess(stranger, id);
    expect(permissions & permissionBits("MANAGE_MESSAGES")).not.toBe(0n);
    expect(state.members.get(stranger.userId)?.roleIds.toSorted()).toEqual([guest, plain].toSorted());
    // What comes with an invite is in the log with the invite.
    expect(await world.listAudit(id)).toHaveLength(1);
    await expect(world.serverAccess(owner, id)).resolves.toBeTruthy();
  });

  test("is made by whoever may give the roles themselves", async () => {
    const { id, host, guest, strong, own, high, everyone } = await aHouse();
    const inviter = await world.aMember(id, { permissions: ["CREATE_INVITE"], position: 5 });
    await expect(invite(inviter, id, [guest])).rejects.toMatchObject(lacking("MANAGE_ROLES"));
    await expect(invite(inviter, id, [])).resolves.toMatchObject({ roleIds: [] });
    for (const roleId of [own, high]) {
      await expect(invite(host, id, [guest, roleId])).rejects.toMatchObject(hierarchy);
    }
    await expect(invite(host, id, [strong])).rejects.toMatchObject(lacking("BAN_MEMBERS"));
    await expect(invite(host, id, [everyone])).rejects.toMatchObject({ reason: "INVALID_INPUT" });
    const foreign = (await aHouse()).guest;
    await expect(invite(host, id, [foreign])).rejects.toMatchObject(refusal("NOT_FOUND"));
    expect(await world.listInvites(id)).toHaveLength(1);
  });

  test("gives nothing to one who is a member already", async () => {
    const { id, host, guest } = await aHouse();
    const { code } = await invite(host, id, [guest]);
    const member = await world.aMember(id);
    await invites.accept(member, code);
    expect(await rolesOf(id, member)).toEqual([]);
    await expect(world.listInvites(id)).resolves.toMatchObject([{ uses: 0 }]);
  });

  test("forgets a role that is deleted", async () => {
    const { id, owner, host, guest, plain } = await aHouse();
    const { code } = await invite(host, id, [guest, plain]);
    await world.roles.delete(owner, await access.requireRole(owner.userId, guest));
    await expect(world.listInvites(id)).resolves.toMatchObject([{ roleIds: [plain] }]);
    expect(await comeIn(code)).toEqual([plain]);
  });

  test("made by the owner gives any role", async () => {
    const { id, owner, high, strong } = await aHouse();
    const { code } = await invite(owner, id, [high, strong]);
    expect(await comeIn(code)).toEqual([high, strong].toSorted());
  });
});

describe("the code of an invite with roles", () => {
  test("is told to nobody who could not give them, in no list, event or log, or a second account would have them", async () => {
    const { id, owner, host, guest, strong } = await aHouse();
    const manager = await world.aMember(id, { permissions: ["MANAGE_SERVER"], position: 5 });
    const listAs = async (actor: Actor) =>
      (await invites.list(actor, await world.serverAccess(actor, id))).map(({ code }) => code);
    const { code: plainCode } = await invite(owner, id, []);
    const made = await world.eventsOf(() => invite(owner, id, [strong]));
    expect(made).toMatchObject([
      { audience: { kind: "users", userIds: [owner.userId] }, event: { t: "INVITE_CREATE" } },
    ]);
    const { code: own } = await invite(host, id, [guest]);
    expect(await listAs(manager)).toEqual([plainCode]);
    expect(await listAs(owner)).toHaveLength(3);
    expect(await listAs(host)).toEqual(expect.arrayContaining([plainCode, own]));
    const codes = await listAs(owner);
    const log = JSON.stringify(await world.listAudit(id));
    expect(codes.filter((code) => log.includes(code))).toEqual([]);
  });
});

describe("what an invite gives goes by what its maker may give when it is used", () => {
  const setRoles = ({ id, owner, host }: House, roleIds: RoleId[]) =>
    members.setRoles(owner, { serverId: id, userId: host.userId, roleIds });
  const setBits = async ({ owner }: House, roleId: RoleId, ...names: PermissionName[]) =>
    world.roles.update(owner, await access.requireRole(owner.userId, roleId), {
      roleId,
      permissions: permissionBits(...names),
    });

  const losses: [
    name: string,
    lose: (house: House) => Promise<unknown>,
    given: (house: House) => RoleId[],
  ][] = [
    ["nothing", () => Promise.resolve(), ({ guest, plain }) => [guest, plain]],
    ["their role", (house) => setRoles(house, []), () => []],
    ["MANAGE_ROLES", (house) => setBits(house, house.own, "MANAGE_MESSAGES"), () => []],
    ["one of the bits", (house) => setBits(house, house.own, "MANAGE_ROLES"), ({ plain }) => [plain]],
    [
      "nothing, but the role holds more now",
      (house) => setBits(house, house.guest, "BAN_MEMBERS"),
      ({ plain }) => [plain],
    ],
    [
      "their height",
      async ({ id, owner, high, strong, plain, own, guest }) =>
        world.roles.reorder(owner, { serverId: id, roleIds: [high, plain, strong, own, guest] }),
      ({ guest }) => [guest],
    ],
    ["their membership", ({ id, host }) => members.leave(host, id), () => []],
  ];
  test.each(losses)("where they have lost %s", async (_, lose, given) => {
    const house = await aHouse();
    const { code } = await invite(house.host, house.id, [house.guest, house.plain]);
    await lose(house);
    expect(await comeIn(code)).toEqual(given(house).toSorted());
  });

  test("where they are timed out, until that ends", async () => {
    const { id, host, guest } = await aHouse();
    const { code } = await invite(host, id, [guest]);
    await world.db
      .update(serverMembers)
      .set({ timeoutUntil: new Date(world.clock.nowMs() + 60_000) })
      .where(eq(serverMembers.userId, host.userId));
    await access.memberChanged(id, host.userId);
    expect(await comeIn(code)).toEqual([]);
    await expect(invite(host, id, [])).rejects.toMatchObject({ reason: "TIMED_OUT" });
    world.clock.advance(60_000);
    expect(await comeIn(code)).toEqual([guest]);
  });

  test("so nobody comes back up with an invite of their own", async () => {
    const { id, host, guest, plain } = await aHouse();
    const { code } = await invite(host, id, [guest, plain]);
    await members.leave(host, id);
    await invites.accept(host, code);
    expect(await rolesOf(id, host)).toEqual([]);
  });
});

test("accepting, governing, revoking and deleting at once wait for each other in no circle", async () => {
  for (let round = 0; round < 4; round++) {
    const { id, owner, host, guest, plain } = await aHouse();
    const { code } = await invite(host, id, [guest, plain]);
    const strangers = await Promise.all(Array.from({ length: 4 }, () => world.anActor()));
    const place = await world.serverAccess(owner, id);
    const outcomes = await Promise.allSettled([
      ...strangers.map((stranger) => invites.accept(stranger, code)),
      members.setRoles(owner, { serverId: id, userId: host.userId, roleIds: [] }),
      members.kick(owner, { serverId: id, userId: host.userId }),
      invite(owner, id, [guest]),
      ...(round % 2 === 0 ? [invites.revoke(owner, code), world.servers.delete(owner, place)] : []),
    ]);
    const failures = outcomes.flatMap((outcome): unknown[] =>
      outcome.status === "rejected" && !isAppError(outcome.reason) ? [outcome.reason] : [],
    );
    expect(failures).toEqual([]);
  }
});
