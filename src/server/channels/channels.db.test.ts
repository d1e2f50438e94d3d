import { eq } from "drizzle-orm";
import { afterAll, describe, expect, test } from "vitest";
import { channels as channelsTable } from "#server/database/schema/channels.ts";
import type { ChannelId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";
import { createTestServices, refusal } from "#tests/support/services.ts";

const world = await createTestServices();
afterAll(() => world[Symbol.asyncDispose]());
const { channels } = world;

type TestServer = Awaited<ReturnType<typeof world.aServer>>;

const create = async (
  { id, owner }: TestServer,
  input: { type?: "text" | "voice" | "category"; parentId?: ChannelId },
) =>
  channels.create(owner, await world.serverAccess(owner, id), {
    serverId: id,
    name: "planning",
    type: input.type ?? "text",
    parentId: input.parentId,
  });

/** Out of the sight of everyone without a role that says otherwise. */
const hide = async ({ id, owner }: TestServer, channelId: ChannelId): Promise<void> => {
  const { state } = await world.serverAccess(owner, id);
  const target = { type: "role", id: state.everyoneRoleId } as const;
  await channels.setOverride(owner, await world.channelAccess(owner, channelId), {
    channelId,
    target,
    allow: 0n,
    deny: 1n,
  });
};

const listIds = async (server: TestServer): Promise<ChannelId[]> => {
  const list = await channels.list(server.owner, await world.serverAccess(server.owner, server.id));
  return list.map(({ id }) => id);
};

describe("creating", () => {
  test("puts the channel at the end, tells those who see it, and keeps who did it", async () => {
    const server = await world.aServer();
    const { id, text, voice, owner } = server;
    const events = await world.eventsOf(() => create(server, {}));
    const [, , made] = await listIds(server);
    expect(await listIds(server)).toEqual([text, voice, made]);
    expect(events).toMatchObject([
      {
        audience: { kind: "channel", serverId: id, channelId: made },
        event: { t: "CHANNEL_CREATE", d: { id: made, name: "planning", position: 2, overrides: [] } },
        accessChange: { serverId: id },
      },
    ]);
    expect(await world.listAudit(id)).toMatchObject([
      { actorId: owner.userId, action: "channels.create", targetType: "channel", targetId: made },
    ]);
  });

  test("takes categories of the same server as parents, and gives categories none", async () => {
    const server = await world.aServer();
    const category = await create(server, { type: "category" });
    await expect(create(server, { parentId: category.id })).resolves.toMatchObject({ parentId: category.id });
    const foreign = await create(await world.aServer(), { type: "category" });
    const fault = { name: "AppError", reason: "INVALID_INPUT" };
    await expect(create(server, { parentId: foreign.id })).rejects.toMatchObject(fault);
    await expect(create(server, { parentId: server.text })).rejects.toMatchObject(fault);
    await expect(create(server, { type: "category", parentId: category.id })).rejects.toMatchObject(fault);
    expect(await listIds(server)).toHaveLength(4);
  });

  test("stops at the server's limit, also when many are made at once", async () => {
    const server = await world.aServer();
    const { id } = server;
    const rows = Array.from({ length: limits.channelsPerServer - 4 }, (_, index) => ({
      id: world.ids.channelId(),
      serverId: id,
      type: "text" as const,
      name: "filler",
      position: index + 2,
    }));
    await world.db.insert(channelsTable).values(rows);
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => create(server, {})));
    const refused = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(refused.map(({ reason }) => reason as unknown)).toMatchObject(
      Array.from({ length: 4 }, () => refusal("TOO_LARGE", { limit: limits.channelsPerServer })),
    );
    const stored = await world.db.select().from(channelsTable).where(eq(channelsTable.serverId, id));
    expect(stored).toHaveLength(limits.channelsPerServer);
    expect(new Set(stored.map(({ position }) => position)).size).toBe(limits.channelsPerServer);
  });
});

