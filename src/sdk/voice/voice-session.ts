/**
 * One stay at the server: from a join's answer to its one end. It owns the two transports and what flows through them, and
 * answers the session's signals. It never joins again: it says that it is lost, and what comes next is the call's to decide.
 */
import type { VoiceJoined, VoiceRights } from "#shared/contract/voice.ts";
import type { ConsumerId, TransportId, VoiceSessionId } from "#shared/ids.ts";
import { type CallFailure, reasonOf } from "../failure.ts";
import type { RetryPolicy } from "../retry-policy.ts";
import { Consumers } from "./consumers.ts";
import type {
  AnyTransport,
  MediaDevice,
  ReceiveTransport,
  SendTransport,
  TransportOptions,
} from "./media.ts";
import type { OwnMedia } from "./own-media.ts";
import { Producers } from "./producers.ts";
import { Reconciler } from "./reconciler.ts";
import type { SessionSignal, VoiceApi } from "./signalling.ts";
import { TransportKeeper, type TransportLoss } from "./transport-keeper.ts";
import type { RemoteStream, WatchedVideo } from "./voice-client.ts";

export interface ToldState {
  selfMute: boolean;
  selfDeaf: boolean;
}

export interface VoiceSessionOptions {
  api: VoiceApi;
  device: MediaDevice;
  joined: VoiceJoined;
  /** What the join told the server. */
  told: ToldState;
  own: OwnMedia;
  watched: readonly WatchedVideo[];
  policy: RetryPolicy;
  onStreams: (streams: readonly RemoteStream[]) => void;
  /** Called when `health` or `rights` may have changed. */
  onChange: () => void;
  onLost: (loss: TransportLoss) => void;
}

/** "connecting" until media gets through for the first time; "interrupted" while it does not, later. */
export type SessionHealth = "connecting" | "up" | "interrupted";

export class VoiceSession {
  readonly id: VoiceSessionId;
  readonly #options: VoiceSessionOptions;
  readonly #send: SendTransport;
  readonly #receive: ReceiveTransport;
  readonly #keepers: readonly TransportKeeper[];
  readonly #producers: Producers;
  readonly #consumers: Consumers;
  /** Producers and comparisons share one lane: while one compares, none is on its way. */
  readonly #lane: Reconciler;
  readonly #stateLane: Reconciler;
  #rights: VoiceRights;
  #told: ToldState;
  /** Wanted. */
  #comparison: { isListed: boolean } | undefined;
  /** Consumers that signals came for while a comparison is under way. */
  #signalled: Set<ConsumerId> | undefined;
  #hasBeenUp = false;
  #isClosed = false;

