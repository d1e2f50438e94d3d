/** A database that goes away in the middle: what the others see comes to be true all the same. */
import { afterAll, beforeEach, expect, test, vi } from "vitest";
import type { GatewayEvent } from "#shared/events.ts";
import { permissionBits } from "#shared/permissions.ts";
import { createFlakyDatabase } from "#tests/support/flaky-voice-repo.ts";
import { refusal } from "#tests/support/services.ts";
import { createVoiceWorld } from "#tests/support/voice-world.ts";

const database = createFlakyDatabase();
const world = await createVoiceWorld({ wrapRepo: database.wrapRepo });
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => world.empty());
const { join, produce, storedOf, aTrio, tellsOf } = world;

/** Where the others see somebody, one after the other. */
const placesTold = (events: readonly GatewayEvent[]) =>
  events.flatMap((event) => (event.t === "VOICE_STATE_UPDATE" ? [event.d.channelId] : []));

/** The database is back, and what failed is tried again. */
const recover = async (): Promise<void> => {
  database.is = "there";
  world.clock.advance(2_000);
  await world.settle();
};

test("VO7 a row that was deleted without an answer is told to be gone", async () => {
  const { voice, bob } = await aTrio();
  await join(bob, voice);
  const events = await tellsOf(async () => {
    database.is = "mute";
    await world.voice.leave(bob, {});
    database.is = "there";
    world.clock.advance(2_000);
    await world.settleAll([bob]);
  });
  expect(await storedOf(bob.userId)).toBeUndefined();
  expect(placesTold(events)).toEqual([null]);
});

test("a camera that could not be noted is shown once it can, and a closed one not for longer", async () => {
  const { voice, bob } = await aTrio();
  const joined = await join(bob, voice);
  database.is = "away";
  const { producerId } = await produce(bob, joined, "camera");
  await recover();
  expect(await storedOf(bob.userId)).toMatchObject({ camera: true });
  database.is = "away";
  await expect(world.voice.closeProducer(bob, producerId)).resolves.toBeUndefined();
  await recover();
  expect(await storedOf(bob.userId)).toMatchObject({ camera: false });
});

test("VO13 the time to connect begins with the answer, however long the database takes for it", async () => {
  const { voice, bob } = await aTrio();
  const { promise, resolve: goOn } = Promise.withResolvers<void>();
  database.answers = promise;
  const joining = join(bob, voice, { isConnected: false });
  await vi.waitUntil(() => world.sessions.find(bob.userId) !== undefined);
  world.clock.advance(20_000);
  goOn();
  const { voiceSessionId } = await joining;
  world.clock.advance(14_999);
  expect(world.sessions.find(bob.userId)).toMatchObject({ voiceSessionId });
  world.clock.advance(1);
  expect(world.sessions.find(bob.userId)).toBeUndefined();
});

test("VO8 a place that is lost while the database takes its time is refused, and shown to nobody", async () => {
  const { voice, owner, bob } = await aTrio();
  const { promise, resolve: goOn } = Promise.withResolvers<void>();
  database.answers = promise;
  const events = await tellsOf(async () => {
    const joining = join(bob, voice);
    await vi.waitUntil(() => world.sessions.find(bob.userId) !== undefined);
    await world.setOverride(owner, voice, { userId: bob.userId, deny: permissionBits("CONNECT_VOICE") });
    goOn();
    await expect(joining).rejects.toMatchObject(refusal("NOT_FOUND"));
    await world.settleAll([bob]);
  });
  expect(placesTold(events)).not.toContain(voice);
  expect(await storedOf(bob.userId)).toBeUndefined();
  expect(world.rooms()).toEqual([]);
});
