/** A database that goes away in the middle: what the others see comes to be true all the same. */
import { afterAll, beforeEach, expect, test } from "vitest";
import { createFlakyDatabase } from "#tests/support/flaky-voice-repo.ts";
import { createVoiceWorld } from "#tests/support/voice-world.ts";

const database = createFlakyDatabase();
const world = await createVoiceWorld({ wrapRepo: database.wrapRepo });
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => world.empty());
const { join, produce, storedOf, aTrio, tellsOf } = world;

/** The database is back, and what failed is tried again. */
const recover = async (): Promise<void> => {
  database.is = "there";
  world.clock.advance(2_000);
  await world.settle();
};

test("VO7 a row that was deleted without an answer is told to be gone", async () => {
  const { serverId, voice, bob } = await aTrio();
  await join(bob, voice);
  const events = await tellsOf(async () => {
    database.is = "mute";
    await world.voice.leave(bob, {});
    database.is = "there";
    world.clock.advance(2_000);
    await world.settleAll([bob]);
  });
  expect(await storedOf(bob.userId)).toBeUndefined();
  expect(events).toContainEqual({
    t: "VOICE_STATE_UPDATE",
    d: { userId: bob.userId, channelId: null, serverId },
  });
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
