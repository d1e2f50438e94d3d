import { afterAll, describe, expect, test } from "vitest";
import { channelOverrides } from "#server/database/schema/channels.ts";
import { roles } from "#server/database/schema/roles.ts";
import type { Actor } from "#server/trpc/context.ts";
import type { ChannelId, OverrideTarget } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";
import { type PermissionName, permissionBits } from "#shared/permissions.ts";
import { createTestServices, refusal } from "#tests/support/services.ts";

const world = await createTestServices();
afterAll(() => world[Symbol.asyncDispose]());
const { channels } = world;

interface Place {
  channelId: ChannelId;
  target: OverrideTarget;
}

interface Bits {
  allow?: PermissionName[];
  deny?: PermissionName[];
}

const set = async (actor: Actor, { channelId, target }: Place, { allow = [], deny = [] }: Bits) =>
  channels.setOverride(actor, await world.channelAccess(actor, channelId), {
    channelId,
    target,
    allow: permissionBits(...allow),
    deny: permissionBits(...deny),
  });

const remove = async (actor: Actor, { channelId, target }: Place) =>
  channels.removeOverride(actor, await world.channelAccess(actor, channelId), { channelId, target });

const aManager = (serverId: Parameters<typeof world.aMember>[0]) =>
  world.aMember(serverId, { permissions: ["MANAGE_ROLES", "MANAGE_MESSAGES"], position: 5 });

describe("an override", () => {
  test("counts at once, is told with the change of access, is kept in the audit log, and goes again", async () => {
    const { id, owner, text } = await world.aServer();
    const member = await world.aMember(id);
    const target = { type: "member", id: member.userId } as const;
    const set1 = await world.eventsOf(() =>
      set(owner, { channelId: text, target }, { deny: ["VIEW_CHANNEL"] }),
    );
    expect(set1).toMatchObject([
      {
        audience: { kind: "channel", serverId: id, channelId: text },
        event: { t: "CHANNEL_UPDATE", d: { id: text, overrides: [{ target, allow: "0", deny: "1" }] } },
        accessChange: { serverId: id, userId: member.userId },
      },
    ]);
    await expect(world.channelAccess(member, text)).rejects.toMatchObject(refusal("NOT_FOUND"));

    const removed = await world.eventsOf(() => remove(owner, { channelId: text, target }));
    expect(removed).toMatchObject([{ event: { t: "CHANNEL_UPDATE", d: { overrides: [] } } }]);
    await expect(world.channelAccess(member, text)).resolves.toMatchObject({ serverId: id });
    const override = { target, allow: "0", deny: "1" };
    expect(await world.listAudit(id)).toMatchObject([
      { action: "channels.setOverride", targetName: "general", changes: { before: null, after: override } },
      {
        action: "channels.removeOverride",
        targetName: "general",
        changes: { before: override, after: null },
      },
    ]);
  });

  test("of a role concerns everyone", async () => {
    const { id, owner, text } = await world.aServer();
    const target = { type: "role", id: await world.aRole(id) } as const;
    const events = await world.eventsOf(() =>
      set(owner, { channelId: text, target }, { allow: ["MANAGE_MESSAGES"] }),
    );
    expect(events.map(({ accessChange }) => accessChange)).toEqual([{ serverId: id }]);
  });

  test("that is there already changes nothing and says nothing", async () => {
    const { id, owner, text } = await world.aServer();
    const target = { type: "role", id: await world.aRole(id) } as const;
    await set(owner, { channelId: text, target }, { allow: ["SEND_MESSAGES"] });
    expect(
      await world.eventsOf(() => set(owner, { channelId: text, target }, { allow: ["SEND_MESSAGES"] })),
    ).toEqual([]);
    expect(await world.listAudit(id)).toHaveLength(1);
  });

  test("holds permissions of channels alone", async () => {
    const { id, owner, text } = await world.aServer();
    const target = { type: "role", id: await world.aRole(id) } as const;
    await set(owner, { channelId: text, target }, { allow: ["SPEAK", "ADMINISTRATOR", "BAN_MEMBERS"] });
    const { channel } = await world.channelAccess(owner, text);
    expect(channel.overrides).toEqual([{ target, allow: permissionBits("SPEAK").toString(), deny: "0" }]);
  });

  test("both allowing and denying is refused", async () => {
    const { id, owner, text } = await world.aServer();
    const target = { type: "role", id: await world.aRole(id) } as const;
    const refused = set(owner, { channelId: text, target }, { allow: ["SPEAK"], deny: ["SPEAK"] });
    await expect(refused).rejects.toMatchObject({ reason: "INVALID_INPUT" });
  });

  test("is for roles and members of the server, and can be removed where it is", async () => {
    const { id, owner, text } = await world.aServer();
    const other = await world.aServer();
    const outsider = await world.anActor();
    const foreign = { type: "role", id: await world.aRole(other.id) } as const;
    const own = { type: "role", id: await world.aRole(id) } as const;
    const notFound = refusal("NOT_FOUND");
    await expect(set(owner, { channelId: text, target: foreign }, {})).rejects.toMatchObject(notFound);
    await expect(
      set(owner, { channelId: text, target: { type: "member", id: outsider.userId } }, {}),
    ).rejects.toMatchObject(notFound);
    await expect(remove(owner, { channelId: text, target: own })).rejects.toMatchObject(notFound);
    expect(await world.db.$count(channelOverrides)).toBeGreaterThan(0);
    expect(await world.listAudit(id)).toEqual([]);
  });

  test("of one who has left can be removed, and no other is set for them", async () => {
    const { id, owner, text } = await world.aServer();
    const guest = await world.aMember(id);
    const target = { type: "member", id: guest.userId } as const;
    await set(owner, { channelId: text, target }, { allow: ["SPEAK"] });
    await world.members.leave(guest, id);
    await expect(set(owner, { channelId: text, target }, {})).rejects.toMatchObject(refusal("NOT_FOUND"));
    await remove(owner, { channelId: text, target });
    const { channel } = await world.channelAccess(owner, text);
    expect(channel.overrides).toEqual([]);
  });

  test("one more than the limit is refused", async () => {
    const { id, owner, text } = await world.aServer();
    const ids = Array.from({ length: limits.overridesPerChannel }, () => world.ids.roleId());
    await world.db
      .insert(roles)
      .values(ids.map((roleId) => ({ id: roleId, serverId: id, name: "r", permissions: 0n, position: 1 })));
    await world.db
      .insert(channelOverrides)
      .values(ids.map((roleId) => ({ channelId: text, roleId, allow: 0n, deny: 0n })));
    const extra = await world.aRole(id);
    const tooMany = refusal("TOO_LARGE", { limit: limits.overridesPerChannel });
    await expect(
      set(owner, { channelId: text, target: { type: "role", id: extra } }, { allow: ["SPEAK"] }),
    ).rejects.toMatchObject(tooMany);
    const [known] = ids;
    if (!known) throw new Error("there are overrides");
    await expect(
      set(owner, { channelId: text, target: { type: "role", id: known } }, { allow: ["SPEAK"] }),
    ).resolves.toBeUndefined();
  });
});

