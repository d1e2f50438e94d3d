/** The port of media.ts on mediasoup-client. It owns how each source is encoded. */
import { Device, type types } from "mediasoup-client";
import { RtpCapabilities, RtpParameters } from "#shared/contract/rtp.ts";
import { type VoiceConsumer, VoiceSource } from "#shared/contract/voice.ts";
import { ConsumerId, ProducerId } from "#shared/ids.ts";
import { StateCell } from "../readable-state.ts";
import {
  type OpenDevice,
  type ReceivedMedia,
  type ReceiveTransport,
  type SendTransport,
  type SentMedia,
  type StatsEntry,
  type TransportOptions,
  type TransportState,
  UnsupportedBrowser,
} from "./media.ts";
import { toClientCapabilities, toClientParameters } from "./rtp-types.ts";

/** VO1: wide enough for bursts of a bad network, short enough to talk over. */
const jitterBufferMs = 100;

const speech: types.ProducerCodecOptions = {
  opusStereo: true,
  opusFec: true,
  opusDtx: true,
  opusNack: true,
  opusMaxAverageBitrate: 64_000,
};

type Encoding = Omit<
  types.ProducerOptions,
  "track" | "stopTracks" | "disableTrackOnPause" | "zeroRtpOnPause" | "appData" | "codec"
>;

/** Video begins at this rate instead of the browser's 300 kbit/s, so that the first seconds are not a blur. */
const video: types.ProducerCodecOptions = { videoGoogleStartBitrate: 1_000 };

const encodingOf: Record<VoiceSource, Encoding> = {
  microphone: { codecOptions: speech },
  // Films and music: no silence to save, and twice the rate.
  "screen-audio": { codecOptions: { ...speech, opusDtx: false, opusMaxAverageBitrate: 128_000 } },
  camera: {
    codecOptions: video,
    encodings: [
      { scaleResolutionDownBy: 4, maxBitrate: 150_000, scalabilityMode: "L1T3" },
      { scaleResolutionDownBy: 2, maxBitrate: 500_000, scalabilityMode: "L1T3" },
      { scaleResolutionDownBy: 1, maxBitrate: 1_500_000, scalabilityMode: "L1T3" },
    ],
  },
  screen: {
    codecOptions: video,
    // Text must stay readable: the small layer keeps half the width, and few pictures a second are enough for it.
    encodings: [
      { scaleResolutionDownBy: 2, maxBitrate: 500_000, maxFramerate: 5, scalabilityMode: "L1T1" },
      { scaleResolutionDownBy: 1, maxBitrate: 3_000_000, scalabilityMode: "L1T1" },
    ],
  },
};

const entriesOf = (report: RTCStatsReport): StatsEntry[] => {
  const entries: StatsEntry[] = [];
  // A map by the standard, but its types know forEach alone.
  // oxlint-disable-next-line unicorn/no-array-for-each
  report.forEach((entry: StatsEntry) => entries.push(entry));
  return entries;
};

const followState = (transport: types.Transport): StateCell<TransportState> => {
  const state = new StateCell<TransportState>(transport.connectionState);
  transport.on("connectionstatechange", (next) => state.set(next));
  return state;
};

const connectBy = (transport: types.Transport, { onConnect }: TransportOptions): void => {
  transport.on("connect", ({ dtlsParameters: { role, fingerprints } }, done) => {
    onConnect(role ? { role, fingerprints } : { fingerprints });
    done();
  });
};

const baseOf = (transport: types.Transport) => ({
  state: followState(transport),
  restartIce: async ({
    iceParameters,
    iceServers,
  }: Parameters<SendTransport["restartIce"]>[0]): Promise<void> => {
    // TURN credentials are short-lived: the restart needs new ones.
    if (iceServers.length > 0) await transport.updateIceServers({ iceServers });
    await transport.restartIce({ iceParameters });
  },
  getStats: async () => entriesOf(await transport.getStats()),
  close: () => transport.close(),
});

const sentMediaOf = (producer: types.Producer, first: MediaStreamTrack): SentMedia => {
  let track = first;
  return {
    id: ProducerId.parse(producer.id),
    get track() {
      return track;
    },
    replaceTrack: async (next) => {
      await producer.replaceTrack({ track: next });
      // Whoever has the old one finds it as it was given.
      track.enabled = true;
      track = next;
    },
    setPaused: (isPaused) => {
      if (producer.closed || producer.paused === isPaused) return;
      if (isPaused) producer.pause();
      else producer.resume();
    },
    close: () => {
      producer.close();
      track.enabled = true;
    },
  };
};

