import { eq } from "drizzle-orm";
import { afterAll, expect, test } from "vitest";
import { createAccessRepo } from "#server/access/access.repo.ts";
import { AccessService } from "#server/access/access.service.ts";
import { channelPermissionsOf } from "#server/access/server-state.ts";
import { withTransaction } from "#server/database/client.ts";
import { messages } from "#server/database/schema/messages.ts";
import { roles } from "#server/database/schema/roles.ts";
import { serverMembers } from "#server/database/schema/servers.ts";
import { hasPermission, permissionBits } from "#shared/permissions.ts";
import { createTestServices, refusal } from "#tests/support/services.ts";

const world = await createTestServices();
afterAll(() => world[Symbol.asyncDispose]());
const { access, ids } = world;

test("outsiders learn nothing: a server, a channel and a message that are not theirs do not exist", async () => {
  const { id, text, owner } = await world.aServer();
  const messageId = await world.aMessage(text, owner.userId);
  const { userId } = await world.anActor();
  const refusals = [
    () => access.requireServer(userId, id),
    () => access.requireServer(userId, ids.serverId()),
    () => access.requireChannel(userId, text),
    () => access.requireChannel(userId, ids.channelId()),
    () => access.requireMessage(userId, messageId),
    () => access.requireMessage(userId, ids.messageId()),
  ];
  for (const ask of refusals) await expect(ask()).rejects.toMatchObject(refusal("NOT_FOUND"));
});

test("members are told which permission they lack, the owner lacks none", async () => {
  const { id, text, owner } = await world.aServer();
  const { userId } = await world.aMember(id);
  const lacking = refusal("MISSING_PERMISSION", { permission: "MANAGE_CHANNELS" });
  await expect(access.requireServer(userId, id, "MANAGE_CHANNELS")).rejects.toMatchObject(lacking);
  await expect(access.requireChannel(userId, text, "MANAGE_CHANNELS")).rejects.toMatchObject(lacking);
  await expect(access.requireChannel(owner.userId, text, "MANAGE_CHANNELS")).resolves.toMatchObject({
    serverId: id,
  });
});

test("a message is found where it stands until it is deleted", async () => {
  const { text, owner } = await world.aServer();
  const messageId = await world.aMessage(text, owner.userId);
  await expect(access.requireMessage(owner.userId, messageId)).resolves.toMatchObject({
    messageId,
    authorId: owner.userId,
  });
  await world.db.update(messages).set({ deletedAt: new Date() }).where(eq(messages.id, messageId));
  await expect(access.requireMessage(owner.userId, messageId)).rejects.toMatchObject(refusal("NOT_FOUND"));
});

test("roles and overrides that are stored count, in the order of the contract", async () => {
  const { id, text, owner } = await world.aServer();
  const actor = await world.aMember(id, { permissions: ["MANAGE_MESSAGES"] });
  const { state } = await world.serverAccess(owner, id);
  const place = await world.channelAccess(owner, text);
  const roleId = state.members.get(actor.userId)?.roleIds[0];
  if (!roleId) throw new Error("the member has a role");
  const set = (
    target: { type: "role"; id: typeof roleId } | { type: "member"; id: typeof actor.userId },
    allow: bigint,
    deny: bigint,
  ) => world.channels.setOverride(owner, place, { channelId: text, target, allow, deny });
  await set({ type: "role", id: state.everyoneRoleId }, 0n, permissionBits("SEND_MESSAGES", "ADD_REACTIONS"));
  await set({ type: "role", id: roleId }, permissionBits("SEND_MESSAGES", "ADD_REACTIONS"), 0n);
  await set({ type: "member", id: actor.userId }, 0n, permissionBits("ADD_REACTIONS"));

  const { permissions } = await access.requireChannel(actor.userId, text);
  expect(hasPermission(permissions, "SEND_MESSAGES")).toBe(true);
  expect(hasPermission(permissions, "ADD_REACTIONS")).toBe(false);
  expect(hasPermission(permissions, "MANAGE_MESSAGES")).toBe(true);

  // Another process's memory, read from the tables alone, says the same.
  const fresh = new AccessService({
    repo: createAccessRepo(world.db),
    repoIn: createAccessRepo,
    clock: world.clock,
  });
  await expect(fresh.requireChannel(actor.userId, text)).resolves.toMatchObject({ permissions });
});

