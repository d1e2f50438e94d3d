/** What a call outlives, and what ends it. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { channelId } from "#tests/support/wire-objects.ts";
import { FakeTrack } from "./testing/fake-media.ts";
import { aConsumer, consumerId, producerId, room, VoiceWorld } from "./testing/voice-world.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const kindOf = ({ voice }: VoiceWorld): string => voice.state.get().kind;

test("VO11 a moment's disconnection is waited out, without a word", async () => {
  using world = await VoiceWorld.createInCall();
  world.receive.state.set("disconnected");
  await vi.advanceTimersByTimeAsync(1_500);
  expect(kindOf(world)).toBe("connected");
  world.receive.state.set("connected");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(world.callsOf("restartIce")).toEqual([]);
  expect(kindOf(world)).toBe("connected");
});

test("VO11 a longer one restarts ICE on that transport, and the call goes on", async () => {
  using world = await VoiceWorld.createInCall();
  const before = world.voice.state.get();
  world.receive.state.set("disconnected");
  await vi.advanceTimersByTimeAsync(2_050);
  expect(world.voice.state.get()).toEqual({ kind: "reconnecting", channelId: room, cause: "network" });
  expect(world.receive.restarts).toEqual([
    { iceParameters: { usernameFragment: "u2", password: "p2" }, iceServers: [] },
  ]);
  expect(world.send.restarts).toEqual([]);
  world.receive.state.set("connected");
  expect(world.voice.state.get()).toEqual(before);
});

test("VO11 restarts that do not help are followed by another session", async () => {
  using world = await VoiceWorld.createInCall();
  world.receive.state.set("disconnected");
  await vi.advanceTimersByTimeAsync(2_000 + 4 * 4_000 + 500);
  expect(world.callsOf("restartIce")).toHaveLength(4);
  expect(world.callsOf("join")).toHaveLength(2);
  expect(kindOf(world)).toBe("connected");
});

test("VO11 a failed transport is restarted at once", async () => {
  using world = await VoiceWorld.createInCall();
  world.receive.state.set("failed");
  await vi.advanceTimersByTimeAsync(10);
  expect(world.receive.restarts).toHaveLength(1);
});

test("VO11 a network that comes back ends the wait for the restart", async () => {
  using world = await VoiceWorld.createInCall();
  world.receive.state.set("disconnected");
  world.fake.environment.wake("online");
  await vi.advanceTimersByTimeAsync(10);
  expect(world.receive.restarts).toHaveLength(1);
});

test("VO11 without a network it goes on trying, and restarts when there is one", async () => {
  using world = await VoiceWorld.createInCall();
  world.receive.state.set("disconnected");
  world.fake.http.isDown = true;
  await vi.advanceTimersByTimeAsync(25_000);
  expect(kindOf(world)).toBe("reconnecting");
  world.fake.http.isDown = false;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(world.receive.restarts).not.toEqual([]);
  expect(world.callsOf("join")).toHaveLength(1);
});

test("VO11 a restart that the server knows nothing of is followed by another session", async () => {
  using world = await VoiceWorld.createInCall();
  world.refusals["restartIce"] = [{ reason: "NOT_FOUND", params: {} }];
  world.receive.state.set("failed");
  await vi.advanceTimersByTimeAsync(100);
  expect(world.callsOf("join")).toHaveLength(2);
  expect(kindOf(world)).toBe("connected");
});

test("VO11 a drop of the gateway's connection does not touch the call", async () => {
  using world = await VoiceWorld.createInCall();
  world.cut();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(kindOf(world)).toBe("connected");
  expect(world.callsOf("join")).toHaveLength(1);
});

test("after a gap in the events, what the session has is compared with what the server has", async () => {
  using world = await VoiceWorld.create();
  world.voice.setMicrophone(new FakeTrack());
  world.consumers = [aConsumer(1), aConsumer(2)];
  await world.join();
  const [microphone] = world.send.sent;
  world.cut();
  await vi.advanceTimersByTimeAsync(1_000);
  world.sync = { consumers: [aConsumer(2), aConsumer(3)], producerIds: [producerId(99)] };
  world.ready();
  await vi.advanceTimersByTimeAsync(50);

  expect(world.voice.streams.get().map(({ consumerId: id }) => id)).toEqual([consumerId(2), consumerId(3)]);
  expect(world.receive.closed).toEqual([consumerId(1)]);
  // The server had lost the microphone, and held something that nobody here knows.
  expect(microphone?.isClosed).toBe(true);
  expect(world.inputsOf("closeProducer")).toEqual([{ producerId: producerId(99) }]);
  expect(world.send.flowing).toMatchObject([{ source: "microphone", id: producerId(2) }]);
  expect(world.callsOf("join")).toHaveLength(1);
});

test("a signal that comes during the comparison is newer than its answer", async () => {
  using world = await VoiceWorld.create();
  world.consumers = [aConsumer(1)];
  await world.join();
  world.cut();
  await vi.advanceTimersByTimeAsync(1_000);
  world.sync = { consumers: [aConsumer(1)], producerIds: [] };
  world.ready();
  await vi.waitUntil(() => world.callsOf("sync").length === 1);
  world.signal({ t: "VOICE_CONSUMERS", d: { consumers: [aConsumer(2)] } });
  world.signal({ t: "VOICE_CONSUMERS_CLOSED", d: { consumerIds: [consumerId(1)] } });
  await vi.advanceTimersByTimeAsync(50);
  expect(world.voice.streams.get().map(({ consumerId: id }) => id)).toEqual([consumerId(2)]);
});

test("VO12 after a restart of the server, the call is back in the same channel within seconds", async () => {
  using world = await VoiceWorld.createInCall();
  const before = world.voice.state.get();
  world.cut();
  world.fake.http.isDown = true;
  await vi.advanceTimersByTimeAsync(60_000);
  world.fake.http.isDown = false;
  world.refusals["sync"] = [{ reason: "NOT_FOUND", params: {} }];
  await vi.advanceTimersByTimeAsync(3_100);
  world.ready();
  await vi.advanceTimersByTimeAsync(500);
  expect(world.voice.state.get()).toMatchObject({ kind: "connected", channelId: room });
  expect(world.voice.state.get()).not.toEqual(before);
  expect(world.callsOf("join")).toHaveLength(2);
});

test("VO12 a rebuilt room is joined again, as often as it takes", async () => {
  using world = await VoiceWorld.createInCall();
  const unavailable = { reason: "VOICE_UNAVAILABLE" as const, params: { cause: "worker" } };
  world.refusals["join"] = [unavailable, unavailable];
  world.tell({
    t: "VOICE_REJOIN",
    d: { voiceSessionId: world.sessionId, channelId: room, cause: "rebuilt" },
  });
  expect(world.voice.state.get()).toEqual({ kind: "reconnecting", channelId: room, cause: "rebuilt" });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(kindOf(world)).toBe("connected");
  expect(world.callsOf("join")).toHaveLength(4);
});

test("VO9 a moderator's move is followed to the other channel", async () => {
  using world = await VoiceWorld.createInCall();
  const other = channelId(5);
  world.tell({ t: "VOICE_REJOIN", d: { voiceSessionId: world.sessionId, channelId: other, cause: "moved" } });
  expect(world.voice.state.get()).toEqual({ kind: "reconnecting", channelId: other, cause: "moved" });
  await vi.advanceTimersByTimeAsync(50);
  expect(world.voice.state.get()).toMatchObject({ kind: "connected", channelId: other });
});

test("VO9 a second move that comes before the first was followed is followed in its place", async () => {
  using world = await VoiceWorld.createInCall();
  const { sessionId: voiceSessionId } = world;
  const [first, second] = [channelId(5), channelId(6)];
  world.tell({ t: "VOICE_REJOIN", d: { voiceSessionId, channelId: first, cause: "moved" } });
  // The server knows the device by the session that it had.
  world.tell({ t: "VOICE_REJOIN", d: { voiceSessionId, channelId: second, cause: "moved" } });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(world.voice.state.get()).toMatchObject({ kind: "connected", channelId: second });
});

test("VO9 a second move that is told after the first was followed is followed too", async () => {
  using world = await VoiceWorld.createInCall();
  const { sessionId: voiceSessionId } = world;
  world.tell({ t: "VOICE_REJOIN", d: { voiceSessionId, channelId: channelId(5), cause: "moved" } });
  await vi.advanceTimersByTimeAsync(50);
  expect(world.voice.state.get()).toMatchObject({ kind: "connected", channelId: channelId(5) });
  world.tell({ t: "VOICE_REJOIN", d: { voiceSessionId, channelId: room, cause: "moved" } });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(world.voice.state.get()).toMatchObject({ kind: "connected", channelId: room });
});

test("VO9 whoever is disconnected on the way to another channel is out", async () => {
  using world = await VoiceWorld.createInCall();
  const { sessionId: voiceSessionId } = world;
  world.tell({ t: "VOICE_REJOIN", d: { voiceSessionId, channelId: channelId(5), cause: "moved" } });
  world.tell({ t: "VOICE_END", d: { voiceSessionId, cause: "removed" } });
  expect(world.voice.state.get()).toMatchObject({ kind: "idle", end: { cause: "removed" } });
});

test("a rejoin waits for the gateway to be live, however long that takes", async () => {
  using world = await VoiceWorld.createInCall();
  world.cut();
  world.receive.state.set("failed");
  world.refusals["restartIce"] = [{ reason: "NOT_FOUND", params: {} }];
  await vi.advanceTimersByTimeAsync(180_000);
  expect(world.callsOf("join")).toHaveLength(1);
  expect(kindOf(world)).toBe("reconnecting");
  world.ready();
  await vi.advanceTimersByTimeAsync(50);
  expect(kindOf(world)).toBe("connected");
});

test("a call that is away for ten minutes has ended", async () => {
  using world = await VoiceWorld.createInCall();
  world.cut();
  world.receive.state.set("failed");
  world.refusals["restartIce"] = [{ reason: "NOT_FOUND", params: {} }];
  await vi.advanceTimersByTimeAsync(10 * 60_000 + 10);
  expect(world.voice.state.get()).toEqual({
    kind: "idle",
    end: { kind: "ended", channelId: room, cause: "lost" },
  });
});

test("voice that stays unavailable is given up after two minutes, with the reason", async () => {
  using world = await VoiceWorld.createInCall();
  world.refusals["join"] = Array.from({ length: 1_000 }, () => ({
    reason: "VOICE_UNAVAILABLE" as const,
    params: { cause: "off" },
  }));
  world.tell({
    t: "VOICE_REJOIN",
    d: { voiceSessionId: world.sessionId, channelId: room, cause: "rebuilt" },
  });
  await vi.advanceTimersByTimeAsync(119_000);
  expect(kindOf(world)).toBe("reconnecting");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(world.voice.state.get()).toMatchObject({
    kind: "idle",
    end: { kind: "refused", failure: { reason: "VOICE_UNAVAILABLE" } },
  });
});

test.each([
  { reason: "NOT_FOUND", params: {} } as const,
  { reason: "VOICE_FULL", params: {} } as const,
  { reason: "MISSING_PERMISSION", params: { permission: "CONNECT_VOICE" } } as const,
])("a rejoin that is refused for $reason ends the call: waiting mends nothing", async (refusal) => {
  using world = await VoiceWorld.createInCall();
  world.refusals["join"] = [refusal];
  world.tell({ t: "VOICE_REJOIN", d: { voiceSessionId: world.sessionId, channelId: room, cause: "moved" } });
  await vi.advanceTimersByTimeAsync(50);
  expect(world.voice.state.get()).toMatchObject({ kind: "idle", end: { kind: "refused", failure: refusal } });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(world.callsOf("join")).toHaveLength(2);
});

test.each(["elsewhere", "removed", "rights", "lost", "unavailable", "left"] as const)(
  "an end by the server (%s) closes everything, and says why",
  async (cause) => {
    using world = await VoiceWorld.createInCall();
    const { send, receive } = world;
    world.tell({ t: "VOICE_END", d: { voiceSessionId: world.sessionId, cause } });
    expect(world.voice.state.get()).toEqual({ kind: "idle", end: { kind: "ended", channelId: room, cause } });
    expect([send.state.get(), receive.state.get()]).toEqual(["closed", "closed"]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(world.callsOf("join")).toHaveLength(1);
    expect(world.callsOf("leave")).toEqual([]);
  },
);

test("signals to another device's session are passed over", async () => {
  using world = await VoiceWorld.createInCall();
  const old = world.sessionId;
  await world.join(channelId(2));
  world.tell({ t: "VOICE_END", d: { voiceSessionId: old, cause: "elsewhere" } });
  expect(world.voice.state.get()).toMatchObject({ kind: "connected", channelId: channelId(2) });
});

test("VO7 a device that was away while its member joined elsewhere does not take the call back", async () => {
  using world = await VoiceWorld.createInCall();
  world.cut();
  await vi.advanceTimersByTimeAsync(1_000);
  world.refusals["sync"] = [{ reason: "NOT_FOUND", params: {} }];
  world.ready({ isListed: true });
  await vi.advanceTimersByTimeAsync(50);
  expect(world.voice.state.get()).toEqual({
    kind: "idle",
    end: { kind: "ended", channelId: room, cause: "elsewhere" },
  });
  expect(world.callsOf("join")).toHaveLength(1);
});

const notFound = { reason: "NOT_FOUND" as const, params: {} };

/** Without the network, while the server ends the session: the device notices by itself that it is gone. */
const loseSession = async (world: VoiceWorld): Promise<void> => {
  world.cut();
  world.refusals["restartIce"] = [notFound];
  world.receive.state.set("failed");
  await vi.advanceTimersByTimeAsync(1_000);
};

