/**
 * WebRTC as far as a call needs it: a port, so that the rules of joining and staying are tested without a browser.
 * `openMediasoupDevice` is the real one.
 */
import type { DtlsParameters, IceParameters, IceServer, RtpCapabilities } from "#shared/contract/rtp.ts";
import type { Produce, VoiceConsumer, VoiceSource, VoiceTransport } from "#shared/contract/voice.ts";
import type { ConsumerId, ProducerId } from "#shared/ids.ts";
import type { ReadableState } from "../readable-state.ts";

export type TransportState = "new" | "connecting" | "connected" | "disconnected" | "failed" | "closed";

/** One's own media on its way to the server. */
export interface SentMedia {
  readonly id: ProducerId;
  readonly track: MediaStreamTrack;
  replaceTrack: (track: MediaStreamTrack) => Promise<void>;
  /** Paused, not a packet leaves, from this moment on. */
  setPaused: (isPaused: boolean) => void;
  /** The track lives on. */
  close: () => void;
}

/** Another participant's media. */
export interface ReceivedMedia {
  readonly id: ConsumerId;
  readonly track: MediaStreamTrack;
  close: () => void;
}

interface MediaTransport {
  readonly state: ReadableState<TransportState>;
  restartIce: (answer: { iceParameters: IceParameters; iceServers: IceServer[] }) => Promise<void>;
  getStats: () => Promise<readonly StatsEntry[]>;
  close: () => void;
}

/** An entry of an RTCStatsReport; its fields differ by browser, so each is looked at before it is used. */
export type StatsEntry = Readonly<Record<string, unknown>>;

export interface SendTransport extends MediaTransport {
  /** @throws what `produce` threw, or the browser's refusal */
  send: (media: { track: MediaStreamTrack; source: VoiceSource; isPaused: boolean }) => Promise<SentMedia>;
}

export interface ReceiveTransport extends MediaTransport {
  /** All of them in one negotiation; those that this browser cannot take are left out. */
  receive: (consumers: readonly VoiceConsumer[]) => Promise<ReceivedMedia[]>;
  /** Connects while there is nothing to receive yet: a listener without company is to be heard of too. */
  warmUp: () => Promise<void>;
}

export type AnyTransport = SendTransport | ReceiveTransport;

export interface TransportOptions {
  transport: VoiceTransport;
  iceServers: IceServer[];
  /** Told once, when the browser begins to connect. Nothing waits for the answer: ICE goes on meanwhile. */
  onConnect: (dtlsParameters: DtlsParameters) => void;
}

export interface MediaDevice {
  /** What this browser can receive. */
  readonly rtpCapabilities: RtpCapabilities;
  createSendTransport: (
    options: TransportOptions & {
      produce: (media: Pick<Produce, "source" | "rtpParameters">) => Promise<ProducerId>;
    },
  ) => SendTransport;
  createReceiveTransport: (options: TransportOptions) => ReceiveTransport;
}

/** Makes a device for what the server's routers can. @throws UnsupportedBrowser */
export type OpenDevice = (routerRtpCapabilities: RtpCapabilities) => Promise<MediaDevice>;

/** There is no WebRTC here, or none that mediasoup-client knows. */
export class UnsupportedBrowser extends Error {}
