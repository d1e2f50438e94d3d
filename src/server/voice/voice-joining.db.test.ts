/** Coming into voice, and what a client cannot do that calls the procedures directly. */
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import { channels } from "#server/database/schema/channels.ts";
import type { VoiceJoined } from "#shared/contract/voice.ts";
import { ConsumerId } from "#shared/ids.ts";
import { eq } from "drizzle-orm";
import { permissionBits } from "#shared/permissions.ts";
import { FakePeer } from "#tests/support/fake-sfu.ts";
import { refusal } from "#tests/support/services.ts";
import { createVoiceWorld } from "#tests/support/voice-world.ts";
import { AppError } from "../kernel/app-error.ts";

const world = await createVoiceWorld();
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => world.empty());
const { join, produce, rooms, consumersOf, resumeAll, flowing, storedOf, setOverride, aTrio, tellsOf } =
  world;

const at = <T>(items: readonly T[], index: number): T => {
  const item = items[index];
  if (item === undefined) throw new Error("there are fewer");
  return item;
};

describe("joining", () => {
  test("VO3 answers with both transports and a paused consumer of all that is there, and tells those who see the channel", async () => {
    const { voice, owner, bob } = await aTrio();
    const first = await join(owner, voice);
    const { producerId } = await produce(owner, first);
    let joined: VoiceJoined | undefined;
    const events = await world.eventsOf(async () => {
      joined = await join(bob, voice, { selfMute: true });
    });
    expect(joined).toMatchObject({
      channelId: voice,
      iceServers: [],
      rights: { canSpeak: true, canStream: true },
      consumers: [{ producerId, userId: owner.userId, source: "microphone", kind: "audio" }],
    });
    expect(joined && flowing(joined)).toEqual([]);
    expect(events).toMatchObject([
      {
        audience: { kind: "channel", channelId: voice },
        event: { t: "VOICE_STATE_UPDATE", d: { userId: bob.userId, channelId: voice, selfMute: true } },
      },
    ]);
    expect(await storedOf(bob.userId)).toMatchObject({ channelId: voice, selfMute: true });
  });

  test("VO3 what begins later is told to those who are there, and flows when they ask for it", async () => {
    const { voice, owner, bob } = await aTrio();
    const [ofOwner, ofBob] = [await join(owner, voice), await join(bob, voice)];
    const events = await tellsOf(() => produce(owner, ofOwner));
    expect(events).toMatchObject([
      {
        t: "VOICE_CONSUMERS",
        d: { voiceSessionId: ofBob.voiceSessionId, consumers: [{ userId: owner.userId }] },
      },
    ]);
    expect(flowing(ofBob)).toEqual([]);
    await resumeAll(bob, ofBob);
    expect(flowing(ofBob)).toHaveLength(1);
  });

  test("VO3 a consumer that is gone by then is no error", async () => {
    const { voice, bob } = await aTrio();
    await join(bob, voice);
    const gone = ConsumerId.parse("00000000-0000-4000-8000-00000000ffff");
    await expect(world.voice.setConsumersWanted(bob, [gone], true)).resolves.toBeUndefined();
  });

  test("VO7 joining elsewhere moves the session, ends the other device's, and leaves no trace in the first channel", async () => {
    const { serverId, voice, bob, owner } = await aTrio();
    const other = await world.aChannel(serverId, { type: "voice" });
    const first = await join(bob, voice);
    const events = await tellsOf(() => join(bob, other));
    expect(events).toMatchObject([
      { t: "VOICE_END", d: { voiceSessionId: first.voiceSessionId, cause: "elsewhere" } },
      { t: "VOICE_STATE_UPDATE", d: { userId: bob.userId, channelId: null } },
      { t: "VOICE_STATE_UPDATE", d: { userId: bob.userId, channelId: other } },
    ]);
    const states = await world.voice.listStates(owner, await world.serverAccess(owner, serverId));
    expect(states).toMatchObject([{ userId: bob.userId, channelId: other }]);
    expect(rooms()).toHaveLength(1);
  });

  test("is refused without CONNECT_VOICE, in a text channel, and while there is no voice, and changes nothing", async () => {
    const { voice, text, owner, bob } = await aTrio();
    await expect(join(bob, text)).rejects.toMatchObject({ detail: { reason: "INVALID_INPUT" } });
    const place = await world.channelAccess(bob, voice);
    await setOverride(owner, voice, { userId: bob.userId, deny: permissionBits("CONNECT_VOICE") });
    const input = { channelId: voice, rtpCapabilities: {}, selfMute: false, selfDeaf: false };
    // With rights that have been taken since they were asked for.
    await expect(world.voice.join(bob, place, input)).rejects.toMatchObject(
      refusal("MISSING_PERMISSION", { permission: "CONNECT_VOICE" }),
    );
    world.sfu.setAvailability({ kind: "unavailable", cause: "UDP port 7880 is taken" });
    await expect(join(owner, voice)).rejects.toMatchObject(
      refusal("VOICE_UNAVAILABLE", { cause: "UDP port 7880 is taken" }),
    );
    expect(() => world.voice.getCapabilities()).toThrow(
      expect.objectContaining(refusal("VOICE_UNAVAILABLE", { cause: "UDP port 7880 is taken" })),
    );
    expect(world.voice.findProblem()).toBe("UDP port 7880 is taken");
    world.sfu.setAvailability({ kind: "available" });
    expect(await storedOf(bob.userId)).toBeUndefined();
    expect(world.sessions.peers).toEqual([]);
  });

  test("a channel that is deleted while one comes is not there", async () => {
    const { voice, bob } = await aTrio();
    await world.db.delete(channels).where(eq(channels.id, voice));
    await expect(join(bob, voice)).rejects.toMatchObject(refusal("NOT_FOUND"));
    expect(world.sessions.peers).toEqual([]);
  });

  test("the hundred and first is refused, and stays where they were", async () => {
    const { serverId, voice, bob } = await aTrio();
    const other = await world.aChannel(serverId, { type: "voice" });
    const actors = await Promise.all(Array.from({ length: 100 }, () => world.aMember(serverId)));
    for (const actor of actors) await join(actor, voice);
    await join(bob, other);
    await expect(join(bob, voice)).rejects.toMatchObject(refusal("VOICE_FULL"));
    expect(await storedOf(bob.userId)).toMatchObject({ channelId: other });
    const [first] = actors;
    if (first) await expect(join(first, voice)).resolves.toMatchObject({ channelId: voice });
  });

  test("VO13 whoever does not connect within 15 s is removed, and whoever does is not", async () => {
    const { voice, bob, carol } = await aTrio();
    const { voiceSessionId } = await join(bob, voice, { isConnected: false });
    await join(carol, voice);
    const events = await tellsOf(async () => {
      world.clock.advance(14_999);
      expect(world.sessions.find(bob.userId)).toBeDefined();
      world.clock.advance(1);
      await world.sessions.inTurn(bob.userId, () => Promise.resolve());
    });
    expect(events).toMatchObject([
      { t: "VOICE_END", d: { voiceSessionId, cause: "lost" } },
      { t: "VOICE_STATE_UPDATE", d: { userId: bob.userId, channelId: null } },
    ]);
    expect(world.sessions.peers.map(({ actor }) => actor.userId)).toEqual([carol.userId]);
    expect(await storedOf(bob.userId)).toBeUndefined();
  });
});