test("every server of a user is loaded, and none that they left", async () => {
  const one = await world.aServer();
  const two = await world.aServer(one.owner);
  await world.aServer();
  const states = await access.loadServersOf(one.owner.userId);
  expect(states.map((state) => state.id).toSorted()).toEqual([one.id, two.id].toSorted());
  const guest = await world.aMember(one.id);
  await world.members.leave(guest, one.id);
  await expect(access.loadServersOf(guest.userId)).resolves.toEqual([]);
});

test("changes and questions at once end in what the tables say", async () => {
  const { id, owner } = await world.aServer();
  const fresh = new AccessService({
    repo: createAccessRepo(world.db),
    repoIn: createAccessRepo,
    clock: world.clock,
  });
  const guests = await Promise.all(Array.from({ length: 12 }, () => world.anActor()));
  const { state } = await fresh.requireServer(owner.userId, id);

  const join = async (index: number): Promise<void> => {
    const userId = guests[index]?.userId;
    if (!userId) return;
    await world.db.insert(serverMembers).values({ serverId: id, userId });
    await fresh.memberChanged(id, userId);
    // Its own change is seen by whoever made it, whatever the others do at the same time.
    await fresh.requireServer(userId, id);
  };
  const change = async (position: number): Promise<void> => {
    await world.db.update(roles).set({ position }).where(eq(roles.id, state.everyoneRoleId));
    await fresh.serverChanged(id);
  };
  await Promise.all(
    guests.flatMap((_, index) => [join(index), change(0), fresh.requireServer(owner.userId, id)]),
  );

  const members = [...(fresh.peek(id)?.members.keys() ?? [])];
  expect(members.toSorted()).toEqual([owner, ...guests].map(({ userId }) => userId).toSorted());
});

test("a channel made or deleted in the tables is known after the server's change", async () => {
  const { id, owner } = await world.aServer();
  const channelId = await world.aChannel(id);
  const { state, channel } = await access.requireChannel(owner.userId, channelId);
  expect(hasPermission(channelPermissionsOf(state, owner.userId, channel), "VIEW_CHANNEL")).toBe(true);
  await world.channels.delete(owner, await world.channelAccess(owner, channelId));
  await expect(access.requireChannel(owner.userId, channelId)).rejects.toMatchObject(refusal("NOT_FOUND"));
});

test("a change in one channel leaves what is known of all others in memory", async () => {
  const { id, owner, text, voice } = await world.aServer();
  const guest = await world.aMember(id);
  const hide = async (channelId: typeof text) => {
    const place = await world.channelAccess(owner, channelId);
    const target = { type: "role", id: place.state.everyoneRoleId } as const;
    await world.channels.setOverride(owner, place, {
      channelId,
      target,
      allow: 0n,
      deny: permissionBits("SPEAK"),
    });
  };
  await hide(text);
  const ask = async () => {
    for (const { userId } of [owner, guest])
      for (const channelId of [text, voice]) await access.requireChannel(userId, channelId);
    return access.peek(id)?.rights.size;
  };
  expect(await ask()).toBe(4);
  await hide(voice);
  expect(access.peek(id)?.rights.size).toBe(2);
  expect(await ask()).toBe(4);
  expect(access.peek(id)?.rights.resolutions).toBe(2);
});

test("what one member may do is read without the crowd, and is what the whole server says", async () => {
  const { id, text, owner } = await world.aServer();
  const actor = await world.aMember(id, { permissions: ["MANAGE_MESSAGES"] });
  await world.aMember(id);
  const { state: whole, channel } = await world.channelAccess(actor, text);
  const readFor = (userId: typeof actor.userId) =>
    withTransaction(world.db, (tx) => access.readFor(tx, id, userId));
  for (const { userId } of [actor, owner]) {
    const alone = await readFor(userId);
    expect([...(alone?.members.keys() ?? [])]).toEqual([userId]);
    expect(alone && channelPermissionsOf(alone, userId, channel)).toBe(
      channelPermissionsOf(whole, userId, channel),
    );
  }
  expect((await readFor((await world.anActor()).userId))?.members.size).toBe(0);
});
