/**
 * Random servers, and random acts of governing in them. Whatever an act names it names by a number, of whatever there is
 * when its turn comes: so any act fits any moment.
 */
import fc from "fast-check";
import { createAccessRepo } from "#server/access/access.repo.ts";
import { type ServerState, standingOf } from "#server/access/server-state.ts";
import { channelOverrides, channels } from "#server/database/schema/channels.ts";
import { memberRoles, roles } from "#server/database/schema/roles.ts";
import { isAppError } from "#server/kernel/app-error.ts";
import type { Actor } from "#server/trpc/context.ts";
import type { ChannelType, SharedChannel } from "#shared/contract/channels.ts";
import type { ChannelId, OverrideTarget, RoleId, ServerId, UserId } from "#shared/ids.ts";
import { type PermissionName, permissionBits } from "#shared/permissions.ts";
import { eq } from "drizzle-orm";
import type { TestServices } from "./services.ts";

/** Few, so that they meet: some of the whole server, some of channels, some of both. */
const plainBits = [
  "VIEW_CHANNEL",
  "SEND_MESSAGES",
  "SPEAK",
  "MANAGE_MESSAGES",
  "MANAGE_CHANNELS",
  "MANAGE_ROLES",
  "MANAGE_SERVER",
  "KICK_MEMBERS",
  "TIMEOUT_MEMBERS",
  "CREATE_INVITE",
] as const satisfies PermissionName[];

const someOf = (names: readonly PermissionName[], options: fc.SubarrayConstraints = {}) =>
  fc.subarray([...names], options).map((chosen) => permissionBits(...chosen));

const number = fc.nat({ max: 30 });
const fewBits = someOf([...plainBits, "ADMINISTRATOR"], { maxLength: 2 });

/** Besides the two who act: one more member and the owner. */
const people = 4;

/** What those who act begin with, so that much of what they try is allowed. */
const managing = permissionBits("VIEW_CHANNEL", "MANAGE_ROLES", "MANAGE_CHANNELS", "CREATE_INVITE");

/** What a server is made of; its roles from the lowest up. */
export const townPlan = fc.record({
  everyone: someOf(plainBits).map((bits) => bits | permissionBits("VIEW_CHANNEL")),
  roles: fc.array(
    fc.record({
      bits: fewBits,
      holders: fc.subarray([0, 1, 2]),
    }),
    { minLength: 4, maxLength: 6 },
  ),
  /** For each of the two who act: one of the upper roles, and what it holds. */
  managers: fc.tuple(
    fc.record({ role: fc.integer({ min: 2, max: 5 }), bits: someOf(plainBits) }),
    fc.record({ role: fc.integer({ min: 2, max: 5 }), bits: someOf(plainBits) }),
  ),
  channels: fc.array(
    fc.record({
      type: fc.constantFrom<ChannelType>("text", "voice", "category"),
      parent: fc.option(number),
      follows: fc.boolean(),
    }),
    { minLength: 2, maxLength: 4 },
  ),
  overrides: fc.array(fc.record({ channel: number, target: number, allow: fewBits, deny: fewBits }), {
    minLength: 4,
    maxLength: 12,
  }),
});
type TownPlan = typeof townPlan extends fc.Arbitrary<infer T> ? T : never;

const kinds = [
  "createRole",
  "updateRole",
  "deleteRole",
  "reorderRoles",
  "setRoles",
  "setOverride",
  "removeOverride",
  "createChannel",
  "moveChannel",
  "followCategory",
  "deleteChannel",
  "invite",
  "kick",
  "timeOut",
  "rename",
] as const;
type Kind = (typeof kinds)[number] | "comeBack";

export const act = fc.record({
  // Coming back seldom: it costs them their roles.
  kind: fc.oneof(
    { weight: 40, arbitrary: fc.constantFrom(...kinds) },
    { weight: 1, arbitrary: fc.constant("comeBack" as const) },
  ),
  who: fc.nat({ max: 1 }),
  one: number,
  other: number,
  bits: fewBits,
  denied: fewBits,
  several: fc.array(number, { minLength: 1, maxLength: 2 }),
});
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

export interface Town {
  id: ServerId;
  owner: Actor;
  /** The first two act. */
  members: Actor[];
  /** Invites by the owner, without roles, and by those who act. */
  codes: string[];
}

const pick = <T>(items: Iterable<T>, position: number): T => {
  const all = [...items];
  const item = all[position % all.length];
  if (item === undefined) throw new Error("there is nothing to choose from");
  return item;
};

/** Mostly one that fits, where there is any. */
const pickMostly = <T>(items: Iterable<T>, position: number, fits: (item: T) => boolean): T => {
  const all = [...items];
  const fitting = all.filter(fits);
  return pick(position % 4 > 0 && fitting.length > 0 ? fitting : all, position);
};

