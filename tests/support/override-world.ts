/** What tests of channels' overrides begin with. */
import { eq } from "drizzle-orm";
import { channelOverrides } from "#server/database/schema/channels.ts";
import type { Actor } from "#server/trpc/context.ts";
import type { CreateChannel, Override, OverrideInput } from "#shared/contract/channels.ts";
import type { ChannelId, OverrideTarget } from "#shared/ids.ts";
import { type PermissionName, permissionBits } from "#shared/permissions.ts";
import { refusal, type TestServices } from "./services.ts";

type TestServer = Awaited<ReturnType<TestServices["aServer"]>>;

export const hierarchy = refusal("MISSING_PERMISSION", { permission: "HIERARCHY" });
export const lacking = (permission: PermissionName) => refusal("MISSING_PERMISSION", { permission });
export const invalid = { reason: "INVALID_INPUT" };

interface Bits {
  allow?: PermissionName[];
  deny?: PermissionName[];
}

export const override = (target: OverrideTarget, { allow = [], deny = [] }: Bits): OverrideInput => ({
  target,
  allow: permissionBits(...allow),
  deny: permissionBits(...deny),
});

export const onWire = ({ target, allow, deny }: OverrideInput): Override => ({
  target,
  allow: allow.toString(),
  deny: deny.toString(),
});

export const ofMember = (actor: Actor) => ({ type: "member", id: actor.userId }) as const;

export const createOverrideWorld = (world: TestServices) => {
  const { channels } = world;

  const everyoneOf = async ({ id, owner }: TestServer) => {
    const { state } = await world.serverAccess(owner, id);
    return { type: "role", id: state.everyoneRoleId } as const;
  };

  const create = async (
    { id, owner }: TestServer,
    { actor = owner, ...input }: Partial<CreateChannel> & { actor?: Actor } = {},
  ) => {
    const wanted = { serverId: id, name: "planning", type: "text" as const, ...input };
    return channels.create(actor, await world.serverAccess(actor, id), wanted);
  };

  const set = async (actor: Actor, channelId: ChannelId, wanted: OverrideInput) =>
    channels.setOverride(actor, await world.channelAccess(actor, channelId), { channelId, ...wanted });

  const follow = async (actor: Actor, channelId: ChannelId) =>
    channels.followCategory(actor, await world.channelAccess(actor, channelId));

  const move = async ({ owner }: TestServer, channelId: ChannelId, parentId: ChannelId | null) =>
    channels.update(owner, await world.channelAccess(owner, channelId), { channelId, parentId });

  /** A category that keeps @everyone out, with a channel that follows it. */
  const aPrivateCategory = async (server: TestServer) => {
    const hidden = override(await everyoneOf(server), { deny: ["VIEW_CHANNEL"] });
    const category = await create(server, { type: "category", overrides: [hidden] });
    const child = await create(server, { parentId: category.id });
    return { category, child, hidden };
  };

  const rightsOf = async ({ owner }: TestServer, channelId: ChannelId) => {
    const { channel } = await world.channelAccess(owner, channelId);
    const rows = await world.db.$count(channelOverrides, eq(channelOverrides.channelId, channelId));
    return { overrides: channel.overrides, followsCategory: channel.followsCategory, rows };
  };

  const existsFor = async (actor: Actor, channelId: ChannelId): Promise<boolean> => {
    try {
      await world.channelAccess(actor, channelId);
      return true;
    } catch {
      return false;
    }
  };

  return { everyoneOf, create, set, follow, move, aPrivateCategory, rightsOf, existsFor };
};
