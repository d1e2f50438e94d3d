/** Categories that hand their overrides down. */
import { eq } from "drizzle-orm";
import { afterAll, describe, expect, test } from "vitest";
import { channelOverrides } from "#server/database/schema/channels.ts";
import { servers } from "#server/database/schema/servers.ts";
import type { ChannelId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";
import { permissionNames } from "#shared/permissions.ts";
import {
  createOverrideWorld,
  hierarchy,
  invalid,
  lacking,
  ofMember,
  onWire,
  override,
} from "#tests/support/override-world.ts";
import { createTestServices, refusal } from "#tests/support/services.ts";

const world = await createTestServices();
afterAll(() => world[Symbol.asyncDispose]());
const { channels } = world;
const { everyoneOf, create, set, follow, move, aPrivateCategory, rightsOf, existsFor } =
  createOverrideWorld(world);

describe("a category's override", () => {
  test("changes all that follow it, and tells of each once, the change of access first", async () => {
    const server = await world.aServer();
    const { id, owner } = server;
    const category = await create(server, { type: "category" });
    const [one, two] = [
      await create(server, { parentId: category.id }),
      await create(server, { parentId: category.id }),
    ];
    const own = await create(server, { parentId: category.id, overrides: [] });
    const guest = await world.aMember(id);
    const hidden = override(await everyoneOf(server), { deny: ["VIEW_CHANNEL"] });
    const events = await world.eventsOf(() => set(owner, category.id, hidden));
    const changed = (channelId: ChannelId) => ({
      t: "CHANNEL_UPDATE",
      d: { id: channelId, overrides: [onWire(hidden)] },
    });
    expect(events).toMatchObject([
      { event: changed(category.id), accessChange: { serverId: id } },
      { event: changed(one.id) },
      { event: changed(two.id) },
    ]);
    expect(events.slice(1).every(({ accessChange }) => accessChange === undefined)).toBe(true);
    expect(await existsFor(guest, one.id)).toBe(false);
    expect(await existsFor(guest, own.id)).toBe(true);
  });
});

describe("a following channel", () => {
  test("that is given an override has the category's as its own, with it, and follows no more", async () => {
    const server = await world.aServer();
    const { owner, id } = server;
    const { category, child, hidden } = await aPrivateCategory(server);
    const guest = await world.aMember(id);
    const letIn = override(ofMember(guest), { allow: ["VIEW_CHANNEL"] });
    const events = await world.eventsOf(() => set(owner, child.id, letIn));
    expect(events).toMatchObject([
      { event: { d: { id: child.id, followsCategory: false, overrides: [onWire(hidden), onWire(letIn)] } } },
    ]);
    expect(await rightsOf(server, category.id)).toMatchObject({ overrides: [onWire(hidden)] });
    const entries = await world.listAudit(id);
    expect(entries.at(-1)).toMatchObject({
      action: "channels.setOverride",
      changes: { before: { followsCategory: true }, after: { followsCategory: false, ...onWire(letIn) } },
    });

    await set(owner, category.id, override(await everyoneOf(server), { deny: ["SPEAK"] }));
    expect((await rightsOf(server, child.id)).overrides).toContainEqual(onWire(hidden));
  });

  test("whose override is removed keeps the category's others, and follows no more", async () => {
    const server = await world.aServer();
    const { owner, id } = server;
    const { category, child, hidden } = await aPrivateCategory(server);
    const role = { type: "role", id: await world.aRole(id) } as const;
    await set(owner, category.id, override(role, { allow: ["VIEW_CHANNEL"] }));
    await channels.removeOverride(owner, await world.channelAccess(owner, child.id), {
      channelId: child.id,
      target: role,
    });
    expect(await rightsOf(server, child.id)).toEqual({
      overrides: [onWire(hidden)],
      followsCategory: false,
      rows: 1,
    });
    expect((await rightsOf(server, category.id)).rows).toBe(2);
  });

  test("that is set what it has goes on following", async () => {
    const server = await world.aServer();
    const { child, hidden } = await aPrivateCategory(server);
    expect(await world.eventsOf(() => set(server.owner, child.id, hidden))).toEqual([]);
    expect(await rightsOf(server, child.id)).toMatchObject({ followsCategory: true, rows: 0 });
  });

  test("of a category that has as many overrides as it may takes no further one", async () => {
    const server = await world.aServer();
    const { category, child } = await aPrivateCategory(server);
    const people = await Promise.all(
      Array.from({ length: limits.overridesPerChannel - 1 }, () => world.anActor()),
    );
    await world.db
      .insert(channelOverrides)
      .values(people.map(({ userId }) => ({ channelId: category.id, userId, allow: 0n, deny: 0n })));
    await world.access.serverChanged(server.id);
    const guest = await world.aMember(server.id);
    await expect(set(server.owner, child.id, override(ofMember(guest), {}))).rejects.toMatchObject(
      refusal("TOO_LARGE", { limit: limits.overridesPerChannel }),
    );
    expect(await rightsOf(server, child.id)).toMatchObject({ followsCategory: true, rows: 0 });
  });

  test("keeps what it had when its category is deleted, and so stays private", async () => {
    const server = await world.aServer();
    const { owner, id } = server;
    const { category, child, hidden } = await aPrivateCategory(server);
    const guest = await world.aMember(id);
    const events = await world.eventsOf(async () =>
      channels.delete(owner, await world.channelAccess(owner, category.id)),
    );
    expect(events.map(({ event }) => event)).toMatchObject([
      { t: "CHANNEL_DELETE", d: { id: category.id } },
      {
        t: "CHANNEL_UPDATE",
        d: { id: child.id, parentId: null, followsCategory: false, overrides: [onWire(hidden)] },
      },
    ]);
    expect(await existsFor(guest, child.id)).toBe(false);
  });

  test("is deleted with its server", async () => {
    const server = await world.aServer();
    await aPrivateCategory(server);
    await world.servers.delete(server.owner, await world.serverAccess(server.owner, server.id));
    expect(await world.db.$count(servers, eq(servers.id, server.id))).toBe(0);
  });
});

describe("giving up a channel's own overrides", () => {
  test("makes it follow its category, says so once, and is kept with what changed", async () => {
    const server = await world.aServer();
    const { owner, id } = server;
    const { child, hidden } = await aPrivateCategory(server);
    const own = override(ofMember(await world.aMember(id)), { allow: ["VIEW_CHANNEL"] });
    await set(owner, child.id, own);
    const events = await world.eventsOf(async () => {
      await follow(owner, child.id);
      await follow(owner, child.id);
    });
    expect(events).toMatchObject([
      {
        event: {
          t: "CHANNEL_UPDATE",
          d: { id: child.id, followsCategory: true, overrides: [onWire(hidden)] },
        },
        accessChange: { serverId: id },
      },
    ]);
    expect(await rightsOf(server, child.id)).toMatchObject({ rows: 0 });
    const entries = await world.listAudit(id);
    expect(entries.at(-1)).toMatchObject({
      action: "channels.followCategory",
      targetName: "planning",
      changes: {
        before: { followsCategory: false, overrides: [onWire(own)] },
        after: { followsCategory: true, overrides: [] },
      },
    });
  });

  test("needs a category, and one that exists for the caller", async () => {
    const server = await world.aServer();
    const { owner, text, id } = server;
    await expect(follow(owner, text)).rejects.toMatchObject(invalid);
    const { child } = await aPrivateCategory(server);
    const manager = await world.aMember(id, { permissions: ["MANAGE_ROLES"], position: 5 });
    await set(owner, child.id, override(ofMember(manager), { allow: ["VIEW_CHANNEL"] }));
    await expect(follow(manager, child.id)).rejects.toMatchObject(invalid);
  });

  test("is a change of each override that differs, and refused where one of them would be", async () => {
    const server = await world.aServer();
    const { owner, id } = server;
    const category = await create(server, { type: "category" });
    const child = await create(server, { parentId: category.id });
    const manager = await world.aMember(id, { permissions: ["MANAGE_ROLES"], position: 5 });
    const above = { type: "role", id: await world.aRole(id, { position: 6 }) } as const;
    const below = { type: "role", id: await world.aRole(id, { position: 4 }) } as const;

    await set(owner, child.id, override(above, { allow: ["SPEAK"] }));
    await expect(follow(manager, child.id)).rejects.toMatchObject(hierarchy);
    await set(owner, category.id, override(above, { allow: ["SPEAK"] }));
    await set(owner, category.id, override(below, { allow: ["MANAGE_MESSAGES"] }));
    await expect(follow(manager, child.id)).rejects.toMatchObject(lacking("MANAGE_MESSAGES"));
    await set(owner, child.id, override(below, { allow: ["MANAGE_MESSAGES"] }));
    await expect(follow(manager, child.id)).resolves.toBeUndefined();
  });

  test("gives nobody what they lacked", async () => {
    const server = await world.aServer();
    const { owner, id } = server;
    const category = await create(server, { type: "category" });
    const child = await create(server, { parentId: category.id });
    const low = await world.aRole(id, { position: 1 });
    const manager = await world.aMember(id, { permissions: ["MANAGE_ROLES"], position: 5 });
    await world.give(id, manager.userId, low);
    await set(owner, child.id, override({ type: "role", id: low }, { deny: ["SPEAK"] }));
    await expect(follow(manager, child.id)).rejects.toMatchObject(lacking("SPEAK"));
    expect(await rightsOf(server, child.id)).toMatchObject({ followsCategory: false, rows: 1 });
  });
});

describe("a channel that is moved", () => {
  test("keeps the rights that it had, as its own", async () => {
    const server = await world.aServer();
    const { child, hidden } = await aPrivateCategory(server);
    const open = await create(server, { type: "category" });
    const kept = { overrides: [onWire(hidden)], followsCategory: false, rows: 1 };
    const events = await world.eventsOf(() => move(server, child.id, open.id));
    expect(events.map(({ accessChange }) => accessChange)).toEqual([undefined]);
    expect(await rightsOf(server, child.id)).toEqual(kept);
    await move(server, child.id, null);
    expect(await rightsOf(server, child.id)).toEqual(kept);
    const entries = await world.listAudit(server.id);
    expect(entries.at(-2)?.changes).toMatchObject({
      before: { followsCategory: true },
      after: { followsCategory: false },
    });
  });

  test("follows a category with the same rights", async () => {
    const server = await world.aServer();
    const { category, child, hidden } = await aPrivateCategory(server);
    const open = await create(server, { type: "category" });
    await move(server, server.text, open.id);
    expect(await rightsOf(server, server.text)).toMatchObject({ followsCategory: true });
    await move(server, child.id, null);
    await move(server, child.id, category.id);
    expect(await rightsOf(server, child.id)).toEqual({
      overrides: [onWire(hidden)],
      followsCategory: true,
      rows: 0,
    });
    const twin = await create(server, { type: "category", overrides: [hidden] });
    await move(server, child.id, twin.id);
    expect(await rightsOf(server, child.id)).toMatchObject({ followsCategory: true, rows: 0 });
  });

  test("by a new order keeps its rights too", async () => {
    const server = await world.aServer();
    const { id, owner, text, voice } = server;
    const { category, child, hidden } = await aPrivateCategory(server);
    const order = [
      { id: child.id, parentId: null },
      { id: category.id, parentId: null },
      { id: text, parentId: category.id },
      { id: voice, parentId: null },
    ];
    await channels.reorder(owner, await world.serverAccess(owner, id), { serverId: id, order });
    const kept = { overrides: [onWire(hidden)], followsCategory: false, rows: 1 };
    expect(await rightsOf(server, child.id)).toEqual(kept);
    expect(await rightsOf(server, text)).toEqual({ overrides: [], followsCategory: false, rows: 0 });
  });
});

test("governing a channel goes by the rights that are stored, not by those of a moment ago", async () => {
  const server = await world.aServer();
  const { id, owner, text } = server;
  const manager = await world.aMember(id, { permissions: permissionNames.slice(0, 12), position: 5 });
  const place = await world.channelAccess(manager, text);
  await set(owner, text, override(ofMember(manager), { deny: ["MANAGE_CHANNELS"] }));
  const renamed = channels.update(manager, place, { channelId: text, name: "mine" });
  await expect(renamed).rejects.toMatchObject(lacking("MANAGE_CHANNELS"));
});
