/** What every SFU promises, run against each: the rooms' tests stand on the fake, and it must not promise more. */
import { describe, expect, test } from "vitest";
import type { DtlsParameters, RtpParameters } from "#shared/contract/rtp.ts";
import type { Reason } from "#shared/errors.ts";
import type { Sfu, SfuPeer, SfuPeerListener, SfuProducer, SfuRoom, SfuRoomListener } from "./sfu.ts";

export interface SfuUnderTest extends AsyncDisposable {
  sfu: Sfu;
  /** Ends every worker, as a crash does. */
  killWorkers(): void;
}

const dtlsParameters: DtlsParameters = {
  role: "client",
  fingerprints: [{ algorithm: "sha-256", value: Array.from({ length: 32 }, () => "AB").join(":") }],
};

/** Of the codec and extensions that the capabilities name, as a browser would send them. */
export const opusParameters = (ssrc: number): RtpParameters => ({
  mid: String(ssrc),
  codecs: [
    {
      mimeType: "audio/opus",
      payloadType: 111,
      clockRate: 48_000,
      channels: 2,
      parameters: { useinbandfec: 1 },
    },
  ],
  headerExtensions: [{ uri: "urn:ietf:params:rtp-hdrext:ssrc-audio-level", id: 1 }],
  encodings: [{ ssrc }],
});

/** A listener that keeps what it was told. */
export const aRoomListener = () => {
  const told = { deaths: 0, levels: new Array<readonly { producerId: string; levelDbov: number }[]>() };
  const { promise: died, resolve } = Promise.withResolvers<void>();
  const listener: SfuRoomListener = {
    onLevels: (levels) => void told.levels.push(levels),
    onDied: () => {
      told.deaths += 1;
      resolve();
    },
  };
  return { listener, told, died };
};

export const aPeerListener = () => {
  const told = { connected: new Array<string>(), losses: 0 };
  const listener: SfuPeerListener = {
    onConnected: (transportId) => void told.connected.push(transportId),
    onLost: () => void (told.losses += 1),
  };
  return { listener, told };
};

const openRoom = (sfu: Sfu): Promise<SfuRoom> => sfu.openRoom(aRoomListener().listener);
const openPeer = (room: SfuRoom): Promise<SfuPeer> => room.openPeer(aPeerListener().listener);

let lastSsrc = 1_000;
export const produce = (peer: SfuPeer, isPaused = false): Promise<SfuProducer> =>
  peer.produce({
    transportId: peer.sendTransport.id,
    source: "microphone",
    rtpParameters: opusParameters((lastSsrc += 1)),
    isPaused,
  });

const refusal = (reason: Reason): { reason: Reason } => ({ reason });

export const describeSfu = (name: string, make: () => Promise<SfuUnderTest>): void => {
  describe(`${name}: transports`, () => testTransports(make));
  describe(`${name}: producers and consumers`, () => testMedia(make));
  describe(`${name}: probes`, () => testProbes(make));
  describe(`${name}: ends`, () => testEnds(make));
};

