/** The port on mediasoup-client, with the handler that it brings along for tests in place of a browser's. */
import { Device, FakeHandler, testFakeParameters } from "mediasoup-client";
import { expect, test, vi } from "vitest";
import { RtpCapabilities } from "#shared/contract/rtp.ts";
import type { Produce } from "#shared/contract/voice.ts";
import { userId } from "#tests/support/wire-objects.ts";
import type { MediaDevice } from "./media.ts";
import { openMediasoupDevice } from "./mediasoup-device.ts";
import { FakeTrack } from "./testing/fake-media.ts";
import { aConsumer, aTransport, consumerId, producerId } from "./testing/voice-world.ts";

const open = (): Promise<MediaDevice> => {
  const handlerFactory = FakeHandler.createFactory(testFakeParameters);
  vi.spyOn(Device, "factory").mockImplementation(() => Promise.resolve(new Device({ handlerFactory })));
  return openMediasoupDevice(RtpCapabilities.parse(testFakeParameters.generateRouterRtpCapabilities()));
};

type Sent = Pick<Produce, "source" | "rtpParameters">;

const openSending = async () => {
  const device = await open();
  const produced: Sent[] = [];
  const onConnect = vi.fn<() => void>();
  const transport = device.createSendTransport({
    transport: aTransport(1),
    iceServers: [],
    onConnect,
    produce: (media) => {
      produced.push(media);
      return Promise.resolve(producerId(produced.length));
    },
  });
  return { transport, produced, onConnect };
};

test("VO1 the microphone goes out in one layer, and keeps its track when it is closed", async () => {
  const { transport, produced, onConnect } = await openSending();
  const track = new FakeTrack();
  const sent = await transport.send({ track, source: "microphone", isPaused: false });
  expect(sent.id).toBe(producerId(1));
  expect(onConnect).toHaveBeenCalledOnce();
  expect(produced).toMatchObject([{ source: "microphone" }]);
  expect(produced[0]?.rtpParameters.encodings).toHaveLength(1);
  sent.close();
  expect(track).toMatchObject({ readyState: "live", enabled: true });
});

test("VO4 what is sent muted is silent from before its first packet on", async () => {
  const { transport } = await openSending();
  const track = new FakeTrack();
  const sending = transport.send({ track, source: "microphone", isPaused: true });
  expect(track.enabled).toBe(false);
  const sent = await sending;
  sent.setPaused(true);
  expect(track.enabled).toBe(false);
  const next = new FakeTrack();
  await sent.replaceTrack(next);
  expect([track.enabled, next.enabled]).toEqual([true, false]);
  sent.setPaused(false);
  expect(next.enabled).toBe(true);
});

test.each([
  ["camera", 3],
  ["screen", 2],
] as const)("the %s goes out in %i layers, from the smallest to the whole", async (source, layers) => {
  const { transport, produced } = await openSending();
  await transport.send({ track: new FakeTrack("video"), source, isPaused: false });
  const scales = produced[0]?.rtpParameters.encodings?.map((one) => one.scaleResolutionDownBy ?? 0) ?? [];
  expect(scales).toHaveLength(layers);
  expect(scales).toEqual(scales.toSorted((a, b) => b - a));
  expect(scales.at(-1)).toBe(1);
  expect(produced[0]?.rtpParameters.codecs[0]?.mimeType).toBe("video/VP8");
});

test("what the server refuses to take is thrown as it was refused", async () => {
  const device = await open();
  const refusal = new Error("refused");
  const transport = device.createSendTransport({
    transport: aTransport(1),
    iceServers: [],
    onConnect: () => undefined,
    produce: () => Promise.reject(refusal),
  });
  const sending = transport.send({ track: new FakeTrack(), source: "microphone", isPaused: false });
  await expect(sending).rejects.toBe(refusal);
});

const openReceiving = async () => {
  const device = await open();
  const onConnect = vi.fn<() => void>();
  const transport = device.createReceiveTransport({ transport: aTransport(2), iceServers: [], onConnect });
  const opus = device.rtpCapabilities.codecs?.find(({ mimeType }) => mimeType === "audio/opus");
  const payloadType = opus?.preferredPayloadType ?? 0;
  const heard = (n: number, type = payloadType) => ({
    ...aConsumer(n, "microphone", userId(n)),
    rtpParameters: {
      codecs: [{ mimeType: "audio/opus", payloadType: type, clockRate: 48_000, channels: 2 }],
      encodings: [{ ssrc: n }],
      rtcp: { cname: `c${n}` },
    },
  });
  return { transport, onConnect, heard };
};

test("those that the browser cannot take are left out, and the others are heard", async () => {
  const { transport, heard } = await openReceiving();
  const received = await transport.receive([heard(1), heard(2, 126), heard(3)]);
  expect(received.map(({ id }) => id)).toEqual([consumerId(1), consumerId(3)]);
});

test("VO13 with nothing to receive it connects all the same, once", async () => {
  const { transport, onConnect, heard } = await openReceiving();
  await transport.warmUp();
  expect(onConnect).toHaveBeenCalledOnce();
  await transport.receive([heard(1)]);
  expect(onConnect).toHaveBeenCalledOnce();
});
