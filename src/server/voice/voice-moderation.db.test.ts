/** Muting and moderation, as the server enforces them. */
import { eq } from "drizzle-orm";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { voiceStates } from "#server/database/schema/voice-states.ts";
import type { Actor } from "#server/trpc/context.ts";
import { type ChannelId } from "#shared/ids.ts";
import { permissionBits } from "#shared/permissions.ts";
import { refusal } from "#tests/support/services.ts";
import { createVoiceWorld } from "#tests/support/voice-world.ts";

const world = await createVoiceWorld();
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => world.empty());
const { join, produce, rooms, resumeAll, flowing, storedOf, setOverride, aTrio, moderator, tellsOf } = world;

describe("muting", () => {
  test("VO4 a muted producer is paused at the server, and what a deafened member receives too", async () => {
    const { voice, owner, bob } = await aTrio();
    const [ofOwner, ofBob] = [await join(owner, voice), await join(bob, voice)];
    await produce(owner, ofOwner);
    await produce(bob, ofBob);
    await resumeAll(owner, ofOwner);
    await resumeAll(bob, ofBob);
    const producerOf = ({ userId }: Actor) =>
      rooms()
        .flatMap(({ producers }) => producers)
        .find(({ id }) => id === world.sessions.find(userId)?.producers.get("microphone")?.id);

    await world.voice.setState(owner, { selfMute: true });
    expect(producerOf(owner)?.isPaused).toBe(true);
    expect(flowing(ofOwner)).toHaveLength(1);
    await world.voice.setState(owner, { selfMute: false, selfDeaf: true });
    expect(producerOf(owner)?.isPaused).toBe(true);
    expect(flowing(ofOwner)).toEqual([]);
    // What a client asks for changes nothing about it.
    await resumeAll(owner, ofOwner);
    expect(flowing(ofOwner)).toEqual([]);
    const state = await world.voice.setState(owner, { selfDeaf: false });
    expect(state).toMatchObject({ selfMute: false, selfDeaf: false });
    expect(producerOf(owner)?.isPaused).toBe(false);
    expect(flowing(ofOwner)).toHaveLength(1);
    expect(flowing(ofBob)).toHaveLength(1);
  });

  test("VO9 a moderator's mute and deafening hold at the server, and over leaving and joining again", async () => {
    const { serverId, voice, owner, bob } = await aTrio();
    await join(owner, voice);
    const first = await join(bob, voice);
    await produce(bob, first);
    await world.voice.moderate(owner, await world.channelAccess(owner, voice), {
      channelId: voice,
      userId: bob.userId,
      serverMute: true,
      serverDeaf: true,
    });
    expect(
      rooms()
        .flatMap(({ producers }) => producers)
        .map(({ isPaused }) => isPaused),
    ).toEqual([true]);
    await world.voice.setState(bob, { selfMute: false, selfDeaf: false });
    expect(
      rooms()
        .flatMap(({ producers }) => producers)
        .map(({ isPaused }) => isPaused),
    ).toEqual([true]);
    await world.voice.leave(bob, {});
    const again = await join(bob, voice);
    await produce(bob, again);
    expect(
      rooms()
        .flatMap(({ producers }) => producers)
        .map(({ isPaused }) => isPaused),
    ).toEqual([true]);
    expect(await storedOf(bob.userId)).toMatchObject({ serverMute: true, serverDeaf: true });
    expect(await world.listAudit(serverId)).toMatchObject([
      {
        action: "voice.moderate",
        targetId: bob.userId,
        changes: {
          before: { serverMute: false, serverDeaf: false },
          after: { serverMute: true, serverDeaf: true },
        },
      },
    ]);
  });

  test("VO9 an act on one whose place is gone by then is refused as a whole, and the log knows nothing of it", async () => {
    const { serverId, voice, owner, bob } = await aTrio();
    await join(bob, voice);
    await world.db.delete(voiceStates).where(eq(voiceStates.userId, bob.userId));
    const place = await world.channelAccess(owner, voice);
    const mute = { channelId: voice, userId: bob.userId, serverMute: true };
    await expect(world.voice.moderate(owner, place, mute)).rejects.toMatchObject(refusal("NOT_FOUND"));
    const moveTo = await world.aChannel(serverId, { type: "voice" });
    const move = { channelId: voice, userId: bob.userId, moveTo };
    await expect(world.voice.moderate(owner, place, move)).rejects.toMatchObject(refusal("NOT_FOUND"));
    expect(await world.listAudit(serverId)).toEqual([]);
    await world.voice.leave(bob, {});
    await join(bob, voice);
    expect(await storedOf(bob.userId)).toMatchObject({ serverMute: false });
  });

  test("VO9 a screen's sound carries no voice past a moderator's mute or a lost SPEAK, and one's own mute leaves it", async () => {
    const { voice, owner, bob } = await aTrio();
    await join(owner, voice);
    const joined = await join(bob, voice);
    await produce(bob, joined, "screen");
    await produce(bob, joined, "screen-audio");
    const sound = () =>
      rooms()
        .flatMap(({ producers }) => producers)
        .find(({ source }) => source === "screen-audio");
    await world.voice.setState(bob, { selfMute: true });
    expect(sound()?.isPaused).toBe(false);
    const mute = async (serverMute: boolean) =>
      world.voice.moderate(owner, await world.channelAccess(owner, voice), {
        channelId: voice,
        userId: bob.userId,
        serverMute,
      });
    await mute(true);
    expect(sound()?.isPaused).toBe(true);
    const { id } = sound() ?? {};
    if (id) await world.voice.closeProducer(bob, id);
    await produce(bob, joined, "screen-audio");
    expect(sound()?.isPaused).toBe(true);
    await mute(false);
    expect(sound()?.isPaused).toBe(false);
    await setOverride(owner, voice, { userId: bob.userId, deny: permissionBits("SPEAK") });
    expect(sound()).toBeUndefined();
    await expect(produce(bob, joined, "screen-audio")).rejects.toMatchObject(
      refusal("MISSING_PERMISSION", { permission: "SPEAK" }),
    );
  });

  test("VO9 whoever has lost the right by the time of their turn does nothing with it", async () => {
    const { serverId, voice, owner, bob } = await aTrio();
    await join(bob, voice);
    const able = await moderator(serverId, "MUTE_MEMBERS");
    const place = await world.channelAccess(able, voice);
    await setOverride(owner, voice, { userId: able.userId, deny: permissionBits("MUTE_MEMBERS") });
    await expect(
      world.voice.moderate(able, place, { channelId: voice, userId: bob.userId, serverMute: true }),
    ).rejects.toMatchObject(refusal("MISSING_PERMISSION", { permission: "MUTE_MEMBERS" }));
    expect(await storedOf(bob.userId)).toMatchObject({ serverMute: false });
  });

  test("VO9 a moderator who was timed out while they waited for their turn does nothing", async () => {
    const { serverId, voice, owner, bob } = await aTrio();
    await join(bob, voice);
    const able = await moderator(serverId, "MUTE_MEMBERS");
    const place = await world.channelAccess(able, voice);
    const until = new Date(world.clock.nowMs() + 60_000).toISOString();
    await world.members.timeout(owner, { serverId, userId: able.userId, until });
    await expect(
      world.voice.moderate(able, place, { channelId: voice, userId: bob.userId, serverMute: true }),
    ).rejects.toMatchObject(refusal("TIMED_OUT", { until }));
    expect(await storedOf(bob.userId)).toMatchObject({ serverMute: false });
  });

  test("VO9 each act needs its own permission, and none reaches whoever stands as high", async () => {
    const { serverId, voice, owner, bob } = await aTrio();
    const other = await world.aChannel(serverId, { type: "voice" });
    await join(bob, voice);
    await join(owner, voice);
    const acts = [
      ["MUTE_MEMBERS", { serverMute: true }],
      ["DEAFEN_MEMBERS", { serverDeaf: true }],
      ["MOVE_MEMBERS", { moveTo: other }],
      ["MOVE_MEMBERS", { disconnect: true }],
    ] as const;
    for (const [permission, act] of acts) {
      const others = acts.map(([name]) => name).filter((name) => name !== permission);
      const without = await moderator(serverId, ...others);
      const place = await world.channelAccess(without, voice);
      await expect(
        world.voice.moderate(without, place, { channelId: voice, userId: bob.userId, ...act }),
      ).rejects.toMatchObject(refusal("MISSING_PERMISSION", { permission }));
      const able = await moderator(serverId, permission);
      await expect(
        world.voice.moderate(able, await world.channelAccess(able, voice), {
          channelId: voice,
          userId: owner.userId,
          ...act,
        }),
      ).rejects.toMatchObject(refusal("MISSING_PERMISSION", { permission: "HIERARCHY" }));
    }
    expect(world.sessions.peers).toHaveLength(2);
    expect(await storedOf(bob.userId)).toMatchObject({ serverMute: false, serverDeaf: false });
  });
});

