/** The others' media: who is heard, and what is looked at. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ConsumersById } from "#shared/contract/voice.ts";
import { userId } from "#tests/support/wire-objects.ts";
import { aConsumer, consumerId, VoiceWorld } from "./testing/voice-world.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const settle = () => vi.advanceTimersByTimeAsync(50);

const withCameras = async (): Promise<VoiceWorld> => {
  const world = await VoiceWorld.create();
  world.consumers = [aConsumer(1, "camera"), aConsumer(2, "camera", userId(4))];
  await world.join();
  return world;
};

test("who comes is heard, and who goes is gone", async () => {
  using world = await VoiceWorld.createInCall();
  world.signal({
    t: "VOICE_CONSUMERS",
    d: { consumers: [aConsumer(1), aConsumer(2, "microphone", userId(4))] },
  });
  await settle();
  expect(world.voice.streams.get().map((stream) => stream.userId)).toEqual([userId(3), userId(4)]);
  expect(world.inputsOf("resumeConsumers")).toEqual([{ consumerIds: [consumerId(1), consumerId(2)] }]);
  world.signal({ t: "VOICE_CONSUMERS_CLOSED", d: { consumerIds: [consumerId(1)] } });
  expect(world.voice.streams.get().map((stream) => stream.userId)).toEqual([userId(4)]);
});

test("a channel that fills up does not use up the minute's requests, and everybody is heard soon", async () => {
  using world = await VoiceWorld.createInCall();
  const newcomers = Array.from({ length: 99 }, (_, index) => index + 1);
  for (const n of newcomers) {
    world.signal({ t: "VOICE_CONSUMERS", d: { consumers: [aConsumer(n)] } });
    await vi.advanceTimersByTimeAsync(300);
  }
  await vi.advanceTimersByTimeAsync(1_500);
  expect(world.callsOf("resumeConsumers").length).toBeLessThanOrEqual(30);
  const resumed = world
    .inputsOf("resumeConsumers")
    .flatMap((input) => ConsumersById.parse(input).consumerIds);
  expect(resumed).toEqual(newcomers.map(consumerId));
});

test("who goes while they are still being received does not stay", async () => {
  using world = await VoiceWorld.createInCall();
  world.signal({ t: "VOICE_CONSUMERS", d: { consumers: [aConsumer(1)] } });
  world.signal({ t: "VOICE_CONSUMERS_CLOSED", d: { consumerIds: [consumerId(1)] } });
  await settle();
  expect(world.voice.streams.get()).toEqual([]);
  expect(world.receive.closed).toEqual([consumerId(1)]);
  expect(world.callsOf("resumeConsumers")).toEqual([]);
});

test("a consumer that is announced twice is received once", async () => {
  using world = await VoiceWorld.createInCall();
  world.signal({ t: "VOICE_CONSUMERS", d: { consumers: [aConsumer(1)] } });
  world.signal({ t: "VOICE_CONSUMERS", d: { consumers: [aConsumer(1)] } });
  await settle();
  expect(world.receive.negotiations).toEqual([[consumerId(1)]]);
});

test("a resume without an answer is tried again", async () => {
  using world = await VoiceWorld.createInCall();
  world.refusals["resumeConsumers"] = [{ reason: "UNAVAILABLE", params: {} }];
  world.signal({ t: "VOICE_CONSUMERS", d: { consumers: [aConsumer(1)] } });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(world.inputsOf("resumeConsumers")).toEqual([
    { consumerIds: [consumerId(1)] },
    { consumerIds: [consumerId(1)] },
  ]);
});

test("videos flow while they are looked at, in the size in which they are", async () => {
  using world = await withCameras();
  expect(world.callsOf("resumeConsumers")).toEqual([]);
  world.voice.watch([{ consumerId: consumerId(1), widthPx: 300 }]);
  expect(world.voice.streams.get().map(({ isWatched }) => isWatched)).toEqual([true, false]);
  await vi.advanceTimersByTimeAsync(150);
  expect(world.inputsOf("resumeConsumers")).toEqual([{ consumerIds: [consumerId(1)] }]);
  expect(world.inputsOf("setConsumerLayers")).toEqual([{ consumerId: consumerId(1), spatialLayer: 0 }]);

  world.voice.watch([{ consumerId: consumerId(2), widthPx: 1_600 }]);
  await vi.advanceTimersByTimeAsync(150);
  expect(world.inputsOf("pauseConsumers")).toEqual([{ consumerIds: [consumerId(1)] }]);
  expect(world.inputsOf("resumeConsumers").at(-1)).toEqual({ consumerIds: [consumerId(2)] });
  expect(world.inputsOf("setConsumerLayers").at(-1)).toEqual({ consumerId: consumerId(2), spatialLayer: 2 });
});

test("what changes many times in a moment is told once", async () => {
  using world = await withCameras();
  for (let widthPx = 300; widthPx < 700; widthPx += 10) {
    world.voice.watch([{ consumerId: consumerId(1), widthPx }]);
    await vi.advanceTimersByTimeAsync(1);
  }
  await vi.advanceTimersByTimeAsync(150);
  expect(world.inputsOf("setConsumerLayers")).toEqual([{ consumerId: consumerId(1), spatialLayer: 1 }]);
});

test("what is watched before it is there flows when it comes", async () => {
  using world = await VoiceWorld.createInCall();
  world.voice.watch([{ consumerId: consumerId(1), widthPx: 500 }]);
  await vi.advanceTimersByTimeAsync(150);
  world.signal({ t: "VOICE_CONSUMERS", d: { consumers: [aConsumer(1, "screen")] } });
  await settle();
  expect(world.inputsOf("resumeConsumers")).toEqual([{ consumerIds: [consumerId(1)] }]);
});