const createSendTransport = (
  device: Device,
  options: Parameters<Awaited<ReturnType<OpenDevice>>["createSendTransport"]>[0],
): SendTransport => {
  const transport = device.createSendTransport({ ...options.transport, iceServers: options.iceServers });
  connectBy(transport, options);
  const produce = ({ rtpParameters, appData }: { rtpParameters: unknown; appData: types.AppData }) =>
    options.produce({
      source: VoiceSource.parse(appData["source"]),
      rtpParameters: RtpParameters.parse(rtpParameters),
    });
  transport.on("produce", (media, done, fail) => {
    const answer = async () => {
      try {
        done({ id: await produce(media) });
      } catch (error) {
        fail(error instanceof Error ? error : new Error("it could not be produced", { cause: error }));
      }
    };
    void answer();
  });
  const vp8 = device.sendRtpCapabilities.codecs?.find(
    ({ mimeType }) => mimeType.toLowerCase() === "video/vp8",
  );
  return {
    ...baseOf(transport),
    send: async ({ track, source, isPaused }) => {
      // Disabled from before the first packet on; mediasoup-client takes a disabled track for a paused producer.
      track.enabled = !isPaused;
      const producer = await transport.produce({
        ...encodingOf[source],
        ...(track.kind === "video" && vp8 ? { codec: vp8 } : {}),
        track,
        stopTracks: false,
        disableTrackOnPause: true,
        zeroRtpOnPause: true,
        appData: { source },
      });
      return sentMediaOf(producer, track);
    },
  };
};

/** Audio that the server knows nothing of and never sends; the browser connects for it all the same. */
const silence = (device: Device): types.ConsumerOptions | undefined => {
  const opus = device.recvRtpCapabilities.codecs?.find(
    ({ mimeType }) => mimeType.toLowerCase() === "audio/opus",
  );
  if (!opus) return undefined;
  const { mimeType, preferredPayloadType: payloadType, clockRate, channels = 2, parameters = {} } = opus;
  return {
    id: "silence",
    producerId: "silence",
    kind: "audio",
    rtpParameters: {
      // The server counts its own from 0.
      mid: "silence",
      codecs: [{ mimeType, payloadType, clockRate, channels, parameters, rtcpFeedback: [] }],
      encodings: [{ ssrc: 1 }],
      rtcp: { cname: "silence" },
    },
  };
};

const receivedMediaOf = (consumer: types.Consumer): ReceivedMedia => {
  const receiver = consumer.rtpReceiver;
  if (consumer.kind === "audio" && receiver && "jitterBufferTarget" in receiver)
    Reflect.set(receiver, "jitterBufferTarget", jitterBufferMs);
  return { id: ConsumerId.parse(consumer.id), track: consumer.track, close: () => consumer.close() };
};

const consumerOptionsOf = ({
  id,
  producerId,
  userId,
  source,
  kind,
  rtpParameters,
}: VoiceConsumer): types.ConsumerOptions => ({
  id,
  producerId,
  kind,
  rtpParameters: toClientParameters(rtpParameters),
  // Browsers hold the tracks of one stream in step: a screen with its sound, and nothing with a microphone.
  streamId: source.startsWith("screen") ? `${userId}-screen` : `${userId}-${source}`,
});

const createReceiveTransport = (device: Device, options: TransportOptions): ReceiveTransport => {
  const transport = device.createRecvTransport({ ...options.transport, iceServers: options.iceServers });
  connectBy(transport, options);
  return {
    ...baseOf(transport),
    receive: async (consumers) => {
      // Begun in one tick, mediasoup-client negotiates them all at once.
      const begun = consumers.map((consumer) => transport.consume(consumerOptionsOf(consumer)));
      const settled = await Promise.allSettled(begun);
      return settled.flatMap((one) => (one.status === "fulfilled" ? [receivedMediaOf(one.value)] : []));
    },
    warmUp: async () => {
      const nothing = silence(device);
      if (nothing) await transport.consume(nothing);
    },
  };
};

export const openMediasoupDevice: OpenDevice = async (routerRtpCapabilities) => {
  const device = await Device.factory().catch((error: unknown) => {
    throw new UnsupportedBrowser("no WebRTC that mediasoup-client knows", { cause: error });
  });
  await device.load({ routerRtpCapabilities: toClientCapabilities(routerRtpCapabilities) });
  return {
    rtpCapabilities: RtpCapabilities.parse(device.recvRtpCapabilities),
    createSendTransport: (options) => createSendTransport(device, options),
    createReceiveTransport: (options) => createReceiveTransport(device, options),
  };
};