describe("moderation", () => {
  test("VO9 a moved member's media ends at once, their place is in the other channel, and their device is told to follow", async () => {
    const { serverId, voice, owner, bob } = await aTrio();
    const other = await world.aChannel(serverId, { type: "voice" });
    const ofOwner = await join(owner, voice);
    const ofBob = await join(bob, voice);
    await produce(bob, ofBob);
    const events = await tellsOf(async () =>
      world.voice.moderate(owner, await world.channelAccess(owner, voice), {
        channelId: voice,
        userId: bob.userId,
        moveTo: other,
      }),
    );
    expect(events).toMatchObject([
      { t: "VOICE_CONSUMERS_CLOSED", d: { voiceSessionId: ofOwner.voiceSessionId } },
      {
        t: "VOICE_REJOIN",
        d: { voiceSessionId: ofBob.voiceSessionId, channelId: other, cause: "moved" },
      },
      { t: "VOICE_STATE_UPDATE", d: { userId: bob.userId, channelId: null } },
      { t: "VOICE_STATE_UPDATE", d: { userId: bob.userId, channelId: other } },
    ]);
    expect(rooms().flatMap(({ producers }) => producers)).toEqual([]);
    // A device that does not follow loses the place.
    world.clock.advance(15_000);
    await world.sessions.inTurn(bob.userId, () => Promise.resolve());
    expect(await storedOf(bob.userId)).toBeUndefined();
  });

  test("VO9 a second move that comes before the device has followed the first is told under the name that it knows", async () => {
    const { serverId, voice, owner, bob } = await aTrio();
    const other = await world.aChannel(serverId, { type: "voice" });
    const { voiceSessionId } = await join(bob, voice);
    const move = async (from: ChannelId, moveTo: ChannelId) =>
      world.voice.moderate(owner, await world.channelAccess(owner, from), {
        channelId: from,
        userId: bob.userId,
        moveTo,
      });
    const events = await tellsOf(async () => {
      await move(voice, other);
      await move(other, voice);
    });
    expect(events.filter(({ t }) => t === "VOICE_REJOIN")).toMatchObject([
      { d: { voiceSessionId, channelId: other } },
      { d: { voiceSessionId, channelId: voice } },
    ]);
    expect(await storedOf(bob.userId)).toMatchObject({ channelId: voice });
  });

  test("VO9 moving ends where the member may not be, or where there is no voice", async () => {
    const { serverId, voice, text, owner, bob } = await aTrio();
    const closed = await world.aChannel(serverId, { type: "voice" });
    await setOverride(owner, closed, { userId: bob.userId, deny: permissionBits("CONNECT_VOICE") });
    await join(bob, voice);
    const place = await world.channelAccess(owner, voice);
    const move = (moveTo: ChannelId) =>
      world.voice.moderate(owner, place, { channelId: voice, userId: bob.userId, moveTo });
    await expect(move(closed)).rejects.toMatchObject(
      refusal("MISSING_PERMISSION", { permission: "CONNECT_VOICE" }),
    );
    await expect(move(text)).rejects.toMatchObject({ detail: { reason: "INVALID_INPUT" } });
    expect(await storedOf(bob.userId)).toMatchObject({ channelId: voice });
    expect(world.sessions.find(bob.userId)?.media).toBeDefined();
  });

  test("VO9 a disconnected member is out, and told so", async () => {
    const { voice, owner, bob } = await aTrio();
    const { voiceSessionId } = await join(bob, voice);
    const events = await tellsOf(async () => {
      await world.voice.moderate(owner, await world.channelAccess(owner, voice), {
        channelId: voice,
        userId: bob.userId,
        disconnect: true,
      });
      await world.sessions.inTurn(bob.userId, () => Promise.resolve());
    });
    expect(events).toMatchObject([
      { t: "VOICE_END", d: { voiceSessionId, cause: "removed" } },
      { t: "VOICE_STATE_UPDATE", d: { userId: bob.userId, channelId: null } },
    ]);
  });
});
