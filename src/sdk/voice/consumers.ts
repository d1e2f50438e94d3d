/**
 * The others' media in one session. What the server announces is received at once, in one negotiation; audio is resumed as
 * soon as it can be heard, and video for as long as somebody looks at it.
 */
import type { VoiceConsumer } from "#shared/contract/voice.ts";
import type { ConsumerId } from "#shared/ids.ts";
import type { CallFailure } from "../failure.ts";
import type { RetryPolicy } from "../retry-policy.ts";
import type { ReceivedMedia, ReceiveTransport } from "./media.ts";
import { Reconciler } from "./reconciler.ts";
import type { VoiceApi } from "./signalling.ts";
import type { RemoteStream, WatchedVideo } from "./voice-client.ts";

interface ConsumersOptions {
  transport: ReceiveTransport;
  api: Pick<VoiceApi, "resumeConsumers" | "pauseConsumers" | "setConsumerLayers">;
  policy: RetryPolicy;
  onStreams: (streams: readonly RemoteStream[]) => void;
  onRefused: (failure: CallFailure) => void;
}

interface Held {
  consumer: VoiceConsumer;
  media: ReceivedMedia;
  /** What the server was last told. */
  isFlowing: boolean;
  layer: number | undefined;
}

/** Scrolling and resizing change what is looked at many times a second. */
const watchDelayMs = 100;
/**
 * A channel that fills up has something new to resume every moment, and the server counts requests by the minute: so many
 * at once, and then one at a time with what has gathered meanwhile.
 */
const flowsAtOnce = 5;
const flowEveryMs = 1_500;
/** The widest tile that the smallest and the middle picture of a camera still fill. */
const layerWidthsPx = [360, 720];

const layerFor = (widthPx: number): number => {
  const layer = layerWidthsPx.findIndex((width) => widthPx <= width);
  return layer === -1 ? layerWidthsPx.length : layer;
};

export class Consumers {
  readonly #options: ConsumersOptions;
  readonly #flow: Reconciler;
  /** Those that the server has, received or about to be. */
  readonly #announced = new Set<ConsumerId>();
  readonly #held = new Map<ConsumerId, Held>();
  #watched: ReadonlyMap<ConsumerId, number>;
  #isDeaf: boolean;
  #isClosed = false;
  #watchTimer: ReturnType<typeof setTimeout> | undefined;
  #flowTimer: ReturnType<typeof setTimeout> | undefined;
  /** When all that was asked for would have been asked for, one at a time. */
  #flowsUntilMs = 0;

  constructor(options: ConsumersOptions, first: { isDeaf: boolean; watched: readonly WatchedVideo[] }) {
    this.#options = options;
    this.#isDeaf = first.isDeaf;
    this.#watched = toWidths(first.watched);
    const { policy, onRefused } = options;
    this.#flow = new Reconciler({ run: () => this.#bringInLine(), policy, onRefused });
  }