/** @everyone, every other role, everybody: whom an override may name. */
const pickTarget = (state: Pick<ServerState, "roles" | "members">, position: number): OverrideTarget =>
  pick(
    [
      ...[...state.roles.keys()].map((id): OverrideTarget => ({ type: "role", id })),
      ...[...state.members.keys()].map((id): OverrideTarget => ({ type: "member", id })),
    ],
    position,
  );

export const createTowns = (world: TestServices) => {
  const { db, ids, access } = world;
  const stored = createAccessRepo(db);

  const readState = async (id: ServerId): Promise<ServerState> => {
    const state = await stored.findServerState(id);
    if (!state) throw new Error("the server stays");
    return state;
  };

  const build = async (id: ServerId, plan: TownPlan, members: readonly Actor[]): Promise<void> => {
    await db.update(roles).set({ permissions: plan.everyone }).where(eq(roles.serverId, id));
    const made = plan.roles.map(({ bits, holders }, index) => {
      const managers = plan.managers.map(({ role }) => role % plan.roles.length === index);
      const given = plan.managers
        .filter((_, who) => managers[who])
        .reduce((all, manager) => all | manager.bits | managing, bits);
      const isHeld = [0, 1].map((who) => managers[who] === true || holders.includes(who));
      return {
        role: {
          id: ids.roleId(),
          serverId: id,
          name: `role ${index}`,
          // Nobody who acts begins with everything.
          permissions: isHeld.includes(true) ? given & ~permissionBits("ADMINISTRATOR") : given,
          position: index + 1,
        },
        holders: [0, 1, 2].filter((who) => isHeld[who] ?? holders.includes(who)),
      };
    });
    await db.insert(roles).values(made.map(({ role }) => role));
    const held = made.flatMap(({ role, holders }) =>
      holders.map((holder) => ({ serverId: id, userId: pick(members, holder).userId, roleId: role.id })),
    );
    if (held.length > 0) await db.insert(memberRoles).values(held);
    await buildChannels(id, plan);
    await buildOverrides(id, plan);
    await access.serverChanged(id);
  };

  const buildChannels = async (serverId: ServerId, plan: TownPlan): Promise<void> => {
    const categoryIds: ChannelId[] = [];
    for (const [index, { type, parent, follows }] of plan.channels.entries()) {
      const id = ids.channelId();
      const hasParent = type !== "category" && parent !== null && categoryIds.length > 0;
      const parentId = hasParent ? pick(categoryIds, parent) : null;
      const followsCategory = hasParent && follows;
      await db.insert(channels).values({
        id,
        serverId,
        type,
        name: `channel ${index}`,
        parentId,
        followsCategory,
        position: 10 + index,
      });
      if (type === "category") categoryIds.push(id);
    }
  };

  const buildOverrides = async (serverId: ServerId, plan: TownPlan): Promise<void> => {
    const state = await readState(serverId);
    const own = [...state.channels.values()].filter(({ followsCategory }) => !followsCategory);
    for (const { channel, target, allow, deny } of plan.overrides) {
      const { type, id } = pickTarget(state, target);
      await db
        .insert(channelOverrides)
        .values({
          channelId: pick(own, channel).id,
          ...(type === "role" ? { roleId: id } : { userId: id }),
          allow,
          deny: deny & ~allow,
        })
        .onConflictDoNothing();
    }
  };

  const perform = createActs(world);

  return {
    readState,

    async open(plan: TownPlan): Promise<Town> {
      const { id, owner } = await world.aServer();
      const members: Actor[] = [];
      for (let count = 1; count < people; count++) members.push(await world.aMember(id));
      await build(id, plan, members);
      const { code } = await world.invites.create(owner, { serverId: id });
      return { id, owner, members, codes: [code] };
    },

    /** Whether it was done; false where it was refused. */
    async perform(town: Town, state: ServerState, chosen: Act): Promise<boolean> {
      try {
        await perform[chosen.kind]({ town, state, actor: pick(town.members, chosen.who) }, chosen);
        return true;
      } catch (error) {
        if (isAppError(error)) return false;
        throw error;
      }
    },
  };
};

interface Moment {
  town: Town;
  state: ServerState;
  actor: Actor;
}

type Perform = (moment: Moment, chosen: Act) => Promise<unknown>;

const createActs = (world: TestServices): Record<Kind, Perform> => ({
  ...createRoleActs(world),
  ...createChannelActs(world),
  ...createMemberActs(world),
});

const toggle = <T>(items: readonly T[], toggled: readonly T[]): T[] => [
  ...items.filter((item) => !toggled.includes(item)),
  ...toggled.filter((item) => !items.includes(item)),
];

/** Highest first, without @everyone. */
const ladderOf = (state: ServerState): RoleId[] =>
  [...state.roles.values()]
    .filter(({ id }) => id !== state.everyoneRoleId)
    .toSorted((one, other) => other.position - one.position)
    .map(({ id }) => id);

