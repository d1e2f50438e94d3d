/** How a channel begins: with its category's overrides or its own, private from its first moment. */
import { eq } from "drizzle-orm";
import { afterAll, describe, expect, test } from "vitest";
import { roles } from "#server/database/schema/roles.ts";
import type { OverrideInput } from "#shared/contract/channels.ts";
import type { PermissionName } from "#shared/permissions.ts";
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
const { everyoneOf, create, set, aPrivateCategory, rightsOf, existsFor } = createOverrideWorld(world);

describe("a new channel", () => {
  test("follows its category, and outside of one nothing", async () => {
    const server = await world.aServer();
    const { child, hidden } = await aPrivateCategory(server);
    expect(child).toMatchObject({ followsCategory: true, overrides: [onWire(hidden)] });
    expect(await rightsOf(server, child.id)).toMatchObject({ rows: 0 });
    expect(await create(server)).toMatchObject({ followsCategory: false, overrides: [] });
    const guest = await world.aMember(server.id);
    expect(await existsFor(guest, child.id)).toBe(false);
  });

  test("with overrides has them as its own, though there are none, and its category's are not its", async () => {
    const server = await world.aServer();
    const { category } = await aPrivateCategory(server);
    const open = await create(server, { parentId: category.id, overrides: [] });
    expect(open).toMatchObject({ followsCategory: false, overrides: [] });
    expect(await existsFor(await world.aMember(server.id), open.id)).toBe(true);
  });

  test("that is private is told to no one else in any event, and is kept with its overrides", async () => {
    const server = await world.aServer();
    const guest = await world.aMember(server.id);
    const hidden = override(await everyoneOf(server), { deny: ["VIEW_CHANNEL"] });
    let wasSeen: boolean | undefined;
    const stop = world.events.subscribe((entry) => {
      if (entry.kind !== "event" || entry.event.t !== "CHANNEL_CREATE") return;
      const bits = world.access.peekChannelPermissions(server.id, entry.event.d.id, guest.userId);
      wasSeen = bits !== 0n;
    });
    const events = await world.eventsOf(() => create(server, { overrides: [hidden] }));
    stop();
    expect(wasSeen).toBe(false);
    expect(events).toMatchObject([
      {
        audience: { kind: "channel", serverId: server.id },
        event: { t: "CHANNEL_CREATE", d: { overrides: [onWire(hidden)] } },
        accessChange: { serverId: server.id },
      },
    ]);
    expect(await world.listAudit(server.id)).toMatchObject([
      {
        action: "channels.create",
        targetName: "planning",
        changes: { before: null, after: { name: "planning", overrides: [onWire(hidden)] } },
      },
    ]);
  });

  test("is seen by its maker, who is given what that takes", async () => {
    const server = await world.aServer();
    const permissions: PermissionName[] = ["MANAGE_CHANNELS", "MANAGE_ROLES"];
    const maker = await world.aMember(server.id, { permissions, position: 3 });
    const hidden = override(await everyoneOf(server), { deny: ["VIEW_CHANNEL"] });
    const text = await create(server, { actor: maker, overrides: [hidden] });
    const given = override(ofMember(maker), { allow: ["VIEW_CHANNEL"] });
    expect(text.overrides).toEqual([onWire(hidden), onWire(given)]);

    const denied = override(ofMember(maker), { allow: ["SPEAK"], deny: ["VIEW_CHANNEL", "STREAM"] });
    const voice = await create(server, { actor: maker, type: "voice", overrides: [hidden, denied] });
    const corrected = override(ofMember(maker), {
      allow: ["SPEAK", "VIEW_CHANNEL", "CONNECT_VOICE"],
      deny: ["STREAM"],
    });
    expect(voice.overrides).toEqual([onWire(hidden), onWire(corrected)]);

    const byOwner = await create(server, { overrides: [hidden] });
    expect(byOwner.overrides).toEqual([onWire(hidden)]);
  });

  test("is made by no one who could not see it at all", async () => {
    const server = await world.aServer();
    const everyone = await everyoneOf(server);
    await world.db.update(roles).set({ permissions: 0n }).where(eq(roles.id, everyone.id));
    const permissions: PermissionName[] = ["MANAGE_CHANNELS", "MANAGE_ROLES"];
    const maker = await world.aMember(server.id, { permissions, position: 3 });
    const seeing = override(everyone, {});
    for (const overrides of [undefined, [seeing]])
      await expect(create(server, { actor: maker, overrides })).rejects.toMatchObject(
        lacking("VIEW_CHANNEL"),
      );
  });

  test("takes overrides from those who manage roles there, alone", async () => {
    const server = await world.aServer();
    const maker = await world.aMember(server.id, { permissions: ["MANAGE_CHANNELS"], position: 3 });
    await expect(create(server, { actor: maker, overrides: [] })).rejects.toMatchObject(
      lacking("MANAGE_ROLES"),
    );
    const { id: category } = await create(server, { type: "category" });
    await set(server.owner, category, override(ofMember(maker), { allow: ["MANAGE_ROLES"] }));
    await expect(create(server, { actor: maker, parentId: category, overrides: [] })).resolves.toMatchObject({
      followsCategory: false,
    });
  });

  test("takes overrides for targets below its maker, with bits that they hold there, each once", async () => {
    const server = await world.aServer();
    const { id } = server;
    const permissions: PermissionName[] = ["MANAGE_CHANNELS", "MANAGE_ROLES"];
    const maker = await world.aMember(id, { permissions, position: 3 });
    const beside = { type: "role", id: await world.aRole(id, { position: 3 }) } as const;
    const below = { type: "role", id: await world.aRole(id, { position: 2 }) } as const;
    const stranger = ofMember(await world.anActor());
    const cases: [OverrideInput[], object][] = [
      [[override(beside, { deny: ["SPEAK"] })], hierarchy],
      [[override(ofMember(server.owner), { deny: ["SPEAK"] })], hierarchy],
      [[override(stranger, { deny: ["SPEAK"] })], refusal("NOT_FOUND")],
      [[override(below, { allow: ["MANAGE_MESSAGES"] })], lacking("MANAGE_MESSAGES")],
      [[override(ofMember(maker), { allow: ["MANAGE_MESSAGES"] })], lacking("MANAGE_MESSAGES")],
      [[override(below, {}), override(below, { deny: ["SPEAK"] })], invalid],
      [[override(below, { allow: ["SPEAK"], deny: ["SPEAK"] })], invalid],
    ];
    const before = (await channels.list(server.owner, await world.serverAccess(server.owner, id))).length;
    for (const [overrides, fault] of cases)
      await expect(create(server, { actor: maker, overrides })).rejects.toMatchObject(fault);
    const after = await channels.list(server.owner, await world.serverAccess(server.owner, id));
    expect(after).toHaveLength(before);
    const made = await create(server, {
      actor: maker,
      overrides: [override(below, { allow: ["SPEAK", "BAN_MEMBERS"] })],
    });
    expect(made.overrides).toEqual([onWire(override(below, { allow: ["SPEAK"] }))]);
  });
});