describe("VO8 a client that calls the procedures directly", () => {
  test("neither connects nor restarts another's transport, nor produces on it, nor resumes another's consumer", async () => {
    const { voice, owner, bob, carol } = await aTrio();
    const ofOwner = await join(owner, voice);
    const ofBob = await join(bob, voice);
    await produce(owner, ofOwner);
    const dtlsParameters = { fingerprints: [{ algorithm: "sha-256" as const, value: "00:11" }] };
    const transportId = ofOwner.sendTransport.id;
    const notFound = refusal("NOT_FOUND");
    await expect(world.voice.connectTransport(bob, { transportId, dtlsParameters })).rejects.toMatchObject(
      notFound,
    );
    await expect(world.voice.restartIce(bob, transportId)).rejects.toMatchObject(notFound);
    await expect(produce(bob, ofOwner)).rejects.toMatchObject(notFound);
    const ofCarol = await join(carol, voice);
    await world.voice.setConsumersWanted(
      carol,
      consumersOf(ofBob).map(({ id }) => id),
      true,
    );
    expect([...flowing(ofBob), ...flowing(ofCarol)]).toEqual([]);
  });

  test("does nothing without having joined", async () => {
    const { voice, owner, bob } = await aTrio();
    const ofOwner = await join(owner, voice);
    const notFound = refusal("NOT_FOUND");
    await expect(produce(bob, ofOwner)).rejects.toMatchObject(notFound);
    await expect(world.voice.setState(bob, { selfMute: false })).rejects.toMatchObject(notFound);
    expect(() => world.voice.sync(bob, ofOwner.voiceSessionId)).toThrow(expect.objectContaining(notFound));
    await expect(world.voice.leave(bob, {})).resolves.toBeUndefined();
  });

  test("produces nothing without SPEAK or STREAM", async () => {
    const { voice, owner, bob } = await aTrio();
    await setOverride(owner, voice, { userId: bob.userId, deny: permissionBits("SPEAK", "STREAM") });
    const joined = await join(bob, voice);
    expect(joined.rights).toEqual({ canSpeak: false, canStream: false });
    for (const [source, permission] of [
      ["microphone", "SPEAK"],
      ["camera", "STREAM"],
      ["screen", "STREAM"],
      ["screen-audio", "STREAM"],
    ] as const) {
      await expect(produce(bob, joined, source)).rejects.toMatchObject(
        refusal("MISSING_PERMISSION", { permission }),
      );
    }
    expect(rooms().flatMap(({ producers }) => producers)).toEqual([]);
  });

  test("keeps nobody from speaking or joining by what it cannot be sent", async () => {
    const { voice, owner, bob, carol } = await aTrio();
    const [ofOwner] = [await join(owner, voice), await join(bob, voice)];
    const odd = new AppError("INVALID_INPUT", { issues: [{ path: "rtpCapabilities", message: "odd" }] });
    const consume = vi.spyOn(FakePeer.prototype, "consume").mockRejectedValueOnce(odd);
    const { producerId } = await produce(owner, ofOwner);
    consume.mockRejectedValueOnce(new Error("request failed"));
    const ofCarol = await join(carol, voice);
    expect(ofCarol.consumers).toEqual([]);
    expect((await join(bob, voice)).consumers).toMatchObject([{ producerId }]);
  });

  test("joins, sends and switches only so often, since each costs all others something", async () => {
    await using limited = await createVoiceWorld({ changesPerMinute: 4 });
    const { voice, bob, carol } = await limited.aTrio();
    const joined = await limited.join(bob, voice);
    for (const selfMute of [true, false, true]) await limited.voice.setState(bob, { selfMute });
    const tooOften = { reason: "RATE_LIMITED" };
    await expect(limited.voice.setState(bob, { selfMute: false })).rejects.toMatchObject(tooOften);
    await expect(limited.produce(bob, joined)).rejects.toMatchObject(tooOften);
    await expect(limited.join(bob, voice)).rejects.toMatchObject(tooOften);
    // Whoever does not get in stays where they are, and may always leave.
    expect(limited.sessions.find(bob.userId)).toMatchObject({ voiceSessionId: joined.voiceSessionId });
    await limited.voice.leave(bob, {});
    await expect(limited.join(carol, voice)).resolves.toMatchObject({ channelId: voice });
  });

  test("finds a bound to the pictures, and to their sounds, of a channel, however many calls come at once", async () => {
    const { serverId, voice } = await aTrio();
    const actors = await Promise.all(Array.from({ length: 27 }, () => world.aMember(serverId)));
    const joins: VoiceJoined[] = [];
    for (const actor of actors) joins.push(await join(actor, voice));
    for (const source of ["camera", "screen-audio"] as const) {
      const outcomes = await Promise.allSettled(
        actors.map((actor, index) => produce(actor, at(joins, index), source)),
      );
      const refused = outcomes.filter((outcome) => outcome.status === "rejected");
      expect(refused.map(({ reason }): unknown => reason)).toMatchObject([
        refusal("TOO_LARGE", { limit: 25 }),
        refusal("TOO_LARGE", { limit: 25 }),
      ]);
    }
    expect(rooms().flatMap(({ producers }) => producers)).toHaveLength(50);
  });

  test("has one producer of a source, however many calls come at once", async () => {
    const { voice, bob } = await aTrio();
    const joined = await join(bob, voice);
    const outcomes = await Promise.allSettled([produce(bob, joined), produce(bob, joined)]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(rooms().flatMap(({ producers }) => producers)).toHaveLength(1);
  });
});
