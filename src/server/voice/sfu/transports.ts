/** One participant's way in or out: a WebRtcTransport on the worker's one port, and what the rooms hear of it. */
import type { types } from "mediasoup";
import type { DtlsParameters, IceParameters } from "#shared/contract/rtp.ts";
import type { VoiceTransport } from "#shared/contract/voice.ts";
import { TransportId } from "#shared/ids.ts";
import type { Scheduler } from "../../kernel/scheduler.ts";
import { type ConnectionListener, watchConnection } from "./connection-watch.ts";

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
export type CreateTransport = (place: TransportPlace, listener: ConnectionListener) => Promise<PeerTransport>;

/** A screen in full motion and a camera's three layers; what is sent beyond it is not meant well. */
const maxIncomingBitsPerSecond = 6_000_000;
/** A first picture that is not a blur; the estimate is right a second later. */
const initialOutgoingBitsPerSecond = 1_000_000;
/** A browser asks for consent every 5 s. */
const iceConsentTimeoutSeconds = 20;

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
    const watch = watchConnection(listener, scheduler);
    media.on("icestatechange", watch.onIceState);
    media.on("dtlsstatechange", watch.onDtlsState);
    media.observer.once("close", watch.stop);
    if (direction === "send") await media.setMaxIncomingBitrate(maxIncomingBitsPerSecond);
    const { iceParameters, iceCandidates, dtlsParameters } = media;
    return {
      description: { id: TransportId.parse(media.id), iceParameters, iceCandidates, dtlsParameters },
      media,
      connect: (remote) => media.connect({ dtlsParameters: remote }),
      restartIce: () => media.restartIce(),
    };
  };
