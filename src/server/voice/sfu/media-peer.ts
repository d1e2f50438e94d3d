/** One participant's two transports, and what goes through them. Both stand on the same of the room's routers. */
import { errors, type types } from "mediasoup";
import { z } from "zod";
import type { DtlsParameters, IceParameters, RtpCapabilities, RtpParameters } from "#shared/contract/rtp.ts";
import { kindOfSource, type VoiceTransport } from "#shared/contract/voice.ts";
import type { ProducerId, TransportId } from "#shared/ids.ts";
import { AppError } from "../../kernel/app-error.ts";
import type { ConnectionListener } from "./connection-watch.ts";
import { toMediasoupCapabilities, toMediasoupParameters } from "./codecs.ts";
import { MediaConsumer, MediaProducer } from "./media-streams.ts";
import { refusing, toRefusal } from "./refusals.ts";
import type { RoomRouter } from "./room-router.ts";
import type { ProduceOptions, SfuPeer, SfuPeerListener, SfuProducer } from "./sfu.ts";
import type { CreateTransport, PeerTransport } from "./transports.ts";

interface Options {
  home: RoomRouter;
  createTransport: CreateTransport;
  /** The room's, of all its peers. */
  producers: Map<ProducerId, MediaProducer>;
  listener: SfuPeerListener;
  onClosed: (peer: MediaPeer) => void;
}

/** A transport may be connected once: a second time would put another end in the first one's place. */
interface Way {
  transport: PeerTransport;
  isConnecting: boolean;
}

const Bitrates = z.object({ recvBitrate: z.number(), sendBitrate: z.number() });

/** Tells of the other end what the port promises: its loss once, and nothing after the peer was closed. */
const hear = (listener: SfuPeerListener) => {
  let isOver = false;
  const of = (findId: () => TransportId | undefined): ConnectionListener => ({
    onConnected: () => {
      const id = findId();
      if (!isOver && id !== undefined) listener.onConnected(id);
    },
    onLost: () => {
      if (isOver) return;
      isOver = true;
      listener.onLost();
    },
  });
  return { of, stop: () => void (isOver = true) };
};

/**
 * As every browser sends it. mediasoup takes two of the same kind, and then fails for whoever is to receive them: one
 * participant could keep all others out. @throws INVALID_INPUT
 */
const requireOneCodec = ({ codecs }: RtpParameters): void => {
  const media = codecs.filter(({ mimeType }) => !/\/rtx$/i.test(mimeType));
  if (media.length === 1 && codecs.length <= 2) return;
  const message = "must be one codec, with its retransmission or without";
  throw new AppError("INVALID_INPUT", { issues: [{ path: "rtpParameters", message }] });
};

export class MediaPeer implements SfuPeer {
  readonly sendTransport: VoiceTransport;
  readonly receiveTransport: VoiceTransport;
  readonly #send: Way;
  readonly #receive: Way;
  readonly #home: RoomRouter;
  readonly #producers: Map<ProducerId, MediaProducer>;
  readonly #stopHearing: () => void;
  readonly #onClosed: (peer: MediaPeer) => void;
  #isClosed = false;

  private constructor(options: Options, transports: [PeerTransport, PeerTransport], stopHearing: () => void) {
    const [send, receive] = transports;
    this.#send = { transport: send, isConnecting: false };
    this.#receive = { transport: receive, isConnecting: false };
    this.sendTransport = send.description;
    this.receiveTransport = receive.description;
    this.#home = options.home;
    this.#producers = options.producers;
    this.#stopHearing = stopHearing;
    this.#onClosed = options.onClosed;
  }

  static async open(options: Options): Promise<MediaPeer> {
    const { home, createTransport, listener } = options;
    const place = { router: home.router, webRtcServer: home.worker.webRtcServer };
    const ears = hear(listener);
    // Nothing is heard before the client was told of its transports, and so not before there is a peer.
    let peer: MediaPeer | undefined;
    const opening = await Promise.allSettled([
      createTransport(
        { ...place, direction: "send" },
        ears.of(() => peer?.sendTransport.id),
      ),
      createTransport(
        { ...place, direction: "receive" },
        ears.of(() => peer?.receiveTransport.id),
      ),
    ]);
    const [send, receive] = opening;
    if (send.status === "fulfilled" && receive.status === "fulfilled") {
      peer = new MediaPeer(options, [send.value, receive.value], ears.stop);
      peer.#countAt(home);
      return peer;
    }
    for (const one of opening) if (one.status === "fulfilled") one.value.media.close();
    throw opening.find((one) => one.status === "rejected")?.reason;
  }

