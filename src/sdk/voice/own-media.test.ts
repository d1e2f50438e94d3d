/** What the device gives to a call: the microphone, the pictures, and whether it is muted or deaf. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { reasonOf } from "../failure.ts";
import { FakeTrack } from "./testing/fake-media.ts";
import { aConsumer, producerId, VoiceWorld } from "./testing/voice-world.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const settle = () => vi.advanceTimersByTimeAsync(50);

const withMicrophone = async (): Promise<VoiceWorld> => {
  const world = await VoiceWorld.create();
  world.voice.setMicrophone(new FakeTrack());
  await world.join();
  return world;
};

const reasonFrom = (promise: Promise<void>): Promise<string> =>
  promise.then(
    () => "shown",
    (error: unknown) => reasonOf(error).reason,
  );

test("a microphone comes, changes and goes at any time", async () => {
  using world = await VoiceWorld.createInCall();
  expect(world.send.flowing).toEqual([]);
  const [first, second] = [new FakeTrack(), new FakeTrack()];
  world.voice.setMicrophone(first);
  await settle();
  expect(world.send.flowing).toMatchObject([{ source: "microphone", track: first }]);
  world.voice.setMicrophone(second);
  await settle();
  expect(world.send.flowing).toMatchObject([{ source: "microphone", track: second, id: producerId(1) }]);
  world.voice.setMicrophone(null);
  await settle();
  expect(world.send.flowing).toEqual([]);
  expect(world.inputsOf("closeProducer")).toEqual([{ producerId: producerId(1) }]);
});

test("VO8 without SPEAK nothing is sent, and with it the microphone is", async () => {
  using world = await VoiceWorld.create();
  world.rights = { canSpeak: false, canStream: false };
  world.voice.setMicrophone(new FakeTrack());
  await world.join();
  expect(world.callsOf("produce")).toEqual([]);
  world.signal({ t: "VOICE_RIGHTS", d: { canSpeak: true, canStream: false } });
  await settle();
  expect(world.send.flowing).toMatchObject([{ source: "microphone" }]);
  expect(world.voice.state.get()).toMatchObject({ rights: { canSpeak: true, canStream: false } });
});

test("VO8 a microphone that the server closed stays closed until the rights are back", async () => {
  using world = await withMicrophone();
  world.signal({ t: "VOICE_PRODUCER_CLOSED", d: { producerId: producerId(1) } });
  await settle();
  expect(world.send.flowing).toEqual([]);
  expect(world.callsOf("produce")).toHaveLength(1);
  world.signal({ t: "VOICE_RIGHTS", d: { canSpeak: false, canStream: true } });
  await settle();
  expect(world.callsOf("produce")).toHaveLength(1);
  world.signal({ t: "VOICE_RIGHTS", d: { canSpeak: true, canStream: true } });
  await settle();
  expect(world.send.flowing).toMatchObject([{ source: "microphone", id: producerId(2) }]);
});

test("a microphone whose call got no answer is compared first, and then sent again", async () => {
  using world = await VoiceWorld.create();
  world.voice.setMicrophone(new FakeTrack());
  world.refusals["produce"] = [{ reason: "ALREADY_EXISTS", params: { field: "source" } }];
  world.sync = { consumers: [], producerIds: [producerId(77)] };
  await world.join();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(world.inputsOf("closeProducer")).toEqual([{ producerId: producerId(77) }]);
  expect(world.send.flowing).toMatchObject([{ source: "microphone" }]);
});

test("a microphone that the server does not take is tried again, ever more seldom", async () => {
  using world = await VoiceWorld.createInCall();
  world.refusals["produce"] = Array.from({ length: 100 }, () => ({
    reason: "ALREADY_EXISTS" as const,
    params: { field: "source" },
  }));
  world.voice.setMicrophone(new FakeTrack());
  await vi.advanceTimersByTimeAsync(20_000);
  expect(world.callsOf("produce").length).toBeGreaterThan(3);
  expect(world.callsOf("produce").length).toBeLessThan(12);
});

test("VO4 a mute holds from this moment on, and the server is told the last of quick toggles alone", async () => {
  using world = await withMicrophone();
  world.voice.setSelfMute(true);
  expect(world.send.flowing).toMatchObject([{ isPaused: true }]);
  for (const isMuted of [false, true, false, true, false, true]) world.voice.setSelfMute(isMuted);
  await settle();
  expect(world.inputsOf("setState").length).toBeLessThanOrEqual(2);
  expect(world.inputsOf("setState").at(-1)).toEqual({ selfMute: true, selfDeaf: false });
});

test("a mute that the network swallowed is told again", async () => {
  using world = await withMicrophone();
  world.fake.http.isDown = true;
  world.voice.setSelfMute(true);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(world.voice.own.get().isMuted).toBe(true);
  world.fake.http.isDown = false;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(world.inputsOf("setState")).toEqual([{ selfMute: true, selfDeaf: false }]);
});

test.each([
  { before: false, during: null, after: false },
  { before: true, during: null, after: true },
  { before: false, during: true, after: true },
])(
  "deafening mutes, and undoing it leaves the mute as it was (before $before, during $during)",
  async ({ before, during, after }) => {
    using world = await VoiceWorld.createInCall();
    world.voice.setSelfMute(before);
    world.voice.setSelfDeaf(true);
    expect(world.voice.own.get()).toMatchObject({ isMuted: true, isDeaf: true });
    if (during !== null) world.voice.setSelfMute(during);
    world.voice.setSelfDeaf(false);
    expect(world.voice.own.get()).toMatchObject({ isMuted: after, isDeaf: false });
  },
);

test("who unmutes while deaf hears again too", async () => {
  using world = await VoiceWorld.createInCall();
  world.voice.setSelfDeaf(true);
  world.voice.setSelfMute(false);
  expect(world.voice.own.get()).toMatchObject({ isMuted: false, isDeaf: false });
});

test("a deafened device is silent at once, also for those who come later", async () => {
  using world = await VoiceWorld.create();
  world.consumers = [aConsumer(1)];
  await world.join();
  world.voice.setSelfDeaf(true);
  world.signal({ t: "VOICE_CONSUMERS", d: { consumers: [aConsumer(2)] } });
  await settle();
  expect(world.voice.streams.get().map(({ track }) => track.enabled)).toEqual([false, false]);
  world.voice.setSelfDeaf(false);
  expect(world.voice.streams.get().map(({ track }) => track.enabled)).toEqual([true, true]);
});

test("a camera is shown until its track ends", async () => {
  using world = await VoiceWorld.createInCall();
  const track = new FakeTrack("video");
  const [shown] = await Promise.all([reasonFrom(world.voice.showCamera(track)), settle()]);
  expect(shown).toBe("shown");
  expect(world.voice.own.get().camera).toBe(track);
  track.end();
  await settle();
  expect(world.voice.own.get().camera).toBeNull();
  expect(world.send.flowing).toEqual([]);
});

test("a screen is shown with its sound, and stopped with it", async () => {
  using world = await VoiceWorld.createInCall();
  const tracks = { video: new FakeTrack("video"), audio: new FakeTrack() };
  await Promise.all([world.voice.showScreen(tracks), settle()]);
  await settle();
  expect(world.send.flowing.map(({ source }) => source)).toEqual(["screen", "screen-audio"]);
  world.voice.stopVideo("screen");
  await settle();
  expect(world.send.flowing).toEqual([]);
  expect(world.callsOf("closeProducer")).toHaveLength(2);
});

test.each([
  { reason: "ALREADY_EXISTS", params: { field: "source" } } as const,
  { reason: "MISSING_PERMISSION", params: { permission: "STREAM" } } as const,
  { reason: "UNAVAILABLE", params: {} } as const,
])("a camera that is refused for $reason is not shown, and its caller is told", async (refusal) => {
  using world = await VoiceWorld.createInCall();
  world.refusals["produce"] = [refusal];
  const [shown] = await Promise.all([reasonFrom(world.voice.showCamera(new FakeTrack("video"))), settle()]);
  expect(shown).toBe(refusal.reason);
  expect(world.voice.own.get().camera).toBeNull();
});

test("VO8 without STREAM a camera is refused before it is sent, and taken away when the right goes", async () => {
  using world = await VoiceWorld.createInCall();
  await Promise.all([world.voice.showCamera(new FakeTrack("video")), settle()]);
  world.signal({ t: "VOICE_RIGHTS", d: { canSpeak: true, canStream: false } });
  await settle();
  expect(world.voice.own.get().camera).toBeNull();
  expect(world.send.flowing).toEqual([]);

  const [shown] = await Promise.all([reasonFrom(world.voice.showCamera(new FakeTrack("video"))), settle()]);
  expect(shown).toBe("MISSING_PERMISSION");
  expect(world.callsOf("produce")).toHaveLength(1);
});

test("pictures end with the call, and cannot be shown without one", async () => {
  using world = await VoiceWorld.createInCall();
  await Promise.all([world.voice.showCamera(new FakeTrack("video")), settle()]);
  await Promise.all([world.voice.leave(), settle()]);
  expect(world.voice.own.get().camera).toBeNull();
  await expect(world.voice.showCamera(new FakeTrack("video"))).rejects.toThrow("no call");
});