test.each(["elsewhere", "removed", "rights"] as const)(
  "VO7 an end that the stream tells late (%s) keeps a device whose session is gone from taking the call back",
  async (cause) => {
    using world = await VoiceWorld.createInCall();
    await loseSession(world);
    world.resume();
    world.tell({ t: "VOICE_END", d: { voiceSessionId: world.sessionId, cause } });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(world.voice.state.get()).toEqual({ kind: "idle", end: { kind: "ended", channelId: room, cause } });
    expect(world.callsOf("join")).toHaveLength(1);
  },
);

test("VO7 neither does a device whose session is gone take it back when it hears that its member is listed", async () => {
  using world = await VoiceWorld.createInCall();
  await loseSession(world);
  world.ready({ isListed: true });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(world.voice.state.get()).toMatchObject({ kind: "idle", end: { cause: "elsewhere" } });
  expect(world.callsOf("join")).toHaveLength(1);
});

test("VO9 a move that the stream tells late is followed", async () => {
  using world = await VoiceWorld.createInCall();
  await loseSession(world);
  world.resume();
  const other = channelId(5);
  world.tell({ t: "VOICE_REJOIN", d: { voiceSessionId: world.sessionId, channelId: other, cause: "moved" } });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(world.voice.state.get()).toMatchObject({ kind: "connected", channelId: other });
});

test("VO11 a session that is gone because it was not heard of is followed by another one", async () => {
  using world = await VoiceWorld.createInCall();
  await loseSession(world);
  world.resume();
  world.tell({ t: "VOICE_END", d: { voiceSessionId: world.sessionId, cause: "lost" } });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(world.voice.state.get()).toMatchObject({ kind: "connected", channelId: room });
  expect(world.callsOf("join")).toHaveLength(2);
});

test("a new session carries over the microphone, the mute and the camera", async () => {
  using world = await VoiceWorld.createInCall();
  world.voice.setMicrophone(new FakeTrack());
  world.voice.setSelfDeaf(true);
  await Promise.all([world.voice.showCamera(new FakeTrack("video")), vi.advanceTimersByTimeAsync(50)]);
  world.tell({
    t: "VOICE_REJOIN",
    d: { voiceSessionId: world.sessionId, channelId: room, cause: "rebuilt" },
  });
  await vi.advanceTimersByTimeAsync(50);
  expect(world.inputsOf("join").at(-1)).toMatchObject({ selfMute: true, selfDeaf: true });
  expect(world.send.flowing).toMatchObject([
    { source: "microphone", isPaused: true },
    { source: "camera", isPaused: false },
  ]);
});