const testTransports = (make: () => Promise<SfuUnderTest>): void => {
  test("VO1 forwards Opus in stereo at 48 kHz, with the level in its header", async () => {
    await using made = await make();
    const { codecs, headerExtensions } = made.sfu.getRtpCapabilities();
    expect(codecs).toContainEqual(
      expect.objectContaining({ mimeType: "audio/opus", clockRate: 48_000, channels: 2 }),
    );
    expect(headerExtensions).toContainEqual(
      expect.objectContaining({ kind: "audio", uri: "urn:ietf:params:rtp-hdrext:ssrc-audio-level" }),
    );
    expect(made.sfu.availability()).toEqual({ kind: "available" });
  });

  test("gives every peer two transports of its own, each with an address to reach it at", async () => {
    await using made = await make();
    const room = await openRoom(made.sfu);
    const peers = [await openPeer(room), await openPeer(room)];
    const transports = peers.flatMap((peer) => [peer.sendTransport, peer.receiveTransport]);
    expect(new Set(transports.map(({ id }) => id)).size).toBe(4);
    for (const { iceCandidates } of transports) {
      expect(iceCandidates).toContainEqual(expect.objectContaining({ protocol: "udp", ip: "127.0.0.1" }));
    }
  });

  test("connects a transport once", async () => {
    await using made = await make();
    const peer = await openPeer(await openRoom(made.sfu));
    await peer.connect(peer.sendTransport.id, dtlsParameters);
    await peer.connect(peer.receiveTransport.id, dtlsParameters);
    const again = peer.connect(peer.sendTransport.id, dtlsParameters);
    await expect(again).rejects.toMatchObject({
      reason: "ALREADY_EXISTS",
      params: { field: "dtlsParameters" },
    });
  });

  test("gives new credentials when ICE is restarted", async () => {
    await using made = await make();
    const peer = await openPeer(await openRoom(made.sfu));
    const { password } = await peer.restartIce(peer.receiveTransport.id);
    expect(password).not.toBe(peer.receiveTransport.iceParameters.password);
  });

  test("VO9 knows nobody's transports but a peer's own", async () => {
    await using made = await make();
    const room = await openRoom(made.sfu);
    const [mine, others] = [await openPeer(room), await openPeer(room)];
    const { id: transportId } = others.sendTransport;
    const options = { source: "microphone", rtpParameters: opusParameters(1), isPaused: false } as const;
    await expect(mine.connect(transportId, dtlsParameters)).rejects.toMatchObject(refusal("NOT_FOUND"));
    await expect(mine.restartIce(transportId)).rejects.toMatchObject(refusal("NOT_FOUND"));
    await expect(mine.produce({ ...options, transportId })).rejects.toMatchObject(refusal("NOT_FOUND"));
    const receiving = mine.produce({ ...options, transportId: mine.receiveTransport.id });
    await expect(receiving).rejects.toMatchObject(refusal("NOT_FOUND"));
  });
};

const testProbes = (make: () => Promise<SfuUnderTest>): void => {
  test("VO16 opens ways in that can be reached and lead nowhere", async () => {
    await using made = await make();
    const probe = await made.sfu.openProbe();
    const peer = await openPeer(await openRoom(made.sfu));
    expect(probe.transports.length).toBeGreaterThan(0);
    for (const { id, iceCandidates, iceParameters } of probe.transports) {
      expect(iceCandidates).toContainEqual(expect.objectContaining({ protocol: "udp", ip: "127.0.0.1" }));
      expect(iceParameters.password).not.toBe("");
      await expect(peer.connect(id, dtlsParameters)).rejects.toMatchObject(refusal("NOT_FOUND"));
    }
  });

  test("closes a probe once, and each by itself", async () => {
    await using made = await make();
    const [one, other] = [await made.sfu.openProbe(), await made.sfu.openProbe()];
    expect(one.transports[0]?.iceParameters).not.toEqual(other.transports[0]?.iceParameters);
    one.close();
    one.close();
    expect((await produce(await openPeer(await openRoom(made.sfu)))).kind).toBe("audio");
    other.close();
  });

  test("opens no probe once it is closed, and bears closing an old one", async () => {
    await using made = await make();
    const probe = await made.sfu.openProbe();
    await made.sfu.close();
    expect(probe.close()).toBeUndefined();
    await expect(made.sfu.openProbe()).rejects.toMatchObject(refusal("VOICE_UNAVAILABLE"));
  });
};

