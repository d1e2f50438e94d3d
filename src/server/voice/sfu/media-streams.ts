/** What a participant sends, and what they are sent. */
import type { types } from "mediasoup";
import type { MediaKind, RtpParameters } from "#shared/contract/rtp.ts";
import type { VoiceSource } from "#shared/contract/voice.ts";
import { ConsumerId, ProducerId } from "#shared/ids.ts";
import { toContractParameters } from "./codecs.ts";
import { unlessGone } from "./refusals.ts";
import type { RoomRouter } from "./room-router.ts";
import type { SfuConsumer, SfuProducer } from "./sfu.ts";
import type { WorkerLoad } from "./voice-worker.ts";

/** In packets: audio has 50 a second, a camera's larger picture about 150. */
const streamsOf: Record<MediaKind, number> = { audio: 1, video: 3 };

export class MediaProducer implements SfuProducer {
  readonly id: ProducerId;
  readonly kind: MediaKind;
  readonly source: VoiceSource;
  readonly home: RoomRouter;
  readonly media: types.Producer;

  constructor(media: types.Producer, source: VoiceSource, home: RoomRouter) {
    this.id = ProducerId.parse(media.id);
    this.kind = media.kind;
    this.source = source;
    this.home = home;
    this.media = media;
  }

  setPaused(isPaused: boolean): Promise<void> {
    return unlessGone(isPaused ? this.media.pause() : this.media.resume());
  }

  close(): void {
    this.media.close();
  }
}

export class MediaConsumer implements SfuConsumer {
  readonly id: ConsumerId;
  readonly producerId: ProducerId;
  readonly kind: MediaKind;
  readonly #media: types.Consumer;
  readonly #load: WorkerLoad;
  #isCounted = false;

  constructor(media: types.Consumer, load: WorkerLoad) {
    this.id = ConsumerId.parse(media.id);
    this.producerId = ProducerId.parse(media.producerId);
    this.kind = media.kind;
    this.#media = media;
    this.#load = load;
    media.observer.once("close", () => this.#count(false));
  }

  /** Made when it is asked for, which is once: in a full channel ten thousand copies would be kept. */
  get rtpParameters(): RtpParameters {
    return toContractParameters(this.#media.rtpParameters);
  }

  setPaused(isPaused: boolean): Promise<void> {
    this.#count(!isPaused && !this.#media.closed);
    return unlessGone(isPaused ? this.#media.pause() : this.#media.resume());
  }

  async setSpatialLayer(layer: number): Promise<void> {
    if (this.kind === "video") await unlessGone(this.#media.setPreferredLayers({ spatialLayer: layer }));
  }

  close(): void {
    this.#media.close();
  }

  #count(isForwarded: boolean): void {
    if (this.#isCounted === isForwarded) return;
    this.#isCounted = isForwarded;
    this.#load.streams += isForwarded ? streamsOf[this.kind] : -streamsOf[this.kind];
  }
}
