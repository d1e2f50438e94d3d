/** Rights that are taken away while somebody speaks. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { permissionBits } from "#shared/permissions.ts";
import { refusal } from "#tests/support/services.ts";
import { createVoiceWorld } from "#tests/support/voice-world.ts";

const world = await createVoiceWorld();
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => world.empty());
const { join, produce, rooms, storedOf, setOverride, settle, aTrio, tellsOf } = world;

const inFuture = (seconds: number): string => new Date(world.clock.nowMs() + seconds * 1_000).toISOString();

describe("VO8 rights that are taken away", () => {
  test("SPEAK closes the microphone in the same turn, and coming back is told", async () => {
    const { voice, owner, bob } = await aTrio();
    const joined = await join(bob, voice);
    const { producerId } = await produce(bob, joined);
    await produce(bob, joined, "camera");
    const { voiceSessionId } = joined;
    const lost = await tellsOf(async () => {
      await setOverride(owner, voice, { userId: bob.userId, deny: permissionBits("SPEAK") });
      await settle();
    });
    expect(lost).toContainEqual({ t: "VOICE_PRODUCER_CLOSED", d: { voiceSessionId, producerId } });
    expect(lost).toContainEqual({
      t: "VOICE_RIGHTS",
      d: { voiceSessionId, canSpeak: false, canStream: true },
    });
    expect(
      rooms()
        .flatMap(({ producers }) => producers)
        .map(({ source }) => source),
    ).toEqual(["camera"]);
    const regained = await tellsOf(async () => {
      await setOverride(owner, voice, { userId: bob.userId, deny: 0n });
      await settle();
    });
    expect(regained).toContainEqual({
      t: "VOICE_RIGHTS",
      d: { voiceSessionId, canSpeak: true, canStream: true },
    });
    await expect(produce(bob, joined)).resolves.toBeDefined();
  });

  const ends: [name: string, act: (place: Awaited<ReturnType<typeof aTrio>>) => Promise<unknown>][] = [
    [
      "CONNECT_VOICE",
      ({ owner, voice, bob }) =>
        setOverride(owner, voice, { userId: bob.userId, deny: permissionBits("CONNECT_VOICE") }),
    ],
    [
      "VIEW_CHANNEL",
      ({ owner, voice, bob }) =>
        setOverride(owner, voice, { userId: bob.userId, deny: permissionBits("VIEW_CHANNEL") }),
    ],
    [
      "membership, by a kick",
      ({ owner, serverId, bob }) => world.members.kick(owner, { serverId, userId: bob.userId }),
    ],
    [
      "membership, by a ban",
      ({ owner, serverId, bob }) => world.members.ban(owner, { serverId, userId: bob.userId }),
    ],
    [
      "speech for a time, by a timeout,",
      ({ owner, serverId, bob }) =>
        world.members.timeout(owner, { serverId, userId: bob.userId, until: inFuture(60) }),
    ],
    [
      "the channel",
      async ({ owner, voice }) => world.channels.delete(owner, await world.channelAccess(owner, voice)),
    ],
    [
      "the login session",
      ({ bob }) =>
        Promise.resolve(
          world.events.signal({ kind: "sessions-ended", userId: bob.userId, sessionIds: [bob.sessionId] }),
        ),
    ],
  ];
  test.each(ends)("%s ends the session, its media in the same turn", async (_, act) => {
    const place = await aTrio();
    const { voice, bob } = place;
    const joined = await join(bob, voice);
    await produce(bob, joined);
    const { voiceSessionId } = joined;
    const events = await tellsOf(async () => {
      await act(place);
      expect(rooms()).toEqual([]);
      await world.sessions.inTurn(bob.userId, () => Promise.resolve());
    });
    expect(events).toContainEqual({ t: "VOICE_END", d: { voiceSessionId, cause: "rights" } });
    expect(await storedOf(bob.userId)).toBeUndefined();
  });

  test("a timeout keeps its member out until it is over, and nothing else has to happen then", async () => {
    const { voice, owner, bob, serverId } = await aTrio();
    await join(bob, voice);
    const before = await world.channelAccess(bob, voice);
    const until = inFuture(60);
    await world.members.timeout(owner, { serverId, userId: bob.userId, until });
    const input = { channelId: voice, rtpCapabilities: {}, selfMute: false, selfDeaf: false };
    const timedOut = refusal("TIMED_OUT", { until });
    await expect(world.access.requireChannel(bob.userId, voice, "CONNECT_VOICE")).rejects.toMatchObject(
      timedOut,
    );
    // Also for a call whose guard was passed before.
    await expect(world.voice.join(bob, before, input)).rejects.toMatchObject(timedOut);
    expect(rooms()).toEqual([]);
    world.clock.advance(60_000);
    await produce(bob, await join(bob, voice));
    expect(rooms().flatMap(({ producers }) => producers)).toHaveLength(1);
  });

  test("a transport that was asked for before is not given after", async () => {
    const { voice, owner, bob, serverId } = await aTrio();
    const place = await world.channelAccess(bob, voice);
    await world.members.kick(owner, { serverId, userId: bob.userId });
    const input = { channelId: voice, rtpCapabilities: {}, selfMute: false, selfDeaf: false };
    await expect(world.voice.join(bob, place, input)).rejects.toMatchObject(refusal("NOT_FOUND"));
  });
});