const testMedia = (make: () => Promise<SfuUnderTest>): void => {
  test("refuses what cannot be forwarded, and says what it was", async () => {
    await using made = await make();
    const peer = await openPeer(await openRoom(made.sfu));
    const speex = { mimeType: "audio/speex", payloadType: 110, clockRate: 32_000 };
    const refused = peer.produce({
      transportId: peer.sendTransport.id,
      source: "microphone",
      rtpParameters: { ...opusParameters(1), codecs: [speex] },
      isPaused: false,
    });
    await expect(refused).rejects.toMatchObject({
      reason: "INVALID_INPUT",
      params: { issues: [{ path: "rtpParameters" }] },
    });
  });

  test("hands a producer to every other peer", async () => {
    await using made = await make();
    const room = await openRoom(made.sfu);
    const producer = await produce(await openPeer(room));
    const consumers = await Promise.all(
      [await openPeer(room), await openPeer(room)].map((peer) =>
        peer.consume(producer, made.sfu.getRtpCapabilities()),
      ),
    );
    expect(consumers).toEqual([
      expect.objectContaining({ producerId: producer.id, kind: "audio" }),
      expect.objectContaining({ producerId: producer.id, kind: "audio" }),
    ]);
    expect(new Set(consumers.map((consumer) => consumer?.id)).size).toBe(2);
    expect(consumers[0]?.rtpParameters.codecs[0]?.mimeType).toBe("audio/opus");
  });

  test("has nothing for who cannot take it, or came too late", async () => {
    await using made = await make();
    const room = await openRoom(made.sfu);
    const [speaker, deaf, gone] = [await openPeer(room), await openPeer(room), await openPeer(room)];
    const rtpCapabilities = made.sfu.getRtpCapabilities();
    const producer = await produce(speaker);
    expect(await deaf.consume(producer, { codecs: [], headerExtensions: [] })).toBeUndefined();
    gone.close();
    expect(await gone.consume(producer, rtpCapabilities)).toBeUndefined();
    producer.close();
    expect(await deaf.consume(producer, rtpCapabilities)).toBeUndefined();
  });

  test("has nothing of another room", async () => {
    await using made = await make();
    const [one, other] = [await openRoom(made.sfu), await openRoom(made.sfu)];
    const producer = await produce(await openPeer(one));
    const eavesdropper = await openPeer(other);
    expect(await eavesdropper.consume(producer, made.sfu.getRtpCapabilities())).toBeUndefined();
  });

  test("bears pausing and closing of what is closed", async () => {
    await using made = await make();
    const room = await openRoom(made.sfu);
    const [speaker, hearer] = [await openPeer(room), await openPeer(room)];
    const producer = await produce(speaker);
    const consumer = await hearer.consume(producer, made.sfu.getRtpCapabilities());
    producer.close();
    producer.close();
    await expect(producer.setPaused(true)).resolves.toBeUndefined();
    await expect(consumer?.setPaused(false)).resolves.toBeUndefined();
    await expect(consumer?.setSpatialLayer(1)).resolves.toBeUndefined();
    expect(consumer?.close()).toBeUndefined();
  });
};

const testEnds = (make: () => Promise<SfuUnderTest>): void => {
  test("closes a peer with all that is its own, and tells nobody", async () => {
    await using made = await make();
    const { listener, told } = aRoomListener();
    const room = await made.sfu.openRoom(listener);
    const { listener: peerListener, told: peerTold } = aPeerListener();
    const [leaving, staying] = [await room.openPeer(peerListener), await openPeer(room)];
    const producer = await produce(leaving);
    leaving.close();
    leaving.close();
    await expect(leaving.restartIce(leaving.sendTransport.id)).rejects.toMatchObject(refusal("NOT_FOUND"));
    await expect(produce(leaving)).rejects.toMatchObject(refusal("NOT_FOUND"));
    expect(await staying.consume(producer, made.sfu.getRtpCapabilities())).toBeUndefined();
    expect(peerTold.losses).toBe(0);
    expect(told.deaths).toBe(0);
  });

  test("closes a room with all that is in it, and tells nobody", async () => {
    await using made = await make();
    const { listener, told } = aRoomListener();
    const room = await made.sfu.openRoom(listener);
    const peer = await openPeer(room);
    room.close();
    room.close();
    await expect(openPeer(room)).rejects.toMatchObject(refusal("VOICE_UNAVAILABLE"));
    await expect(produce(peer)).rejects.toMatchObject(refusal("NOT_FOUND"));
    expect(told.deaths).toBe(0);
  });

  test("VO12 says once that a room's worker died, and opens another at once", async () => {
    await using made = await make();
    const { listener, told, died } = aRoomListener();
    const room = await made.sfu.openRoom(listener);
    const peer = await openPeer(room);
    await produce(peer);
    made.killWorkers();
    await died;
    await expect(openPeer(room)).rejects.toMatchObject(refusal("VOICE_UNAVAILABLE"));
    const next = await openPeer(await openRoom(made.sfu));
    expect((await produce(next)).kind).toBe("audio");
    expect(told.deaths).toBe(1);
  });

  test("is unavailable once it is closed", async () => {
    await using made = await make();
    const room = await openRoom(made.sfu);
    await made.sfu.close();
    expect(made.sfu.availability().kind).toBe("unavailable");
    await expect(openRoom(made.sfu)).rejects.toMatchObject(refusal("VOICE_UNAVAILABLE"));
    await expect(openPeer(room)).rejects.toMatchObject(refusal("VOICE_UNAVAILABLE"));
  });
};