describe("whoever manages roles", () => {
  const hierarchy = refusal("MISSING_PERMISSION", { permission: "HIERARCHY" });

  test("reaches roles and members below their own, and no other, not even themselves", async () => {
    const { id, owner, text } = await world.aServer();
    const manager = await aManager(id);
    const bits = { deny: ["SEND_MESSAGES" as const] };
    const member = (actor: Actor) => ({ type: "member", id: actor.userId }) as const;
    const below = await world.aMember(id, { position: 4 });
    await expect(set(manager, { channelId: text, target: member(below) }, bits)).resolves.toBeUndefined();
    await expect(
      set(
        manager,
        { channelId: text, target: { type: "role", id: await world.aRole(id, { position: 4 }) } },
        bits,
      ),
    ).resolves.toBeUndefined();

    const beside = await world.aMember(id, { position: 5 });
    const above = { type: "role", id: await world.aRole(id, { position: 6 }) } as const;
    for (const target of [member(beside), member(manager), member(owner), above]) {
      await expect(set(manager, { channelId: text, target }, bits)).rejects.toMatchObject(hierarchy);
      await expect(remove(manager, { channelId: text, target })).rejects.toMatchObject(hierarchy);
    }
  });

  test("gives and takes only what they hold there, by removing an override neither", async () => {
    const { id, owner, text } = await world.aServer();
    const manager = await aManager(id);
    const target = { type: "role", id: await world.aRole(id) } as const;
    const lacking = refusal("MISSING_PERMISSION", { permission: "MANAGE_CHANNELS" });
    await expect(
      set(manager, { channelId: text, target }, { allow: ["MANAGE_CHANNELS"] }),
    ).rejects.toMatchObject(lacking);
    await expect(
      set(manager, { channelId: text, target }, { deny: ["MANAGE_CHANNELS"] }),
    ).rejects.toMatchObject(lacking);

    await set(owner, { channelId: text, target }, { deny: ["MANAGE_CHANNELS"] });
    await expect(remove(manager, { channelId: text, target })).rejects.toMatchObject(lacking);
    await expect(set(manager, { channelId: text, target }, { allow: ["SPEAK"] })).rejects.toMatchObject(
      lacking,
    );
    const kept = set(
      manager,
      { channelId: text, target },
      { allow: ["MANAGE_MESSAGES"], deny: ["MANAGE_CHANNELS"] },
    );
    await expect(kept).resolves.toBeUndefined();
  });
});
