import { afterAll, expect, test } from "vitest";
import { voiceStates } from "#server/database/schema/voice-states.ts";
import type { Actor } from "#server/trpc/context.ts";
import type { ServerSnapshot } from "#shared/events.ts";
import { DEFAULT_EVERYONE_PERMISSIONS, formatPermissions } from "#shared/permissions.ts";
import { createTestServices } from "#tests/support/services.ts";

const world = await createTestServices();
afterAll(() => world[Symbol.asyncDispose]());

const snapshotsOf = async ({ userId }: Actor): Promise<ServerSnapshot[]> =>
  world.servers.snapshots(userId, await world.access.loadServersOf(userId));

test("a snapshot holds the server as its member sees it", async () => {
  const { id, owner, text, voice } = await world.aServer();
  const guest = await world.aMember(id, { permissions: [], position: 3 });
  const newest = await world.aMessage(text, owner.userId);
  await world.aMessage(text, owner.userId, new Date());
  world.statuses.set(owner.userId, "dnd");
  await world.db
    .insert(voiceStates)
    .values({ userId: owner.userId, serverId: id, channelId: voice, selfMute: true });

  const [snapshot, ...others] = await snapshotsOf(guest);
  expect(others).toEqual([]);
  expect(snapshot).toMatchObject({
    server: { id, ownerId: owner.userId },
    member: { serverId: id, user: { id: guest.userId, status: "offline" }, roleIds: [expect.any(String)] },
    memberCount: 2,
    roles: [{ position: 3 }, { name: "@everyone", position: 0 }],
    presences: [{ userId: owner.userId, status: "dnd" }],
    voiceStates: [{ userId: owner.userId, channelId: voice, selfMute: true, selfDeaf: false }],
  });
  const permissions = formatPermissions(DEFAULT_EVERYONE_PERMISSIONS);
  expect(snapshot?.channels).toMatchObject([
    { id: text, type: "text", permissions, lastMessageId: newest, overrides: [] },
    { id: voice, type: "voice", permissions, lastMessageId: null },
  ]);
});

test("what a member does not see is not in it: neither a private channel nor who speaks there", async () => {
  const { id, owner, text, voice } = await world.aServer();
  const guest = await world.aMember(id);
  const { state } = await world.serverAccess(owner, id);
  await world.aMessage(voice, owner.userId);
  await world.db.insert(voiceStates).values({ userId: owner.userId, serverId: id, channelId: voice });
  await world.channels.setOverride(owner, await world.channelAccess(owner, voice), {
    channelId: voice,
    target: { type: "role", id: state.everyoneRoleId },
    allow: 0n,
    deny: 1n,
  });
  const [ofGuest] = await snapshotsOf(guest);
  expect(ofGuest?.channels.map((channel) => channel.id)).toEqual([text]);
  expect(ofGuest?.voiceStates).toEqual([]);
  expect(JSON.stringify(ofGuest)).not.toContain(voice);
  const [ofOwner] = await snapshotsOf(owner);
  expect(ofOwner?.channels).toHaveLength(2);
  expect(ofOwner?.voiceStates).toHaveLength(1);
});

test("many servers cost as many queries as one, and keep apart what is theirs", async () => {
  const owner = await world.anActor();
  const made = [];
  for (let index = 0; index < 5; index++) made.push(await world.aServer(owner));
  for (const { text } of made) await world.aMessage(text, owner.userId);
  const states = await world.access.loadServersOf(owner.userId);

  let count = 0;
  const counted = () => void count++;
  world.database.pool.on("acquire", counted);
  const snapshots = await world.servers.snapshots(owner.userId, states);
  world.database.pool.off("acquire", counted);
  expect(count).toBe(5);

  expect(snapshots.map(({ server }) => server.id)).toEqual(states.map(({ id }) => id));
  for (const { server, channels, roles, member } of snapshots) {
    const own = made.find(({ id }) => id === server.id);
    expect(channels.map(({ id }) => id)).toEqual([own?.text, own?.voice]);
    expect([...channels, ...roles, member].every(({ serverId }) => serverId === server.id)).toBe(true);
    expect(channels[0]?.lastMessageId).not.toBeNull();
  }
});

test("a server that is gone by now has no snapshot", async () => {
  const { id, owner } = await world.aServer();
  const states = await world.access.loadServersOf(owner.userId);
  await world.servers.delete(owner, await world.serverAccess(owner, id));
  await expect(world.servers.snapshots(owner.userId, states)).resolves.toEqual([]);
  await expect(world.servers.snapshots(owner.userId, [])).resolves.toEqual([]);
});
