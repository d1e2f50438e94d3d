/** How a session lasts and ends, and what the others see of it. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { Actor } from "#server/trpc/context.ts";
import type { VoiceJoined } from "#shared/contract/voice.ts";
import { type ProducerId } from "#shared/ids.ts";
import { permissionBits } from "#shared/permissions.ts";
import { fakeRtpCapabilities } from "#tests/support/fake-sfu.ts";
import { refusal } from "#tests/support/services.ts";
import { createVoiceWorld } from "#tests/support/voice-world.ts";

const world = await createVoiceWorld();
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => world.empty());
const { join, connect, produce, rooms, resumeAll, flowing, storedOf, setOverride, aTrio, tellsOf } = world;

describe("staying", () => {
  test("VO11 a call outlives its socket for 30 s, and not longer", async () => {
    const { voice, bob, carol } = await aTrio();
    await join(bob, voice);
    await join(carol, voice);
    world.sessions.socketClosed(bob);
    world.sessions.socketClosed(carol);
    world.clock.advance(29_000);
    world.sessions.socketOpened(carol);
    world.clock.advance(1_000);
    expect(world.sessions.peers.map(({ actor }) => actor.userId)).toEqual([carol.userId]);
  });

  test("VO11 a session without any socket has the 30 s from its joining on", async () => {
    const { voice, bob } = await aTrio();
    const place = await world.channelAccess(bob, voice);
    const joined = await world.voice.join(bob, place, {
      channelId: voice,
      rtpCapabilities: fakeRtpCapabilities,
      selfMute: false,
      selfDeaf: false,
    });
    connect(joined);
    world.clock.advance(30_000);
    expect(world.sessions.peers).toEqual([]);
  });

  test("VO12 when the worker dies everyone is told to join again, keeps the place, and can", async () => {
    const { voice, owner, bob } = await aTrio();
    const [ofOwner, ofBob] = [await join(owner, voice), await join(bob, voice)];
    await produce(owner, ofOwner);
    const events = await tellsOf(() => {
      for (const room of rooms()) room.killWorker();
      return Promise.resolve();
    });
    expect(events).toMatchObject(
      [ofOwner, ofBob].map(({ voiceSessionId }) => ({
        t: "VOICE_REJOIN",
        d: { voiceSessionId, channelId: voice, cause: "rebuilt" },
      })),
    );
    expect(await storedOf(bob.userId)).toMatchObject({ channelId: voice });
    expect(() => world.voice.sync(bob, ofBob.voiceSessionId)).toThrow(
      expect.objectContaining(refusal("NOT_FOUND")),
    );
    const again = await join(owner, voice);
    await produce(owner, again);
    expect((await join(bob, voice)).consumers).toHaveLength(1);
  });

  test("a participant who vanishes is removed", async () => {
    const { voice, bob } = await aTrio();
    await join(bob, voice);
    for (const room of rooms()) for (const peer of room.peers) peer.lose();
    await world.sessions.inTurn(bob.userId, () => Promise.resolve());
    expect(await storedOf(bob.userId)).toBeUndefined();
  });

  test("sync tells what the session has", async () => {
    const { voice, owner, bob } = await aTrio();
    const [ofOwner, ofBob] = [await join(owner, voice), await join(bob, voice)];
    const { producerId } = await produce(owner, ofOwner);
    expect(await world.voice.sync(bob, ofBob.voiceSessionId)).toMatchObject({
      consumers: [{ producerId, userId: owner.userId }],
      producerIds: [],
      rights: { canSpeak: true },
    });
    expect(await world.voice.sync(owner, ofOwner.voiceSessionId)).toMatchObject({
      producerIds: [producerId],
    });
  });
});

describe("what the others see", () => {
  test("VO10 who speaks is told to those in the channel alone, once for each change", async () => {
    const { voice, owner, bob } = await aTrio();
    const [ofOwner] = [await join(owner, voice), await join(bob, voice)];
    const { producerId } = await produce(owner, ofOwner);
    const [room] = rooms();
    const events = await world.eventsOf(() => {
      room?.tellLevels([{ producerId, levelDbov: -30 }]);
      room?.tellLevels([{ producerId, levelDbov: -28 }]);
      room?.tellLevels([]);
      world.clock.advance(300);
      return Promise.resolve();
    });
    const audience = { kind: "users", userIds: [owner.userId, bob.userId] };
    expect(events).toEqual([
      { audience, event: { t: "VOICE_SPEAKING", d: { channelId: voice, userIds: [owner.userId] } } },
      { audience, event: { t: "VOICE_SPEAKING", d: { channelId: voice, userIds: [] } } },
    ]);
  });

  test("a camera and a screen are marked while they are shown", async () => {
    const { voice, bob } = await aTrio();
    const joined = await join(bob, voice);
    const { producerId } = await produce(bob, joined, "screen");
    expect(await storedOf(bob.userId)).toMatchObject({ camera: false, screen: true });
    await world.voice.closeProducer(bob, producerId);
    expect(await storedOf(bob.userId)).toMatchObject({ camera: false, screen: false });
  });

  test("VO7 somebody who does not see the channel is not told who is in it", async () => {
    const { serverId, voice, owner, bob, carol } = await aTrio();
    await setOverride(owner, voice, { userId: carol.userId, deny: permissionBits("VIEW_CHANNEL") });
    await join(bob, voice);
    const list = async (actor: Actor) =>
      world.voice.listStates(actor, await world.serverAccess(actor, serverId));
    expect(await list(owner)).toHaveLength(1);
    expect(await list(carol)).toEqual([]);
  });
});

test("VO5 of fifty unmuted members eight are forwarded to each, and others who are louder take over", async () => {
  const { serverId, voice } = await aTrio();
  const actors = await Promise.all(Array.from({ length: 50 }, () => world.aMember(serverId)));
  const joins: VoiceJoined[] = [];
  const producerIds: ProducerId[] = [];
  for (const actor of actors) {
    const joined = await join(actor, voice);
    joins.push(joined);
    producerIds.push((await produce(actor, joined)).producerId);
  }
  for (const [index, actor] of actors.entries()) {
    const joined = joins[index];
    if (joined) await resumeAll(actor, joined);
  }
  const hear = (from: number): void => {
    const [room] = rooms();
    for (let step = 0; step < 4; step++) {
      world.clock.advance(100);
      room?.tellLevels(
        producerIds.map((producerId, index) => ({
          producerId,
          levelDbov: index >= from && index < from + 8 ? -20 : -60,
        })),
      );
    }
  };
  for (const from of [10, 30]) {
    hear(from);
    const expected = producerIds.slice(from, from + 8).toSorted();
    for (const [index, joined] of joins.entries()) {
      expect(flowing(joined).toSorted()).toEqual(expected.filter((id) => id !== producerIds[index]));
    }
  }
});
