/** One participant's way in or out: a WebRtcTransport on the worker's one port, and what the rooms hear of it. */
import type { types } from "mediasoup";
import type { DtlsParameters, IceParameters } from "#shared/contract/rtp.ts";
import type { VoiceTransport } from "#shared/contract/voice.ts";
import { TransportId } from "#shared/ids.ts";
import type { Scheduler } from "../../kernel/scheduler.ts";

export interface TransportListener {
  onConnected(): void;
  onLost(): void;
}

/** A transport as the peers use it. Closed through its `media`, which its router closes too. */
export interface PeerTransport {
  readonly description: VoiceTransport;
  readonly media: types.Transport;
  connect(dtlsParameters: DtlsParameters): Promise<void>;
  restartIce(): Promise<IceParameters>;
}

export interface TransportPlace {
  router: types.Router;
  webRtcServer: types.WebRtcServer;
  /** Whose media: the participant's own, or the others'. */
  direction: "send" | "receive";
}

/** Tests and benches put others in its place, which need no browser at the other end. */
export type CreateTransport = (place: TransportPlace, listener: TransportListener) => Promise<PeerTransport>;

/** A screen in full motion and a camera's three layers; what is sent beyond it is not meant well. */
const maxIncomingBitsPerSecond = 6_000_000;
/** A first picture that is not a blur; the estimate is right a second later. */
const initialOutgoingBitsPerSecond = 1_000_000;
/** A browser asks for consent every 5 s. */
const iceConsentTimeoutSeconds = 20;
/** A client that changes networks restarts ICE within seconds (VO11). With the time for consent it makes 30 s. */
const lostAfterMs = 10_000;

/** `disconnected` is not lost (VO11): only one that lasts is, or a DTLS connection that failed or said goodbye. */
const watch = (transport: types.WebRtcTransport, listener: TransportListener, scheduler: Scheduler): void => {
  let cancel: () => void = () => undefined;
  transport.on("icestatechange", (state) => {
    cancel();
    if (state === "disconnected") cancel = scheduler.after(lostAfterMs, () => listener.onLost());
  });
  transport.on("dtlsstatechange", (state) => {
    if (state === "connected") listener.onConnected();
    if (state === "failed" || state === "closed") listener.onLost();
  });
  transport.observer.on("close", () => cancel());
};

export const webRtcTransports =
  (scheduler: Scheduler): CreateTransport =>
  async ({ router, webRtcServer, direction }, listener) => {
    const media = await router.createWebRtcTransport({
      webRtcServer,
      enableUdp: true,
      enableTcp: true,
      preferUdp: true,
      iceConsentTimeout: iceConsentTimeoutSeconds,
      initialAvailableOutgoingBitrate: initialOutgoingBitsPerSecond,
    });
    watch(media, listener, scheduler);
    if (direction === "send") await media.setMaxIncomingBitrate(maxIncomingBitsPerSecond);
    const { iceParameters, iceCandidates, dtlsParameters } = media;
    return {
      description: { id: TransportId.parse(media.id), iceParameters, iceCandidates, dtlsParameters },
      media,
      connect: (remote) => media.connect({ dtlsParameters: remote }),
      restartIce: () => media.restartIce(),
    };
  };