describe("updating", () => {
  test("changes what is named, says so once, and says nothing of nothing", async () => {
    const server = await world.aServer();
    const { owner, text: channelId, id } = server;
    const place = await world.channelAccess(owner, channelId);
    const events = await world.eventsOf(async () => {
      await channels.update(owner, place, { channelId, name: "general" });
      await channels.update(owner, place, { channelId, topic: "what is new" });
    });
    expect(events).toMatchObject([
      {
        audience: { kind: "channel", channelId },
        event: { t: "CHANNEL_UPDATE", d: { name: "general", topic: "what is new" } },
      },
    ]);
    expect(await world.listAudit(id)).toMatchObject([
      { action: "channels.update", changes: { before: { topic: null }, after: { topic: "what is new" } } },
    ]);
  });

  test("sets slow mode where people write, and keeps what it was", async () => {
    const { owner, id, text: channelId, voice } = await world.aServer();
    const place = await world.channelAccess(owner, channelId);
    await expect(channels.update(owner, place, { channelId, slowModeSeconds: 30 })).resolves.toMatchObject({
      slowModeSeconds: 30,
    });
    expect(await world.listAudit(id)).toMatchObject([
      {
        action: "channels.update",
        targetName: "general",
        changes: { before: { slowModeSeconds: 0 }, after: { slowModeSeconds: 30 } },
      },
    ]);
    const voicePlace = await world.channelAccess(owner, voice);
    const refused = channels.update(owner, voicePlace, { channelId: voice, slowModeSeconds: 30 });
    await expect(refused).rejects.toMatchObject({ reason: "INVALID_INPUT" });
  });

  test("gives the caller's permissions as they are without a timeout, which the library knows of", async () => {
    const server = await world.aServer();
    const { id, text: channelId } = server;
    const manager = await world.aMember(id, { permissions: ["MANAGE_CHANNELS"] });
    const [expected] = await channels.list(manager, await world.serverAccess(manager, id));
    const place = await world.channelAccess(manager, channelId);
    const told = world.events.subscribe(({ kind }) => {
      const { members } = world.access.peek(id) ?? {};
      const member = members?.get(manager.userId);
      if (kind === "event" && member)
        members?.set(manager.userId, { ...member, timeoutUntil: new Date(world.clock.nowMs() + 60_000) });
    });
    const updated = await channels.update(manager, place, { channelId, topic: "what is new" });
    told();
    expect(updated.permissions).toBe(expected?.permissions);
  });

  test("returns the newest message that is not deleted", async () => {
    const { owner, text: channelId } = await world.aServer();
    const newest = await world.aMessage(channelId, owner.userId);
    await world.aMessage(channelId, owner.userId, new Date());
    const place = await world.channelAccess(owner, channelId);
    await expect(channels.update(owner, place, { channelId, topic: "x" })).resolves.toMatchObject({
      lastMessageId: newest,
    });
  });
});

describe("deleting", () => {
  test("takes the channel's messages along and leaves a category's channels without one", async () => {
    const server = await world.aServer();
    const { owner, id } = server;
    const category = await create(server, { type: "category" });
    const child = await create(server, { parentId: category.id });
    await world.aMessage(child.id, owner.userId);
    const events = await world.eventsOf(async () =>
      channels.delete(owner, await world.channelAccess(owner, category.id)),
    );
    expect(events).toMatchObject([
      {
        audience: { kind: "channel", channelId: category.id },
        event: { t: "CHANNEL_DELETE", d: { id: category.id, serverId: id } },
        accessChange: { serverId: id },
      },
      { event: { t: "CHANNEL_UPDATE", d: { id: child.id, parentId: null } } },
    ]);
    await channels.delete(owner, await world.channelAccess(owner, child.id));
    expect(await listIds(server)).toHaveLength(2);
  });

  test("twice at once happens once", async () => {
    const { owner, text } = await world.aServer();
    const place = await world.channelAccess(owner, text);
    const outcomes = await Promise.allSettled([channels.delete(owner, place), channels.delete(owner, place)]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });
});

describe("reordering", () => {
  test("puts the channels into the order and tells of those that moved", async () => {
    const server = await world.aServer();
    const { id, owner, text, voice } = server;
    const category = await create(server, { type: "category" });
    const order = [
      { id: category.id, parentId: null },
      { id: voice, parentId: null },
      { id: text, parentId: category.id },
    ];
    const access = await world.serverAccess(owner, id);
    const events = await world.eventsOf(() => channels.reorder(owner, access, { serverId: id, order }));
    expect(await listIds(server)).toEqual([category.id, voice, text]);
    expect(events.map(({ event }) => event)).toMatchObject([
      { t: "CHANNEL_UPDATE", d: { id: category.id, position: 0 } },
      { t: "CHANNEL_UPDATE", d: { id: text, position: 2, parentId: category.id } },
    ]);
    expect(await world.eventsOf(() => channels.reorder(owner, access, { serverId: id, order }))).toEqual([]);
  });

  test("leaves channels alone that do not exist for the caller", async () => {
    const server = await world.aServer();
    const { id, text, voice } = server;
    const hidden = await create(server, {});
    const last = await create(server, {});
    await hide(server, hidden.id);
    const helper = await world.aMember(id, { permissions: ["MANAGE_CHANNELS"] });
    const order = [last.id, voice, text].map((channelId) => ({ id: channelId, parentId: null }));
    await channels.reorder(helper, await world.serverAccess(helper, id), { serverId: id, order });
    expect(await listIds(server)).toEqual([last.id, voice, hidden.id, text]);
  });

  test("refuses an order that names other channels than the caller's", async () => {
    const server = await world.aServer();
    const { id, owner, text } = server;
    const foreign = await world.aServer();
    const access = await world.serverAccess(owner, id);
    for (const named of [[text], [text, text], [text, server.voice, foreign.text]]) {
      const order = named.map((channelId) => ({ id: channelId, parentId: null }));
      const refused = channels.reorder(owner, access, { serverId: id, order });
      await expect(refused).rejects.toMatchObject({ reason: "INVALID_INPUT" });
    }
    expect(await listIds(server)).toEqual([text, server.voice]);
  });
});
