/**
 * A voice channel while somebody is in it. It owns who hears whom: every peer has a consumer of every other peer's
 * producer, and the room pauses those that are not to flow: of the deafened (VO4), of what the client has not asked for,
 * and of everyone but the loudest where many are unmuted (VO5). What it must never do: leave a consumer flowing for the
 * length of a wait, so every decision is applied before the next one is awaited.
 */
import type { ProducerId, ServerId, ChannelId, UserId, ConsumerId } from "#shared/ids.ts";
import { kindOfSource, type Produce, type VoiceSource } from "#shared/contract/voice.ts";
import type { RtpCapabilities } from "#shared/contract/rtp.ts";
import { limits } from "#shared/limits.ts";
import { AppError, isAppError } from "../kernel/app-error.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Logger } from "../kernel/logger.ts";
import type { Scheduler } from "../kernel/scheduler.ts";
import { type HeardLevel, LoudestSpeakers } from "./loudest-speakers.ts";
import type { Media, Peer, Subscription } from "./peer.ts";
import type { Sfu, SfuConsumer, SfuPeer, SfuProducer, SfuRoom, SpeakerLevel } from "./sfu/sfu.ts";
import { Speaking } from "./speaking.ts";
import { findMissing, isDeafened, isSilenced } from "./voice.policy.ts";

export interface RoomListener {
  /** Media flows: the peer has kept its deadline. */
  onConnected(peer: Peer): void;
  /** The peer's other end is gone for good. */
  onLost(peer: Peer): void;
  /** The SFU's room died: these peers have no media any more, and are to join again. */
  onDied(peers: readonly Peer[]): void;
  /** There are more things to receive. Not told before the peer's join is answered. */
  onSubscriptions(peer: Peer, added: readonly Subscription[]): void;
  onUnsubscribed(peer: Peer, consumerIds: readonly ConsumerId[]): void;
  onSpeaking(peers: readonly Peer[], userIds: readonly UserId[]): void;
}

export interface RoomOptions {
  channelId: ChannelId;
  serverId: ServerId;
  sfu: Sfu;
  clock: Clock;
  scheduler: Scheduler;
  logger: Logger;
  listener: RoomListener;
}

/** Cameras and screens, which are seen by all who look; and sounds of screens, which are not among the loudest. */
const maxShown = 25;

export class Room {
  readonly channelId: ChannelId;
  readonly serverId: ServerId;
  readonly #options: RoomOptions;
  readonly #peers = new Map<UserId, Peer>();
  readonly #loudest = new LoudestSpeakers(limits.voice.maxForwardedSpeakers);
  readonly #speaking = new Speaking();
  #sfuRoom: Promise<SfuRoom> | undefined;
  #cancelSilenceCheck: (() => void) | undefined;

  constructor(options: RoomOptions) {
    this.#options = options;
    this.channelId = options.channelId;
    this.serverId = options.serverId;
  }