  async add(consumers: readonly VoiceConsumer[]): Promise<void> {
    const fresh = consumers.filter(({ id }) => !this.#announced.has(id));
    for (const { id } of fresh) this.#announced.add(id);
    if (fresh.length === 0) return;
    const received = await this.#options.transport.receive(fresh);
    const byId = new Map(fresh.map((consumer) => [consumer.id, consumer]));
    for (const media of received) {
      const consumer = byId.get(media.id);
      if (!consumer || this.#isClosed || !this.#announced.has(media.id)) media.close();
      else this.#hold(consumer, media);
    }
    this.#tell();
    this.#requestFlow();
  }

  remove(ids: readonly ConsumerId[]): void {
    for (const id of ids) {
      this.#announced.delete(id);
      this.#held.get(id)?.media.close();
      this.#held.delete(id);
    }
    this.#tell();
  }

  /** Takes over what the server has, except where a signal has said something newer. */
  compare(consumers: readonly VoiceConsumer[], signalled: ReadonlySet<ConsumerId>): Promise<void> {
    const theirs = new Set(consumers.map(({ id }) => id));
    const gone = [...this.#announced].filter((id) => !theirs.has(id) && !signalled.has(id));
    if (gone.length > 0) this.remove(gone);
    return this.add(consumers.filter(({ id }) => !signalled.has(id)));
  }

  watch(videos: readonly WatchedVideo[]): void {
    this.#watched = toWidths(videos);
    this.#tell();
    this.#watchTimer ??= setTimeout(() => {
      this.#watchTimer = undefined;
      this.#requestFlow();
    }, watchDelayMs);
  }

  /** At once, and without the server. */
  setDeaf(isDeaf: boolean): void {
    if (isDeaf === this.#isDeaf) return;
    this.#isDeaf = isDeaf;
    for (const held of this.#held.values()) this.#applyDeaf(held);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#watchTimer);
    clearTimeout(this.#flowTimer);
    this.#flow.close();
    this.#announced.clear();
    this.#held.clear();
    this.#options.onStreams([]);
  }

  #requestFlow(): void {
    this.#flowTimer ??= setTimeout(
      () => {
        this.#flowTimer = undefined;
        this.#flowsUntilMs = Math.max(this.#flowsUntilMs, Date.now()) + flowEveryMs;
        this.#flow.request();
      },
      this.#flowsUntilMs - Date.now() - (flowsAtOnce - 1) * flowEveryMs,
    );
  }

  #hold(consumer: VoiceConsumer, media: ReceivedMedia): void {
    const held: Held = { consumer, media, isFlowing: false, layer: undefined };
    this.#held.set(consumer.id, held);
    this.#applyDeaf(held);
  }

  #applyDeaf({ consumer, media }: Held): void {
    if (consumer.kind === "audio") media.track.enabled = !this.#isDeaf;
  }

  #isWanted({ consumer }: Held): boolean {
    return consumer.kind === "audio" || this.#watched.has(consumer.id);
  }

  #tell(): void {
    if (this.#isClosed) return;
    const streams = [...this.#held.values()].map((held) => ({
      consumerId: held.consumer.id,
      userId: held.consumer.userId,
      source: held.consumer.source,
      track: held.media.track,
      isWatched: this.#isWanted(held),
    }));
    this.#options.onStreams(streams);
  }

  /** Calls of one tick travel in one request. */
  async #bringInLine(): Promise<void> {
    const { api } = this.#options;
    const changed = [...this.#held.values()].filter((held) => held.isFlowing !== this.#isWanted(held));
    const [paused, resumed] = [true, false].map((isFlowing) =>
      changed.filter((held) => held.isFlowing === isFlowing),
    );
    await Promise.all([
      this.#setFlow(resumed ?? [], (consumerIds) => api.resumeConsumers.mutate({ consumerIds })),
      this.#setFlow(paused ?? [], (consumerIds) => api.pauseConsumers.mutate({ consumerIds })),
      ...[...this.#held.values()].map((held) => this.#setLayer(held)),
    ]);
  }

  async #setFlow(
    changed: readonly Held[],
    call: (consumerIds: ConsumerId[]) => Promise<unknown>,
  ): Promise<void> {
    if (changed.length === 0) return;
    await call(changed.map(({ consumer }) => consumer.id));
    for (const held of changed) held.isFlowing = !held.isFlowing;
  }

  async #setLayer(held: Held): Promise<void> {
    const widthPx = this.#watched.get(held.consumer.id);
    if (held.consumer.kind !== "video" || widthPx === undefined) return;
    const layer = layerFor(widthPx);
    if (layer === held.layer) return;
    const consumerId = held.consumer.id;
    await this.#options.api.setConsumerLayers.mutate({ consumerId, spatialLayer: layer });
    held.layer = layer;
  }
}

const toWidths = (videos: readonly WatchedVideo[]): ReadonlyMap<ConsumerId, number> =>
  new Map(videos.map(({ consumerId, widthPx }) => [consumerId, widthPx]));
