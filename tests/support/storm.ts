/** A server, those who govern it, and everything that they do to it; for tests of what happens at once. */
import type { ChannelId, RoleId, UserId } from "#shared/ids.ts";
import { permissionBits } from "#shared/permissions.ts";
import { password } from "./auth-calls.ts";
import { aDevice } from "./auth-world.ts";
import type { InstanceWorld } from "./instance-world.ts";

export const openTown = async (world: InstanceWorld) => {
  const admin = await world.anAdmin("admin");
  const owner = await world.anAccount("owner");
  const { id, text } = await world.aServer(owner);
  const category = await world.aChannel(id, { type: "category", position: 5 });
  const inside = await world.aChannel(id, { parentId: category, position: 6 });
  const people = [];
  for (const [index, name] of ["alice", "bob", "carol", "dave"].entries()) {
    const person = await world.anAccount(name);
    await world.joinServer(person, id);
    const permissions = [
      ...(["MANAGE_ROLES", "MANAGE_CHANNELS", "MANAGE_SERVER"] as const),
      ...(["KICK_MEMBERS", "BAN_MEMBERS", "TIMEOUT_MEMBERS"] as const),
    ];
    await world.give(id, person.userId, await world.aRole(id, { position: index + 1, permissions }));
    people.push(person);
  }
  const { code } = await world.invites.create(owner, { serverId: id });
  return { world, admin, owner, id, text, category, inside, people, code };
};
type Town = Awaited<ReturnType<typeof openTown>>;

/** Numbers from 0 to below 1, the same for the same seed. */
export const createRandom = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
};

const createChoice = ({ world, owner, id, people }: Town, random: () => number) => {
  const pick = <T>(list: readonly T[]): T => {
    const found = list[Math.floor(random() * list.length)];
    if (found === undefined) throw new Error("there is nothing to pick from");
    return found;
  };
  return {
    pick,
    isRare: () => random() < 0.1,
    anyone: () => pick([owner, ...people]),
    anybodyElse: (): UserId => pick(people).userId,
    roles: (): RoleId[] => [...(world.access.peek(id)?.roles.keys() ?? [])],
  };
};
type Choice = ReturnType<typeof createChoice>;
type Act = () => Promise<unknown>;

const membersActs = ({ world, id, owner, people, code }: Town, choice: Choice): Act[] => {
  const { members, invites, clock } = world;
  const { pick, anyone, anybodyElse, roles } = choice;
  const target = () => ({ serverId: id, userId: anybodyElse() });
  const until = () => new Date(clock.nowMs() + 60_000).toISOString();
  return [
    () => members.kick(anyone(), target()),
    () => members.ban(anyone(), { ...target(), deleteMessageSeconds: 60 }),
    () => members.unban(owner, target()),
    () => members.leave(pick(people), id),
    () => invites.accept(pick(people), code),
    () => invites.accept(pick(people), code),
    () => members.setRoles(anyone(), { ...target(), roleIds: roles().filter(() => pick([true, false])) }),
    () => members.timeout(anyone(), { ...target(), until: until() }),
  ];
};

const rolesActs = ({ world, id }: Town, { pick, anyone, roles }: Choice): Act[] => {
  const onRole = async () => {
    const actor = anyone();
    return { actor, place: await world.access.requireRole(actor.userId, pick(roles())) };
  };
  return [
    () => world.roles.create(anyone(), { serverId: id, name: "new", permissions: 0n }),
    async () => {
      const { actor, place } = await onRole();
      await world.roles.delete(actor, place);
    },
    async () => {
      const { actor, place } = await onRole();
      const permissions = permissionBits("VIEW_CHANNEL", pick(["MANAGE_ROLES", "SEND_MESSAGES"]));
      await world.roles.update(actor, place, { roleId: place.role.id, permissions });
    },
  ];
};

const channelsActs = (town: Town, { pick, isRare, anyone, anybodyElse, roles }: Choice): Act[] => {
  const { world, id, owner, text, category, inside } = town;
  const { channels, messages } = world;
  const inChannel = async (channelId: ChannelId) => {
    const actor = anyone();
    return { actor, place: await world.channelAccess(actor, channelId) };
  };
  return [
    async () => {
      const { actor, place } = await inChannel(pick([category, inside, text]));
      const target = { type: "role", id: pick(roles()) } as const;
      const deny = permissionBits(pick(["SEND_MESSAGES", "ADD_REACTIONS"]));
      await channels.setOverride(actor, place, { channelId: place.channel.id, target, allow: 0n, deny });
    },
    async () => {
      const { actor, place } = await inChannel(inside);
      await channels.update(actor, place, { channelId: inside, parentId: pick([null, category]) });
    },
    async () => channels.followCategory(owner, await world.channelAccess(owner, inside)),
    async () => {
      const actor = anyone();
      const draft = { serverId: id, name: "new", type: "text", parentId: category } as const;
      await channels.create(actor, await world.serverAccess(actor, id), draft);
    },
    async () => isRare() && channels.delete(owner, await world.channelAccess(owner, category)),
    async () => {
      const { actor, place } = await inChannel(text);
      await messages.send(actor, place, { channelId: text, content: `hello <@${anybodyElse()}>` });
    },
  ];
};

const instanceActs = ({ world, admin, id, people }: Town, choice: Choice): Act[] => {
  const { pick, isRare, anyone, anybodyElse } = choice;
  const currentPassword = password;
  return [
    () => world.servers.update(anyone(), { serverId: id, name: pick(["Garden", "Harbour", "Library"]) }),
    () => world.admin.setOwner(admin, { id, userId: anyone().userId }),
    async () => isRare() && world.admin.deleteAccount(admin, anybodyElse()),
    async () => isRare() && world.auth.deleteAccount(pick(people), aDevice(), { currentPassword }),
  ];
};

/** Each call is another act of somebody. */
export const createStorm = (town: Town, random: () => number): Act => {
  const choice = createChoice(town, random);
  const kinds = [membersActs, rolesActs, channelsActs, instanceActs];
  const acts = kinds.flatMap((list) => list(town, choice));
  return () => choice.pick(acts)();
};