  get peers(): readonly Peer[] {
    return [...this.#peers.values()];
  }

  get isEmpty(): boolean {
    return this.#peers.size === 0;
  }

  /** @throws VOICE_FULL */
  requireSpace(): void {
    if (this.#peers.size >= limits.voice.maxParticipants) throw new AppError("VOICE_FULL");
  }

  /** Takes a place, before anything is waited for. */
  enter(peer: Peer): void {
    this.#peers.set(peer.actor.userId, peer);
  }

  /**
   * Gives the peer its transports and a consumer of everything that is there.
   * @throws VOICE_UNAVAILABLE; NOT_FOUND when the peer was closed meanwhile
   */
  async open(peer: Peer, rtpCapabilities: RtpCapabilities): Promise<SfuPeer> {
    const { listener } = this.#options;
    const sfuRoom = await this.#openSfuRoom();
    const sfuPeer = await sfuRoom.openPeer({
      onConnected: () => listener.onConnected(peer),
      onLost: () => listener.onLost(peer),
    });
    if (!peer.attach({ sfuPeer, rtpCapabilities })) {
      sfuPeer.close();
      throw new AppError("NOT_FOUND");
    }
    // From here on whoever produces finds this peer among the others: the two meet in the middle, and once.
    const sources = this.#others(peer).flatMap((from) =>
      [...from.producers.values()].map((producer) => ({ from, producer })),
    );
    await Promise.all(sources.map(({ from, producer }) => this.#subscribe(peer, from, producer)));
    if (peer.isClosed) throw new AppError("NOT_FOUND");
    return sfuPeer;
  }

  /**
   * Takes the peer's media, and hands it to the others.
   * @throws MISSING_PERMISSION, ALREADY_EXISTS, TOO_LARGE at the channel's number of pictures or sounds, NOT_FOUND, INVALID_INPUT
   */
  async produce(peer: Peer, { transportId, source, rtpParameters }: Produce): Promise<SfuProducer> {
    const { sfuPeer } = peer.requireMedia();
    requireRight(peer, source);
    this.#requireSpaceFor(source);
    const producer = await peer.produceOnce(source, async () => {
      const isPaused = isSilenced(peer.requireState(), source);
      const made = await sfuPeer.produce({ transportId, source, rtpParameters, isPaused });
      try {
        // What was right when the call came may not be so any more.
        if (peer.media?.sfuPeer !== sfuPeer) throw new AppError("NOT_FOUND");
        requireRight(peer, source);
        this.#requireSpaceFor(source);
      } catch (error) {
        made.close();
        throw error;
      }
      peer.producers.set(source, made);
      return made;
    });
    await this.applyVoice(peer);
    await Promise.all(
      this.#others(peer).map(async (other) => {
        const added = await this.#subscribe(other, peer, producer);
        if (added && other.isAnswered) this.#options.listener.onSubscriptions(other, [added]);
      }),
    );
    return producer;
  }

  closeProducer(peer: Peer, source: VoiceSource): ProducerId | undefined {
    const producer = peer.producers.get(source);
    if (!producer) return undefined;
    producer.close();
    peer.producers.delete(source);
    this.#unsubscribeAll([producer.id]);
    if (source === "microphone") void this.applyVoice(peer);
    return producer.id;
  }

  /** Brings the media in line with what the peer's state says: its own microphone, and what it receives. */
  async applyVoice(peer: Peer): Promise<void> {
    const { voiceState } = peer;
    const sounds = [...peer.producers.values()].filter(({ kind }) => kind === "audio");
    const pausing = sounds.map((sound) =>
      sound.setPaused(!voiceState || isSilenced(voiceState, sound.source)),
    );
    const { userId } = peer.actor;
    const isHeard = peer.producers.has("microphone") && voiceState && !isSilenced(voiceState, "microphone");
    if (isHeard) this.#loudest.add(userId, peer.isPriority);
    else {
      this.#loudest.delete(userId);
      if (this.#speaking.delete(userId)) this.#tellSpeaking();
    }
    this.#chooseLoudest();
    await settle([...pausing, ...[...peer.subscriptions.values()].map((one) => this.#apply(peer, one))]);
  }

  /** Starts or stops what the client asks for. What is gone by then is no fault. */
  async setWanted(peer: Peer, consumerIds: readonly ConsumerId[], isWanted: boolean): Promise<void> {
    const found = consumerIds.map((id) => peer.findSubscription(id)).filter((one) => one !== undefined);
    for (const subscription of found) subscription.isWanted = isWanted;
    await settle(found.map((subscription) => this.#apply(peer, subscription)));
  }

  /** The peer must be closed before. */
  leave(peer: Peer, producerIds: readonly ProducerId[]): void {
    const { userId } = peer.actor;
    if (this.#peers.get(userId) !== peer) return;
    this.#peers.delete(userId);
    this.#unsubscribeAll(producerIds);
    this.#loudest.delete(userId);
    if (this.#speaking.delete(userId)) this.#tellSpeaking();
    this.#chooseLoudest();
  }

  close(): void {
    this.#cancelSilenceCheck?.();
    const closing = this.#sfuRoom;
    this.#sfuRoom = undefined;
    // A room that could not be opened has nothing to close.
    closing?.then((room) => room.close()).catch(() => undefined);
  }

  #others(peer: Peer): Peer[] {
    return this.peers.filter((other) => other !== peer);
  }

  #openSfuRoom(): Promise<SfuRoom> {
    if (this.#sfuRoom) return this.#sfuRoom;
    const opening: Promise<SfuRoom> = this.#options.sfu.openRoom({
      onLevels: (levels) => this.#hear(levels),
      onDied: () => {
        if (this.#sfuRoom === opening) this.#die();
      },
    });
    this.#sfuRoom = opening;
    opening.catch(() => {
      if (this.#sfuRoom === opening) this.#sfuRoom = undefined;
    });
    return opening;
  }

  #die(): void {
    this.#sfuRoom = undefined;
    const bereft = this.peers.filter(({ media }) => media !== undefined);
    for (const peer of bereft) {
      peer.detach();
      this.#loudest.delete(peer.actor.userId);
      this.#speaking.delete(peer.actor.userId);
    }
    this.#options.listener.onDied(bereft);
  }

  async #subscribe(peer: Peer, from: Peer, producer: SfuProducer): Promise<Subscription | undefined> {
    const { media } = peer;
    if (!media) return undefined;
    const consumer = await this.#consume(media, producer);
    if (!consumer) return undefined;
    const isCurrent = peer.media === media && from.producers.get(producer.source) === producer;
    if (!isCurrent || peer.subscriptions.has(producer.id)) {
      consumer.close();
      return undefined;
    }
    const { source } = producer;
    const subscription = { from, consumer, source, isWanted: false, isPaused: true };
    peer.addSubscription(subscription);
    return subscription;
  }

  /** One who cannot receive another's media is no reason for anybody else's failure. */
  async #consume(
    { sfuPeer, rtpCapabilities }: Media,
    producer: SfuProducer,
  ): Promise<SfuConsumer | undefined> {
    try {
      return await sfuPeer.consume(producer, rtpCapabilities);
    } catch (error) {
      // By its own capabilities, or because the worker died, which is told to all.
      if (!isAppError(error)) this.#options.logger.warn({ error }, "a participant does not receive another");
      return undefined;
    }
  }

  #unsubscribeAll(producerIds: readonly ProducerId[]): void {
    for (const peer of this.#peers.values()) {
      const gone = producerIds
        .map((id) => peer.deleteSubscription(id))
        .filter((subscription) => subscription !== undefined)
        .map(({ consumer }) => consumer.id);
      if (gone.length > 0 && peer.isAnswered) this.#options.listener.onUnsubscribed(peer, gone);
    }
  }

  /** Tells the SFU whether this is to flow, when that is not what it was told last. */
  #apply(peer: Peer, subscription: Subscription): Promise<void> | undefined {
    const isPaused = !this.#isToFlow(peer, subscription);
    if (subscription.isPaused === isPaused) return undefined;
    subscription.isPaused = isPaused;
    return subscription.consumer.setPaused(isPaused);
  }

  #isToFlow({ voiceState }: Peer, { from, consumer, source, isWanted }: Subscription): boolean {
    if (!isWanted || !voiceState) return false;
    if (consumer.kind === "audio" && isDeafened(voiceState)) return false;
    return source !== "microphone" || this.#loudest.isForwarded(from.actor.userId);
  }

  #chooseLoudest(): void {
    const changed = this.#loudest.choose(this.#options.clock.nowMs());
    for (const userId of changed) {
      const producer = this.#peers.get(userId)?.producers.get("microphone");
      if (!producer) continue;
      for (const peer of this.#peers.values()) {
        const subscription = peer.subscriptions.get(producer.id);
        if (subscription) void settle([this.#apply(peer, subscription)]);
      }
    }
  }

  #hear(levels: readonly SpeakerLevel[]): void {
    const userOf = new Map(
      this.peers.map((peer) => [peer.producers.get("microphone")?.id, peer.actor.userId] as const),
    );
    const heard = levels.flatMap(({ producerId, levelDbov }): HeardLevel[] => {
      const userId = userOf.get(producerId);
      return userId === undefined ? [] : [{ userId, levelDbov }];
    });
    const nowMs = this.#options.clock.nowMs();
    this.#loudest.hear(heard, nowMs);
    this.#chooseLoudest();
    if (this.#speaking.hear(heard, nowMs)) this.#tellSpeaking();
    this.#scheduleSilenceCheck();
  }

  /** The SFU says nothing while nobody is heard, and the last ring would stay lit. */
  #scheduleSilenceCheck(): void {
    this.#cancelSilenceCheck?.();
    const delayMs = this.#speaking.nextChangeMs;
    this.#cancelSilenceCheck =
      delayMs === undefined
        ? undefined
        : this.#options.scheduler.after(delayMs, () => {
            if (this.#speaking.hear([], this.#options.clock.nowMs())) this.#tellSpeaking();
          });
  }

  #tellSpeaking(): void {
    this.#options.listener.onSpeaking(this.peers, this.#speaking.userIds);
  }

  /** @throws TOO_LARGE */
  #requireSpaceFor(source: VoiceSource): void {
    if (source === "microphone") return;
    const shown = this.peers
      .flatMap(({ producers }) => [...producers.values()])
      .filter((one) => one.source !== "microphone" && one.kind === kindOfSource[source]);
    if (shown.length >= maxShown) throw new AppError("TOO_LARGE", { limit: maxShown });
  }
}

/** @throws MISSING_PERMISSION */
const requireRight = ({ rights }: Peer, source: VoiceSource): void => {
  const permission = findMissing(rights, source);
  if (permission) throw new AppError("MISSING_PERMISSION", { permission });
};

/** What could not be paused or resumed has closed meanwhile, or its worker has died: both are told elsewhere. */
const settle = async (work: readonly (Promise<void> | undefined)[]): Promise<void> => {
  await Promise.allSettled(work.filter((one) => one !== undefined));
};