  async connect(transportId: TransportId, dtlsParameters: DtlsParameters): Promise<void> {
    const way = this.#requireWay(transportId);
    if (way.isConnecting) throw new AppError("ALREADY_EXISTS", { field: "dtlsParameters" });
    way.isConnecting = true;
    try {
      await refusing(() => way.transport.connect(dtlsParameters), "dtlsParameters");
    } catch (error) {
      // What mediasoup refused has connected nothing.
      way.isConnecting = false;
      throw error;
    }
  }

  async restartIce(transportId: TransportId): Promise<IceParameters> {
    const { transport } = this.#requireWay(transportId);
    return refusing(() => transport.restartIce());
  }

  async produce({ transportId, source, rtpParameters, isPaused }: ProduceOptions): Promise<MediaProducer> {
    const { transport } = this.#requireWay(transportId);
    if (transport !== this.#send.transport) throw new AppError("NOT_FOUND");
    requireOneCodec(rtpParameters);
    const media = await refusing(
      () =>
        transport.media.produce({
          kind: kindOfSource[source],
          rtpParameters: toMediasoupParameters(rtpParameters),
          paused: isPaused,
        }),
      "rtpParameters",
    );
    const producer = new MediaProducer(media, source, this.#home);
    this.#producers.set(producer.id, producer);
    media.observer.once("close", () => this.#producers.delete(producer.id));
    // It may have closed while the worker answered.
    if (media.closed) this.#producers.delete(producer.id);
    try {
      if (source === "microphone") await refusing(() => this.#home.measure(media));
    } catch (error) {
      // Nobody would ever close it.
      producer.close();
      throw error;
    }
    return producer;
  }

  async consume(producer: SfuProducer, rtpCapabilities: RtpCapabilities): Promise<MediaConsumer | undefined> {
    const source = this.#producers.get(producer.id);
    if (!source || this.#isClosed) return undefined;
    const capabilities = toMediasoupCapabilities(rtpCapabilities);
    try {
      const media = await this.#receiveFrom(source, capabilities);
      return media && !media.closed ? new MediaConsumer(media, this.#home.worker.load) : undefined;
    } catch (error) {
      if (error instanceof errors.NotFoundError) return undefined;
      throw toRefusal(error, "rtpCapabilities");
    }
  }

  /** Bits a second, both ways; 0 for what closes meanwhile. */
  async measureBitrate(): Promise<number> {
    const stats = await Promise.all(
      [this.#send, this.#receive].map(({ transport }) => transport.media.getStats().catch(() => [])),
    );
    const bitrates = stats.flat().map((one) => Bitrates.parse(one));
    return bitrates.reduce((total, { recvBitrate, sendBitrate }) => total + recvBitrate + sendBitrate, 0);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stopHearing();
    this.#send.transport.media.close();
    this.#receive.transport.media.close();
    this.#onClosed(this);
  }

  async #receiveFrom(
    { media: producer, home }: MediaProducer,
    rtpCapabilities: types.RtpCapabilities,
  ): Promise<types.Consumer | undefined> {
    const { id: producerId } = producer;
    if (!home.router.canConsume({ producerId, rtpCapabilities })) return undefined;
    await home.pipe(producer, this.#home);
    return this.#receive.transport.media.consume({
      producerId,
      rtpCapabilities,
      paused: true,
      // For audio it is what makes lost packets be sent again; for video it is the default.
      enableRtx: true,
    });
  }

  #countAt({ worker: { load } }: RoomRouter): void {
    load.peers += 1;
    this.#receive.transport.media.observer.once("close", () => (load.peers -= 1));
  }

  #requireWay(transportId: TransportId): Way {
    const way = [this.#send, this.#receive].find(({ transport }) => transport.description.id === transportId);
    if (!way || this.#isClosed) throw new AppError("NOT_FOUND");
    return way;
  }
}
