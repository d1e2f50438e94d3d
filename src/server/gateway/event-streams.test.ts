import { expect, test } from "vitest";
import { StreamClient } from "#tests/support/stream-client.ts";
import { settleAll, StreamWorld } from "#tests/support/stream-world.ts";
import { CloseCode } from "#shared/close-codes.ts";

const aWorld = (
  options: { maxLogBytes?: number; maxOutstandingBytes?: number; isLimited?: boolean } = {},
) => {
  const world = new StreamWorld({ maxLogBytes: 1_000_000, ...options });
  const [server, otherServer] = world.stored;
  const [alice, bob] = [new StreamClient(world, 0), new StreamClient(world, 1)];
  const [channelId, otherChannelId] = [...(server?.channels.keys() ?? [])];
  if (!server || !otherServer || !channelId || !otherChannelId) throw new Error("the world is too small");
  const inChannel = { kind: "channel", serverId: server.id, channelId } as const;
  return { world, server, otherServer, alice, bob, channelId, otherChannelId, inChannel };
};

const enter = async (world: StreamWorld, client: StreamClient): Promise<void> => {
  await client.connect({ back: 0 });
  await world.settleReads();
};

const namesOf = (client: StreamClient): string[] =>
  client.visits.at(-1)?.items.map(({ event }) => event.t) ?? [];

test("GW8 a server that was joined while the stream began is in READY", async () => {
  const { world, server, alice } = aWorld();
  world.change(world.toggleMember(server, alice.userId));
  await alice.connect({ back: 0 });
  world.change(world.toggleMember(server, alice.userId));
  await world.settleReads();
  expect(namesOf(alice)).toEqual(["READY"]);
  expect(alice.channels).toEqual(world.visibleTo(alice.userId));
});

test("a user begins three streams at once and one more a second, and others wait for none of them", async () => {
  const { world, bob } = aWorld({ isLimited: true });
  const tabs = Array.from({ length: 5 }, () => new StreamClient(world, 0));
  const readyCount = (): number => tabs.filter((tab) => namesOf(tab).includes("READY")).length;
  for (const tab of tabs) await enter(world, tab);
  expect(readyCount()).toBe(3);
  await enter(world, bob);
  expect(namesOf(bob)).toEqual(["READY"]);
  for (const expected of [4, 5]) {
    world.clock.advance(1_000);
    await settleAll();
    await world.settleReads();
    expect(readyCount()).toBe(expected);
  }
});

test("GW8 what happens while READY is read comes after it", async () => {
  const { world, alice, inChannel } = aWorld();
  await alice.connect({ back: 0 });
  await world.settleRead(0);
  await world.settleRead(0);
  world.say(inChannel);
  expect(namesOf(alice)).toEqual([]);
  await world.settleReads();
  expect(namesOf(alice)).toEqual(["READY", "MESSAGE_DELETE"]);
});

test("GW9 a member who loses sight of a channel, or gains it, is told so once, however many connections they have", async () => {
  const { world, server, alice, bob, channelId } = aWorld();
  const second = new StreamClient(world, 0);
  for (const client of [alice, second, bob]) await enter(world, client);
  world.change(world.toggleSight(server, channelId, alice.userId));
  world.change(world.toggleSight(server, channelId, alice.userId));
  await settleAll();
  for (const client of [alice, second]) {
    expect(namesOf(client).filter((name) => name.startsWith("CHANNEL"))).toEqual([
      "CHANNEL_DELETE",
      "CHANNEL_UPDATE",
      "CHANNEL_CREATE",
    ]);
  }
  expect(namesOf(bob).filter((name) => name.startsWith("CHANNEL"))).toEqual([
    "CHANNEL_UPDATE",
    "CHANNEL_UPDATE",
  ]);
});

test("GW9 a channel that is made or deleted is told of once", async () => {
  const { world, server, channelId, bob } = aWorld();
  await enter(world, bob);
  world.change(world.addChannel(server, []));
  world.change(world.deleteChannel(server, channelId));
  await settleAll();
  expect(namesOf(bob)).toEqual(["READY", "CHANNEL_CREATE", "CHANNEL_DELETE"]);
});

test("GW9 a change of rights reaches the connection before the next event", async () => {
  const { world, server, alice, channelId, inChannel } = aWorld();
  await enter(world, alice);
  world.change(world.toggleSight(server, channelId, alice.userId));
  world.say(inChannel);
  await settleAll();
  expect(namesOf(alice)).toEqual(["READY", "CHANNEL_DELETE"]);
});

test("GW9 an event for those with a permission reaches nobody else", async () => {
  const { world, server, alice } = aWorld();
  await enter(world, alice);
  world.say({ kind: "server", serverId: server.id, permission: "MANAGE_SERVER" });
  world.say({ kind: "server", serverId: server.id, permission: "VIEW_CHANNEL" });
  await settleAll();
  expect(namesOf(alice)).toEqual(["READY", "MESSAGE_DELETE"]);
});