const createRoleActs = ({ roles: service, access, members }: TestServices) => {
  const requireRole = async ({ state, actor }: Moment, position: number) => {
    const id = pick(state.roles.keys(), position);
    return access.requireRole(actor.userId, id, "MANAGE_ROLES");
  };
  return {
    createRole: ({ town, actor }, { bits }) =>
      service.create(actor, { serverId: town.id, name: "new", permissions: bits }),
    updateRole: async (moment, { one, bits }) => {
      const place = await requireRole(moment, one);
      const { id: roleId, permissions } = place.role;
      return service.update(moment.actor, place, { roleId, permissions: permissions ^ bits });
    },
    deleteRole: async (moment, { one }) => service.delete(moment.actor, await requireRole(moment, one)),
    reorderRoles: ({ town, state, actor }, { one, other }) => {
      const ladder = ladderOf(state);
      const moved = pick(ladder, one);
      const roleIds = ladder.filter((id) => id !== moved).toSpliced(other % ladder.length, 0, moved);
      return service.reorder(actor, { serverId: town.id, roleIds });
    },
    setRoles: ({ town, state, actor }, { one, several }) => {
      const standing = standingOf(state, actor.userId);
      const [userId, { roleIds }] = pickMostly(
        state.members,
        one,
        ([id]) => standingOf(state, id) < standing,
      );
      const ladder = ladderOf(state);
      const isBelow = (id: RoleId) => (state.roles.get(id)?.position ?? 0) < standing;
      const toggled = several.map((position) => pickMostly(ladder, position, isBelow));
      return members.setRoles(actor, { serverId: town.id, userId, roleIds: toggle(roleIds, toggled) });
    },
  } satisfies Partial<Record<Kind, Perform>>;
};

const pickParent = (state: ServerState, position: number): ChannelId | null =>
  pick([null, ...categoriesOf(state).map(({ id }) => id)], position);

const categoriesOf = (state: ServerState): SharedChannel[] =>
  [...state.channels.values()].filter(({ type }) => type === "category");

const createChannelActs = ({ channels: service, access }: TestServices) => {
  const requireChannel = ({ state, actor }: Moment, position: number) =>
    access.requireChannel(actor.userId, pick(state.channels.keys(), position));
  return {
    setOverride: async (moment, { one, other, bits, denied }) => {
      const place = await requireChannel(moment, one);
      const target = pickTarget(moment.state, other);
      const input = { channelId: place.channel.id, target, allow: bits, deny: denied & ~bits };
      return service.setOverride(moment.actor, place, input);
    },
    removeOverride: async (moment, { one, other }) => {
      const place = await requireChannel(moment, one);
      const { id: channelId, overrides } = place.channel;
      const target = overrides.length > 0 ? pick(overrides, other).target : pickTarget(moment.state, other);
      return service.removeOverride(moment.actor, place, { channelId, target });
    },
    createChannel: async ({ town, state, actor }, { one, other, bits, denied, several }) => {
      const overrides = several.map((position) => ({
        target: pickTarget(state, position),
        allow: bits,
        deny: denied & ~bits,
      }));
      return service.create(actor, await access.requireServer(actor.userId, town.id), {
        serverId: town.id,
        name: "new",
        type: pick(["text", "category"] as const, one),
        parentId: pickParent(state, other),
        ...(one % 3 > 0 && { overrides }),
      });
    },
    moveChannel: async (moment, { one, other }) => {
      const place = await requireChannel(moment, one);
      const parentId = pickParent(moment.state, other);
      return service.update(moment.actor, place, { channelId: place.channel.id, parentId });
    },
    followCategory: async (moment, { one }) =>
      service.followCategory(moment.actor, await requireChannel(moment, one)),
    deleteChannel: async (moment, { one }) => service.delete(moment.actor, await requireChannel(moment, one)),
  } satisfies Partial<Record<Kind, Perform>>;
};

const createMemberActs = ({ invites, members, access, clock }: TestServices) => {
  const pickMember = ({ town, state }: Moment, position: number): { serverId: ServerId; userId: UserId } => ({
    serverId: town.id,
    userId: pick(state.members.keys(), position),
  });
  return {
    invite: async ({ town, state, actor }, { several }) => {
      const roleIds = several.map((position) => pick(ladderOf(state), position));
      const { code } = await invites.create(actor, { serverId: town.id, roleIds });
      town.codes.push(code);
    },
    comeBack: async ({ town, state, actor }, { one }) => {
      if (state.members.has(actor.userId)) await members.leave(actor, town.id);
      await invites.accept(actor, pick(town.codes.toReversed(), one));
    },
    kick: (moment, { one }) => members.kick(moment.actor, pickMember(moment, one)),
    timeOut: (moment, { one, other }) => {
      const until = other % 2 === 0 ? null : new Date(clock.nowMs() + 60_000).toISOString();
      return members.timeout(moment.actor, { ...pickMember(moment, one), until });
    },
    rename: async (moment, { one }) => {
      const place = await access.requireServer(moment.actor.userId, moment.town.id);
      return members.setNickname(moment.actor, place, { ...pickMember(moment, one), nickname: "Bobby" });
    },
  } satisfies Partial<Record<Kind, Perform>>;
};
