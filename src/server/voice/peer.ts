/**
 * One member's stay in a voice channel: who they are, what they may do, and the media that they send and receive. It
 * decides nothing; the room pauses and resumes by what stands here. It closes once, and its media with it.
 */
import type { RtpCapabilities } from "#shared/contract/rtp.ts";
import type { VoiceConsumer, VoiceRights, VoiceSource, VoiceState } from "#shared/contract/voice.ts";
import type { ChannelId, ConsumerId, ProducerId, ServerId, VoiceSessionId } from "#shared/ids.ts";
import { AppError } from "../kernel/app-error.ts";
import type { Actor } from "../trpc/context.ts";
import type { SfuConsumer, SfuPeer, SfuProducer } from "./sfu/sfu.ts";

/** One other's producer on its way to this peer. */
export interface Subscription {
  readonly from: Peer;
  readonly consumer: SfuConsumer;
  readonly source: VoiceSource;
  /** The client asked for it: it has what it needs to play it, and for a picture somebody looks. */
  isWanted: boolean;
  /** As the SFU was told last. */
  isPaused: boolean;
}

export interface Media {
  sfuPeer: SfuPeer;
  rtpCapabilities: RtpCapabilities;
}

type PeerState =
  /** Without media: just come, moved by a moderator, or their room has died. They are to join within the deadline. */
  { kind: "expected" } | { kind: "open"; media: Media } | { kind: "closed" };

const peerTimers = ["deadline", "silence", "again"] as const;
type PeerTimer = (typeof peerTimers)[number];

export interface PeerOptions {
  voiceSessionId: VoiceSessionId;
  actor: Actor;
  channelId: ChannelId;
  serverId: ServerId;
  rights: VoiceRights;
  isPriority: boolean;
}

export class Peer {
  readonly voiceSessionId: VoiceSessionId;
  readonly actor: Actor;
  readonly channelId: ChannelId;
  readonly serverId: ServerId;
  rights: VoiceRights;
  isPriority: boolean;
  /** What is stored; undefined until it is, and nobody is told of a peer before. */
  voiceState: VoiceState | undefined;
  /** Until its join is answered the peer is told of nothing: the answer holds it all. */
  isAnswered = false;
  readonly producers = new Map<VoiceSource, SfuProducer>();
  readonly subscriptions = new Map<ProducerId, Subscription>();
  readonly #bySfuId = new Map<ConsumerId, Subscription>();
  /** On their way, so that two at once of the same source are one too many. */
  readonly #producing = new Set<VoiceSource>();
  readonly #timers = new Map<PeerTimer, () => void>();
  #state: PeerState = { kind: "expected" };

  constructor(options: PeerOptions) {
    this.voiceSessionId = options.voiceSessionId;
    this.actor = options.actor;
    this.channelId = options.channelId;
    this.serverId = options.serverId;
    this.rights = options.rights;
    this.isPriority = options.isPriority;
  }

  get isClosed(): boolean {
    return this.#state.kind === "closed";
  }

  get media(): Media | undefined {
    return this.#state.kind === "open" ? this.#state.media : undefined;
  }

  /** @throws NOT_FOUND while there is no media */
  requireMedia(): Media {
    const { media } = this;
    if (!media) throw new AppError("NOT_FOUND");
    return media;
  }

  /** @throws NOT_FOUND before it is stored */
  requireState(): VoiceState {
    if (!this.voiceState) throw new AppError("NOT_FOUND");
    return this.voiceState;
  }

  /** False when the peer was closed meanwhile: the media is the caller's to close. */
  attach(media: Media): boolean {
    if (this.#state.kind !== "expected") return false;
    this.#state = { kind: "open", media };
    return true;
  }

  /** Its room has died: the stay goes on without media, until they join again. */
  detach(): void {
    if (this.#state.kind !== "open") return;
    this.#state = { kind: "expected" };
    this.#dropMedia();
  }

  /** One timer of each kind; setting it again starts it anew. */
  setTimer(kind: PeerTimer, cancel: () => void): void {
    this.clearTimer(kind);
    this.#timers.set(kind, cancel);
  }

  clearTimer(kind: PeerTimer): void {
    this.#timers.get(kind)?.();
    this.#timers.delete(kind);
  }

  /** @throws ALREADY_EXISTS when there is one of the source, or one on its way */
  async produceOnce(source: VoiceSource, produce: () => Promise<SfuProducer>): Promise<SfuProducer> {
    if (this.producers.has(source) || this.#producing.has(source))
      throw new AppError("ALREADY_EXISTS", { field: "source" });
    this.#producing.add(source);
    try {
      return await produce();
    } finally {
      this.#producing.delete(source);
    }
  }

  findProducer(producerId: ProducerId): SfuProducer | undefined {
    return [...this.producers.values()].find(({ id }) => id === producerId);
  }

  addSubscription(subscription: Subscription): void {
    const { consumer } = subscription;
    this.subscriptions.set(consumer.producerId, subscription);
    this.#bySfuId.set(consumer.id, subscription);
  }

  findSubscription(consumerId: ConsumerId): Subscription | undefined {
    return this.#bySfuId.get(consumerId);
  }

  /** Closes it, if there is one. */
  deleteSubscription(producerId: ProducerId): Subscription | undefined {
    const subscription = this.subscriptions.get(producerId);
    if (!subscription) return undefined;
    subscription.consumer.close();
    this.subscriptions.delete(producerId);
    this.#bySfuId.delete(subscription.consumer.id);
    return subscription;
  }

  /** False when it was closed before. */
  close(): boolean {
    const before = this.#state;
    if (before.kind === "closed") return false;
    this.#state = { kind: "closed" };
    for (const kind of peerTimers) this.clearTimer(kind);
    if (before.kind === "open") before.media.sfuPeer.close();
    this.#dropMedia();
    return true;
  }

  #dropMedia(): void {
    this.producers.clear();
    this.subscriptions.clear();
    this.#bySfuId.clear();
    this.isAnswered = false;
  }
}

export const presentSubscription = ({ from, consumer, source }: Subscription): VoiceConsumer => ({
  id: consumer.id,
  producerId: consumer.producerId,
  userId: from.actor.userId,
  source,
  kind: consumer.kind,
  rtpParameters: consumer.rtpParameters,
});
