/** A database that goes away in the middle: what the others see comes to be true all the same. */
import { afterAll, beforeEach, expect, test } from "vitest";
import { createFlakyDatabase } from "#tests/support/flaky-voice-repo.ts";
import { createVoiceWorld } from "#tests/support/voice-world.ts";

const database = createFlakyDatabase();
const world = await createVoiceWorld({ wrapRepo: database.wrapRepo });
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => world.empty());
const { join, storedOf, aTrio, tellsOf } = world;

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
  expect(events).toContainEqual({
    t: "VOICE_STATE_UPDATE",
    d: expect.objectContaining({ userId: bob.userId, channelId: null }),
  });
});