test("GW9 rights that are not in memory close the connection, which then begins anew", async () => {
  const { world, server, alice, channelId } = aWorld();
  await enter(world, alice);
  const change = world.toggleSight(server, channelId, alice.userId);
  const { append } = change;
  world.change({
    ...change,
    append: () => {
      const events = append();
      world.forget(server);
      return events;
    },
  });
  expect(alice.visits.at(-1)?.closeCode).toBe(CloseCode.accessReset);
  world.change(world.toggleSight(server, channelId, alice.userId));
  await enter(world, alice);
  expect(namesOf(alice)).toEqual(["RESYNC", "READY"]);
});

test("GW9 a deleted server is told of, and a return across its end begins anew", async () => {
  const { world, server, alice, bob } = aWorld();
  await enter(world, alice);
  await enter(world, bob);
  await bob.drop();
  world.change(world.deleteServer(server));
  await settleAll();
  expect(namesOf(alice)).toContain("SERVER_DELETE");
  expect(alice.channels).toEqual(world.visibleTo(alice.userId));
  expect(alice.visit).toBeDefined();
  await enter(world, bob);
  expect(namesOf(bob)).toEqual(["RESYNC", "READY"]);
});

test("GW6 a slow client that loses sight of a channel while it catches up gets no more of it", async () => {
  const { world, server, alice, channelId, otherChannelId, inChannel } = aWorld();
  await enter(world, alice);
  await alice.drop();
  world.say(inChannel);
  world.say({ ...inChannel, channelId: otherChannelId });
  alice.pause();
  await enter(world, alice);
  world.clock.advance(60_000);
  world.change(world.toggleSight(server, channelId, alice.userId));
  await alice.unpause();
  expect(namesOf(alice)).toEqual(["RESUMED", "MESSAGE_DELETE", "CHANNEL_DELETE"]);
});

test("GW11 a connection that does not read is closed as too slow, and gets everything when it is back", async () => {
  const { world, alice, inChannel } = aWorld({ maxOutstandingBytes: 2_000 });
  await enter(world, alice);
  alice.pause();
  for (let count = 0; count < 20; count++) world.say(inChannel);
  await settleAll();
  expect(alice.visits.at(-1)?.closeCode).toBe(CloseCode.tooSlow);
  await alice.unpause();
  await enter(world, alice);
  expect(namesOf(alice)).toEqual(["RESUMED", ...Array.from({ length: 20 }, () => "MESSAGE_DELETE")]);
});

test("GW14 the end of the session closes its connections at once, also one that is just beginning", async () => {
  const { world, alice } = aWorld();
  const beginning = new StreamClient(world, 0);
  await enter(world, alice);
  await beginning.connect({ back: 0 });
  const sessionIds = world.sessions.slice(0, 1);
  world.log.signal({ kind: "sessions-ended", userId: alice.userId, sessionIds });
  expect(alice.visits.at(-1)?.closeCode).toBe(CloseCode.sessionEnded);
  expect(beginning.visits.at(-1)?.closeCode).toBe(CloseCode.sessionEnded);
});

test("GW14 whoever is concerned by a change that could not be told begins anew, who was put out of the server too", async () => {
  const { world, server, alice, bob } = aWorld();
  for (const client of [alice, bob]) await enter(world, client);
  const carol = new StreamClient(world, 2);
  world.change(world.toggleMember(server, carol.userId));
  await enter(world, carol);
  world.log.signal({ kind: "unheard", serverId: server.id, userId: carol.userId });
  for (const client of [alice, bob, carol]) {
    expect(client.visits.at(-1)?.closeCode).toBe(CloseCode.accessReset);
    await settleAll();
    await enter(world, client);
    expect(namesOf(client)).toEqual(["RESYNC", "READY"]);
  }
});

test("GW14 a session that has ended opens no stream any more, whatever its token says", async () => {
  const { world, alice, bob } = aWorld();
  world.log.signal({ kind: "sessions-ended", userId: alice.userId, sessionIds: world.sessions.slice(0, 1) });
  await enter(world, alice);
  await enter(world, bob);
  expect(alice.visits.at(-1)).toMatchObject({
    end: "failed",
    failure: { reason: "UNAUTHENTICATED" },
    items: [],
  });
  expect(bob.visit).toBeDefined();
});

test("GW8 a stream that cannot begin for want of the database ends with UNAVAILABLE and leaves nothing behind", async () => {
  const { world, alice, inChannel } = aWorld();
  await alice.connect({ back: 0 });
  await world.settleRead(0, true);
  expect(alice.visits.at(-1)).toMatchObject({ end: "failed", failure: { reason: "UNAVAILABLE" } });
  await world.settleReads();
  await enter(world, alice);
  world.say(inChannel);
  await settleAll();
  expect(namesOf(alice)).toEqual(["READY", "MESSAGE_DELETE"]);
});
