/** VO12 on real workers that are killed while calls are under way: what is refused says so, and nothing ends the process. */
import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import type { VoiceSource } from "#shared/contract/voice.ts";
import type { ChannelId, ServerId } from "#shared/ids.ts";
import { startSfu } from "#tests/support/voice-sfu.ts";
import { isAppError } from "../kernel/app-error.ts";
import { systemClock } from "../kernel/clock.ts";
import { createIdSource } from "../kernel/id-source.ts";
import { silentLogger } from "../kernel/logger.ts";
import { createRetryPolicy } from "../kernel/retry-policy.ts";
import { systemScheduler } from "../kernel/scheduler.ts";
import { Peer } from "./peer.ts";
import { Room } from "./room.ts";
import { routerRtpCapabilities } from "./sfu/codecs.ts";

const ids = createIdSource(systemClock);
const codecs = {
  audio: { mimeType: "audio/opus", payloadType: 111, clockRate: 48_000, channels: 2 },
  video: { mimeType: "video/VP8", payloadType: 96, clockRate: 90_000 },
};
let lastSsrc = 1_000;

const aPeer = (place: { channelId: ChannelId; serverId: ServerId }): Peer => {
  const peer = new Peer({
    ...place,
    voiceSessionId: ids.voiceSessionId(),
    actor: { userId: ids.userId(), sessionId: ids.sessionId() },
    rights: { canSpeak: true, canStream: true },
    isPriority: false,
  });
  const { userId } = peer.actor;
  const silence = { selfMute: false, selfDeaf: false, serverMute: false, serverDeaf: false };
  peer.voiceState = { ...place, ...silence, userId, camera: false, screen: false, joinedAt: "" };
  return peer;
};

/** Comes, speaks, listens, and goes, as fast as it can. */
const stay = async (room: Room): Promise<void> => {
  const peer = aPeer(room);
  room.enter(peer);
  const leave = (): void => {
    const producerIds = [...peer.producers.values()].map(({ id }) => id);
    if (peer.close()) room.leave(peer, producerIds);
  };
  try {
    const { sendTransport } = await room.open(peer, routerRtpCapabilities);
    peer.isAnswered = true;
    const produce = (source: VoiceSource, codec: (typeof codecs)["audio" | "video"]) =>
      room.produce(peer, {
        transportId: sendTransport.id,
        source,
        rtpParameters: { codecs: [codec], encodings: [{ ssrc: (lastSsrc += 1) }] },
      });
    await Promise.all([produce("microphone", codecs.audio), produce("camera", codecs.video)]);
    await room.setWanted(
      peer,
      [...peer.subscriptions.values()].map(({ consumer }) => consumer.id),
      true,
    );
  } catch (error) {
    // Nothing else is an answer for a client.
    if (!isAppError(error)) throw error;
  } finally {
    leave();
  }
};

test("VO12 workers that are killed in the middle of everything leave nothing broken behind", async () => {
  await using made = await startSfu({
    workers: 2,
    maxStreamsPerWorker: 3,
    retryPolicy: createRetryPolicy({ firstMs: 5, longestMs: 10 }),
  });
  const bothRun = (): Promise<void> => expect.poll(() => made.sfu.workerPids).toHaveLength(2);
  const makeRoom = () =>
    new Room({
      channelId: ids.channelId(),
      serverId: ids.serverId(),
      sfu: made.sfu,
      clock: systemClock,
      scheduler: systemScheduler,
      logger: silentLogger,
      listener: {
        onConnected: () => undefined,
        onLost: () => undefined,
        onDied: () => undefined,
        onSubscriptions: () => undefined,
        onUnsubscribed: () => undefined,
        onSpeaking: () => undefined,
      },
    });
  for (let turns = 0; turns < 120; turns += 4) {
    await bothRun();
    const rooms = [makeRoom(), makeRoom()];
    const staying = rooms.flatMap((room) => Array.from({ length: 4 }, () => stay(room)));
    for (let turn = 0; turn < turns; turn++) await setImmediate();
    made.killWorkers();
    await expect(Promise.all(staying)).resolves.toHaveLength(8);
    for (const room of rooms) room.close();
  }
  const room = makeRoom();
  await bothRun();
  await stay(room);
  expect(room.isEmpty).toBe(true);
  room.close();
});
