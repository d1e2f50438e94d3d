/**
 * The selective forwarding unit's port: what takes one participant's packets and hands them to the others. It knows media
 * and nothing of members, rights or mutes: who is heard by whom is decided by the rooms, which pause and resume by it.
 * Everything that is opened here closes once; closing a thing closes what was opened through it, and tells nobody.
 */
import type {
  DtlsParameters,
  IceParameters,
  MediaKind,
  RtpCapabilities,
  RtpParameters,
} from "#shared/contract/rtp.ts";
import type { VoiceSource, VoiceTransport } from "#shared/contract/voice.ts";
import type { ConsumerId, ProducerId, TransportId } from "#shared/ids.ts";

export type SfuAvailability =
  | { kind: "available" }
  /** In one sentence, for people: "UDP port 7880 is taken by another program". */
  | { kind: "unavailable"; cause: string };

export interface Sfu {
  availability(): SfuAvailability;
  /** What every room can forward; the same for as long as the process lives. @throws VOICE_UNAVAILABLE */
  getRtpCapabilities(): RtpCapabilities;
  /** A room where there is most space. @throws VOICE_UNAVAILABLE */
  openRoom(listener: SfuRoomListener): Promise<SfuRoom>;
  /** Ways in that carry nothing, to find out what reaches this server. @throws VOICE_UNAVAILABLE */
  openProbe(): Promise<SfuProbe>;
  /** Bits a second that come from participants and go to them, all rooms together. Asks the workers: not for every call. */
  measureBitrate(): Promise<number>;
  close(): Promise<void>;
}

/**
 * One transport on every worker. It answers who knows its credentials that they have reached it, and nothing more: there is
 * no way to connect it, and so none to send or receive through it.
 */
export interface SfuProbe {
  /** In the order of the workers' ports. */
  readonly transports: readonly VoiceTransport[];
  close(): void;
}

export interface SpeakerLevel {
  producerId: ProducerId;
  /** From -127 (silence) to 0, as RFC 6464 has it. */
  levelDbov: number;
}

export interface SfuRoomListener {
  /**
   * How loud the unpaused microphones were lately, without those that were not heard. About every 100 ms, and at once when
   * somebody begins to speak; once with nobody when all have fallen silent.
   */
  onLevels(levels: readonly SpeakerLevel[]): void;
  /** A worker has died, and the room is closed with all that was in it. Another one can be opened at once. */
  onDied(): void;
}

export interface SfuRoom {
  /** One participant's two transports. @throws VOICE_UNAVAILABLE when the room is closed or its worker died */
  openPeer(listener: SfuPeerListener): Promise<SfuPeer>;
  close(): void;
}

export interface SfuPeerListener {
  /** Media can flow through this transport for the first time. */
  onConnected(transportId: TransportId): void;
  /** The other end is gone: it answers no more, or has said goodbye. Told at most once. */
  onLost(): void;
}

export interface ProduceOptions {
  transportId: TransportId;
  source: VoiceSource;
  rtpParameters: RtpParameters;
  isPaused: boolean;
}

export interface SfuPeer {
  readonly sendTransport: VoiceTransport;
  readonly receiveTransport: VoiceTransport;
  /** @throws NOT_FOUND for a transport of somebody else, INVALID_INPUT, ALREADY_EXISTS {field: "dtlsParameters"} the second time */
  connect(transportId: TransportId, dtlsParameters: DtlsParameters): Promise<void>;
  /** New credentials for a connection that broke. @throws NOT_FOUND */
  restartIce(transportId: TransportId): Promise<IceParameters>;
  /** @throws NOT_FOUND for anything but the own send transport, INVALID_INPUT for what cannot be forwarded */
  produce(options: ProduceOptions): Promise<SfuProducer>;
  /** Begins paused. Undefined when these capabilities cannot take it, or when either end closed meanwhile. */
  consume(producer: SfuProducer, rtpCapabilities: RtpCapabilities): Promise<SfuConsumer | undefined>;
  close(): void;
}

export interface SfuProducer {
  readonly id: ProducerId;
  readonly kind: MediaKind;
  readonly source: VoiceSource;
  /** Pausing costs one message to the worker; a paused producer's packets go no further, and it has no level. */
  setPaused(isPaused: boolean): Promise<void>;
  close(): void;
}

export interface SfuConsumer {
  readonly id: ConsumerId;
  readonly producerId: ProducerId;
  readonly kind: MediaKind;
  readonly rtpParameters: RtpParameters;
  setPaused(isPaused: boolean): Promise<void>;
  /** Which picture of a simulcast is wanted at most, 0 the smallest. */
  setSpatialLayer(layer: number): Promise<void>;
  close(): void;
}
