/** From the click to the first sound, and to the end. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { VoiceSessionId } from "#shared/ids.ts";
import { channelId, userId } from "#tests/support/wire-objects.ts";
import { credentials } from "#tests/support/fake-client.ts";
import { UnsupportedBrowser } from "./media.ts";
import { FakeTrack } from "./testing/fake-media.ts";
import { aConsumer, consumerId, room, VoiceWorld } from "./testing/voice-world.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("VO3 a join receives everybody in one negotiation, and resumes them in one call", async () => {
  using world = await VoiceWorld.create();
  world.consumers = [aConsumer(1), aConsumer(2), aConsumer(3, "camera")];
  await world.join();

  expect(world.voice.state.get()).toMatchObject({ kind: "connected", channelId: room });
  expect(world.receive.negotiations).toEqual([[consumerId(1), consumerId(2), consumerId(3)]]);
  expect(world.inputsOf("resumeConsumers")).toEqual([{ consumerIds: [consumerId(1), consumerId(2)] }]);
  expect(world.voice.streams.get().map(({ isWatched }) => isWatched)).toEqual([true, true, false]);
});

test("VO3 the capabilities are asked for once, and again after the server was another one", async () => {
  using world = await VoiceWorld.createInCall();
  await Promise.all([world.voice.leave(), vi.advanceTimersByTimeAsync(10)]);
  await world.join();
  expect(world.callsOf("capabilities")).toHaveLength(1);

  await Promise.all([world.voice.leave(), vi.advanceTimersByTimeAsync(10)]);
  world.cut();
  await vi.advanceTimersByTimeAsync(1_000);
  world.ready();
  await world.join();
  expect(world.callsOf("capabilities")).toHaveLength(2);
  expect(world.media.opened).toBe(2);
});

test("VO3 what was prepared is not waited for again", async () => {
  using world = await VoiceWorld.create();
  world.voice.prepare();
  world.voice.prepare();
  await vi.advanceTimersByTimeAsync(10);
  expect(world.callsOf("capabilities")).toHaveLength(1);
  expect(world.voice.state.get()).toEqual({ kind: "idle", end: null });
  await world.join();
  expect(world.callsOf("capabilities")).toHaveLength(1);
  expect(world.media.opened).toBe(1);
});

test("a preparation that failed is made up for by the join", async () => {
  using world = await VoiceWorld.create();
  world.refusals["capabilities"] = [{ reason: "UNAVAILABLE", params: {} }];
  world.voice.prepare();
  await vi.advanceTimersByTimeAsync(10);
  expect(world.voice.state.get()).toEqual({ kind: "idle", end: null });
  await world.join();
  expect(world.voice.state.get()).toMatchObject({ kind: "connected", channelId: room });
});

test("VO13 who is alone and silent connects all the same", async () => {
  using world = await VoiceWorld.createInCall();
  expect(world.receive.isWarm).toBe(true);
  expect(world.callsOf("connectTransport")).toHaveLength(1);
});

test("a join says how the device is muted, and sends the microphone paused", async () => {
  using world = await VoiceWorld.create();
  const track = new FakeTrack();
  world.voice.setMicrophone(track);
  world.voice.setSelfMute(true);
  await world.join();

  expect(world.inputsOf("join")).toMatchObject([{ channelId: room, selfMute: true, selfDeaf: false }]);
  expect(world.send.flowing).toMatchObject([{ source: "microphone", track, isPaused: true }]);
  expect(world.callsOf("setState")).toEqual([]);
});

test("signals that come before the join's answer count", async () => {
  using world = await VoiceWorld.create();
  void world.voice.join(room);
  await vi.advanceTimersByTimeAsync(0);
  // The server has made the session already, and its answer is on its way.
  await vi.waitUntil(() => world.callsOf("join").length === 1);
  world.signal({ t: "VOICE_CONSUMERS", d: { consumers: [aConsumer(7)] } });
  const voiceSessionId = VoiceSessionId.parse("01900000-0000-7000-8000-999999999999");
  world.tell({ t: "VOICE_END", d: { voiceSessionId, cause: "elsewhere" } });
  await vi.advanceTimersByTimeAsync(50);
  expect(world.voice.state.get().kind).toBe("connected");
  expect(world.voice.streams.get().map(({ consumerId: id }) => id)).toEqual([consumerId(7)]);
});

test("a refused join ends with the reason, at once", async () => {
  using world = await VoiceWorld.create();
  world.refusals["join"] = [{ reason: "VOICE_FULL", params: {} }];
  await world.join();
  expect(world.voice.state.get()).toMatchObject({
    kind: "idle",
    end: { kind: "refused", channelId: room, failure: { reason: "VOICE_FULL" } },
  });
});

test("a browser without WebRTC is told so", async () => {
  using world = await VoiceWorld.create({ openDevice: () => Promise.reject(new UnsupportedBrowser()) });
  await world.join();
  expect(world.voice.state.get()).toEqual({ kind: "idle", end: { kind: "unsupported", channelId: room } });
});

test("a join whose media never gets through is tried twice, and then called unreachable", async () => {
  using world = await VoiceWorld.create();
  world.media.isReachable = false;
  await world.join();
  await vi.advanceTimersByTimeAsync(13_000);
  expect(world.voice.state.get()).toEqual({ kind: "joining", channelId: room });
  expect(world.callsOf("join")).toHaveLength(2);

  await vi.advanceTimersByTimeAsync(13_000);
  expect(world.voice.state.get()).toEqual({ kind: "idle", end: { kind: "unreachable", channelId: room } });
  expect(world.inputsOf("leave")).toEqual([{ voiceSessionId: world.sessionId }]);
});

test("VO15 a join that the server gave up before any media got through is unreachable, not lost", async () => {
  using world = await VoiceWorld.create();
  world.media.isReachable = false;
  await world.join();
  world.tell({ t: "VOICE_END", d: { voiceSessionId: world.sessionId, cause: "lost" } });
  expect(world.voice.state.get()).toEqual({ kind: "idle", end: { kind: "unreachable", channelId: room } });
});

test("VO7 joining elsewhere moves: the old call is dropped here, and not left by name", async () => {
  using world = await VoiceWorld.createInCall();
  const [first] = world.media.receives;
  await world.join(channelId(2));
  expect(first?.state.get()).toBe("closed");
  expect(world.voice.state.get()).toMatchObject({ kind: "connected", channelId: channelId(2) });
  expect(world.callsOf("leave")).toEqual([]);
});

test("when the other channel is refused, the old session is left", async () => {
  using world = await VoiceWorld.createInCall();
  const old = world.sessionId;
  world.refusals["join"] = [{ reason: "VOICE_FULL", params: {} }];
  await world.join(channelId(2));
  expect(world.inputsOf("leave")).toEqual([{ voiceSessionId: old }]);
});

test("a call that is left while its join is on its way leaves when the answer comes", async () => {
  using world = await VoiceWorld.create();
  void world.voice.join(room);
  await vi.waitUntil(() => world.callsOf("join").length === 1);
  await Promise.all([world.voice.leave(), vi.advanceTimersByTimeAsync(50)]);
  expect(world.voice.state.get()).toEqual({ kind: "idle", end: null });
  expect(world.inputsOf("leave")).toEqual([{ voiceSessionId: world.sessionId }]);
});

test("leaving closes everything, and tells the server which session", async () => {
  using world = await VoiceWorld.createInCall();
  const { send, receive } = world;
  await Promise.all([world.voice.leave(), vi.advanceTimersByTimeAsync(50)]);
  expect(world.voice.state.get()).toEqual({ kind: "idle", end: null });
  expect([send.state.get(), receive.state.get()]).toEqual(["closed", "closed"]);
  expect(world.inputsOf("leave")).toEqual([{ voiceSessionId: world.sessionId }]);
});

test("a leave without an answer is tried again", async () => {
  using world = await VoiceWorld.createInCall();
  world.refusals["leave"] = [{ reason: "UNAVAILABLE", params: {} }];
  await Promise.all([world.voice.leave(), vi.advanceTimersByTimeAsync(1_000)]);
  expect(world.callsOf("leave")).toHaveLength(2);
});

test("a page that goes away leaves with a request that outlives it", async () => {
  using world = await VoiceWorld.createInCall();
  world.page.dispatchEvent(new Event("pagehide"));
  await vi.advanceTimersByTimeAsync(0);
  expect(world.beacons).toEqual([
    {
      url: "http://together.test/api/trpc/voice.leave",
      body: JSON.stringify({ voiceSessionId: world.sessionId }),
    },
  ]);
  expect(world.voice.state.get()).toEqual({ kind: "idle", end: null });
});

test("who signs out is out of the call", async () => {
  using world = await VoiceWorld.createInCall();
  const { receive } = world;
  await Promise.all([world.fake.client.session.logout(), vi.advanceTimersByTimeAsync(10)]);
  expect(world.voice.state.get()).toEqual({ kind: "idle", end: null });
  expect(receive.state.get()).toBe("closed");
  await Promise.all([world.fake.client.session.login(credentials), vi.advanceTimersByTimeAsync(10)]);
  expect(world.voice.state.get()).toEqual({ kind: "idle", end: null });
});

test("VO10 who speaks is told for the call's own channel, and for no longer than the call", async () => {
  using world = await VoiceWorld.createInCall();
  world.tell({ t: "VOICE_SPEAKING", d: { channelId: room, userIds: [userId(3)] } });
  expect([...world.voice.speaking.get()]).toEqual([userId(3)]);
  const before = world.voice.speaking.get();
  world.tell({ t: "VOICE_SPEAKING", d: { channelId: room, userIds: [userId(3)] } });
  world.tell({ t: "VOICE_SPEAKING", d: { channelId: channelId(2), userIds: [] } });
  expect(world.voice.speaking.get()).toBe(before);
  await Promise.all([world.voice.leave(), vi.advanceTimersByTimeAsync(10)]);
  expect([...world.voice.speaking.get()]).toEqual([]);
});