  constructor(options: VoiceSessionOptions) {
    this.#options = options;
    const { api, joined, own, policy, watched, onStreams } = options;
    this.id = joined.voiceSessionId;
    this.#rights = joined.rights;
    this.#told = options.told;
    [this.#send, this.#receive] = this.#createTransports();
    this.#keepers = [
      this.#keep(this.#receive, joined.receiveTransport.id),
      this.#keep(this.#send, joined.sendTransport.id),
    ];
    const onRefused = (failure: CallFailure) => this.#loseBy(failure);
    this.#lane = new Reconciler({ run: () => this.#bringInLine(), policy, onRefused });
    this.#stateLane = new Reconciler({ run: () => this.#tellState(), policy, onRefused });
    this.#producers = new Producers({
      transport: this.#send,
      api,
      own,
      getRights: () => this.#rights,
      // With the next run: it follows the failure that this came with, after a wait.
      onConflict: () => {
        this.#comparison ??= { isListed: false };
      },
    });
    this.#consumers = new Consumers(
      { transport: this.#receive, api, policy, onStreams, onRefused },
      { isDeaf: own.state.get().isDeaf, watched },
    );
  }

  get rights(): VoiceRights {
    return this.#rights;
  }

  get health(): SessionHealth {
    if (!this.#hasBeenUp) return "connecting";
    return this.#keepers.some(({ isInterrupted }) => isInterrupted) ? "interrupted" : "up";
  }

  /** Connects, and begins to hear and to be heard. */
  start(): void {
    const { consumers } = this.#options.joined;
    if (consumers.length > 0) void this.#consumers.add(consumers);
    else void this.#receive.warmUp().catch(() => this.#lose("broken"));
    this.applyOwn();
  }

  /** Brings the server in line with the microphone, the pictures and the mute. */
  applyOwn(): void {
    this.#producers.applyMute();
    this.#consumers.setDeaf(this.#options.own.state.get().isDeaf);
    this.#lane.request();
    this.#stateLane.request();
  }

  watch(videos: readonly WatchedVideo[]): void {
    this.#consumers.watch(videos);
  }

  /**
   * Asks the server what the session has now: signals may have been missed. `isListed` says whether the server has the
   * account in voice; if so, and without this session, then on another device.
   */
  compare({ isListed }: { isListed: boolean }): void {
    this.#comparison = { isListed };
    this.#lane.request();
  }

  hurry(): void {
    for (const keeper of this.#keepers) keeper.hurry();
  }

  receive(signal: SessionSignal): void {
    if (this.#isClosed) return;
    switch (signal.t) {
      case "VOICE_CONSUMERS":
        for (const { id } of signal.d.consumers) this.#signalled?.add(id);
        void this.#consumers.add(signal.d.consumers);
        break;
      case "VOICE_CONSUMERS_CLOSED":
        for (const id of signal.d.consumerIds) this.#signalled?.add(id);
        this.#consumers.remove(signal.d.consumerIds);
        break;
      case "VOICE_PRODUCER_CLOSED":
        this.#producers.dropClosed(signal.d.producerId);
        this.#lane.request();
        break;
      case "VOICE_RIGHTS":
        this.#setRights(signal.d);
        this.#lane.request();
        break;
      case "VOICE_REJOIN":
      case "VOICE_END":
        break;
    }
  }

  /** Of the transport that media goes out through, and of the one that it comes in through. */
  getTransports(): { send: SendTransport; receive: ReceiveTransport } {
    return { send: this.#send, receive: this.#receive };
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const closing of [...this.#keepers, this.#lane, this.#stateLane, this.#consumers, this.#producers])
      closing.close();
    this.#send.close();
    this.#receive.close();
  }

  #createTransports(): [SendTransport, ReceiveTransport] {
    const { api, device, joined } = this.#options;
    const { iceServers, sendTransport, receiveTransport } = joined;
    const optionsOf = (transport: VoiceJoined["sendTransport"]): TransportOptions => ({
      transport,
      iceServers,
      onConnect: (dtlsParameters) =>
        void api.connectTransport
          .mutate({ transportId: transport.id, dtlsParameters })
          // An answer that is lost leaves open whether it is connected: a new session settles it.
          .catch(() => this.#lose("broken")),
    });
    const send = device.createSendTransport({
      ...optionsOf(sendTransport),
      produce: async (media) => {
        const { producerId } = await api.produce.mutate({ transportId: sendTransport.id, ...media });
        return producerId;
      },
    });
    return [send, device.createReceiveTransport(optionsOf(receiveTransport))];
  }

  #keep(transport: AnyTransport, transportId: TransportId): TransportKeeper {
    return new TransportKeeper({
      transport,
      restartIce: () => this.#options.api.restartIce.mutate({ transportId }),
      policy: this.#options.policy,
      onChange: () => this.#followKeepers(),
      onLost: (loss) => this.#lose(loss),
    });
  }

  #followKeepers(): void {
    if (this.#isClosed) return;
    const isSendReady = ["new", "connected"].includes(this.#send.state.get());
    this.#hasBeenUp ||= this.#receive.state.get() === "connected" && isSendReady;
    this.#options.onChange();
  }

  #setRights({ canSpeak, canStream }: VoiceRights): void {
    this.#rights = { canSpeak, canStream };
    this.#producers.forgetRefusals();
    this.#options.onChange();
  }

  async #bringInLine(): Promise<void> {
    const comparison = this.#comparison;
    if (comparison) await this.#compareNow(comparison);
    await this.#producers.reconcile();
  }

  async #compareNow(comparison: { isListed: boolean }): Promise<void> {
    const signalled = new Set<ConsumerId>();
    this.#signalled = signalled;
    this.#comparison = undefined;
    try {
      const sync = await this.#options.api.sync.query({ voiceSessionId: this.id });
      if (this.#isClosed) return;
      void this.#consumers.compare(sync.consumers, signalled);
      await this.#producers.compare(sync.producerIds);
      this.#setRights(sync.rights);
    } catch (error) {
      if (reasonOf(error).reason === "NOT_FOUND") this.#lose(comparison.isListed ? "displaced" : "gone");
      this.#comparison ??= comparison;
      throw error;
    } finally {
      this.#signalled = undefined;
    }
  }

  /** Of quick toggles only the last is told. */
  async #tellState(): Promise<void> {
    const { isMuted, isDeaf } = this.#options.own.state.get();
    const { selfMute, selfDeaf } = this.#told;
    if (isMuted === selfMute && isDeaf === selfDeaf) return;
    await this.#options.api.setState.mutate({ selfMute: isMuted, selfDeaf: isDeaf });
    this.#told = { selfMute: isMuted, selfDeaf: isDeaf };
  }

  #loseBy(failure: CallFailure): void {
    this.#lose(failure.reason === "NOT_FOUND" ? "gone" : "broken");
  }

  #lose(loss: TransportLoss): void {
    if (this.#isClosed) return;
    this.close();
    this.#options.onLost(loss);
  }
}
