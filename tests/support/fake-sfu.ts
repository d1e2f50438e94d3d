/**
 * An SFU without media, for the rooms' tests: it keeps who produces, who consumes and what is paused, and nothing happens
 * by itself. Its handles play the network's part: levels, a handshake, a participant who vanishes, a worker that dies.
 */
import { AppError } from "#server/kernel/app-error.ts";
import type {
  ProduceOptions,
  Sfu,
  SfuAvailability,
  SfuConsumer,
  SfuPeer,
  SfuPeerListener,
  SfuProbe,
  SfuProducer,
  SfuRoom,
  SfuRoomListener,
  SpeakerLevel,
} from "#server/voice/sfu/sfu.ts";
import type {
  DtlsParameters,
  IceParameters,
  MediaKind,
  RtpCapabilities,
  RtpParameters,
} from "#shared/contract/rtp.ts";
import { kindOfSource, type VoiceSource, type VoiceTransport } from "#shared/contract/voice.ts";
import { ConsumerId, ProducerId, TransportId } from "#shared/ids.ts";

interface FakeSfuOptions {
  /** Whether `connect` is followed by `onConnected`, as in good weather. Default true. */
  completesHandshakes?: boolean;
  /** What a call waits for on its way to the worker, and its answer on the way back. Default: neither takes any time. */
  travel?: () => Promise<void>;
}

interface FakeContext {
  /** Ids that count, so that a failed test shows the same ones again. */
  nextId(): string;
  completesHandshakes: boolean;
  travel: () => Promise<void>;
}

/** What the real one forwards, without what only a browser looks at. */
export const fakeRtpCapabilities: RtpCapabilities = {
  codecs: [
    { kind: "audio", mimeType: "audio/opus", preferredPayloadType: 100, clockRate: 48_000, channels: 2 },
    { kind: "video", mimeType: "video/VP8", preferredPayloadType: 101, clockRate: 90_000 },
  ],
  headerExtensions: [{ kind: "audio", uri: "urn:ietf:params:rtp-hdrext:ssrc-audio-level", preferredId: 10 }],
};

const supports = (rtpCapabilities: RtpCapabilities, mimeType: string): boolean =>
  rtpCapabilities.codecs?.some((codec) => codec.mimeType.toLowerCase() === mimeType.toLowerCase()) ?? false;

const newCredentials = (context: FakeContext, id: TransportId): IceParameters => ({
  usernameFragment: id,
  password: context.nextId(),
  iceLite: true,
});

const aFakeTransport = (context: FakeContext): VoiceTransport => {
  const id = TransportId.parse(context.nextId());
  return {
    id,
    iceParameters: newCredentials(context, id),
    iceCandidates: [
      {
        foundation: "udpcandidate",
        priority: 1,
        address: "127.0.0.1",
        ip: "127.0.0.1",
        port: 7880,
        protocol: "udp",
        type: "host",
      },
    ],
    dtlsParameters: { role: "auto", fingerprints: [{ algorithm: "sha-256", value: "00:11" }] },
  };
};

export class FakeSfu implements Sfu {
  /** Those that are open. */
  readonly rooms = new Set<FakeRoom>();
  /** Those that are open. */
  readonly probes = new Set<SfuProbe>();
  readonly #context: FakeContext;
  #availability: SfuAvailability = { kind: "available" };

  constructor({ completesHandshakes = true, travel = () => Promise.resolve() }: FakeSfuOptions = {}) {
    let lastId = 0;
    this.#context = {
      nextId: () => `00000000-0000-4000-8000-${String((lastId += 1)).padStart(12, "0")}`,
      completesHandshakes,
      travel,
    };
  }

  availability(): SfuAvailability {
    return this.#availability;
  }

  /** What is open stays open: a port may be lacking for a new worker alone. */
  setAvailability(availability: SfuAvailability): void {
    this.#availability = availability;
  }

  getRtpCapabilities(): RtpCapabilities {
    this.#requireAvailable();
    return fakeRtpCapabilities;
  }

  async openRoom(listener: SfuRoomListener): Promise<FakeRoom> {
    this.#requireAvailable();
    await this.#context.travel();
    const room = new FakeRoom(this.#context, listener, () => this.rooms.delete(room));
    this.rooms.add(room);
    return room;
  }

  async openProbe(): Promise<SfuProbe> {
    this.#requireAvailable();
    const transport = aFakeTransport(this.#context);
    const probe = { transports: [transport], close: () => void this.probes.delete(probe) };
    this.probes.add(probe);
    return probe;
  }

  async measureBitrate(): Promise<number> {
    return 0;
  }

  async close(): Promise<void> {
    this.#availability = { kind: "unavailable", cause: "Voice is stopping" };
    this.probes.clear();
    for (const room of this.rooms) room.close();
  }

  #requireAvailable(): void {
    if (this.#availability.kind === "unavailable") {
      throw new AppError("VOICE_UNAVAILABLE", { cause: this.#availability.cause });
    }
  }
}

export class FakeRoom implements SfuRoom {
  /** Those that are open. */
  readonly peers = new Set<FakePeer>();
  readonly #context: FakeContext;
  readonly #listener: SfuRoomListener;
  readonly #onClosed: () => void;
  #isClosed = false;
  #wasHeard = false;

  constructor(context: FakeContext, listener: SfuRoomListener, onClosed: () => void) {
    this.#context = context;
    this.#listener = listener;
    this.#onClosed = onClosed;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get producers(): FakeProducer[] {
    return [...this.peers].flatMap((peer) => [...peer.producers]);
  }

  get consumers(): FakeConsumer[] {
    return [...this.peers].flatMap((peer) => [...peer.consumers]);
  }

  async openPeer(listener: SfuPeerListener): Promise<FakePeer> {
    this.#requireOpen();
    await this.#context.travel();
    this.#requireOpen();
    const peer = new FakePeer(this.#context, listener, this);
    this.peers.add(peer);
    await this.#context.travel();
    this.#requireOpen();
    return peer;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const peer of this.peers) peer.close();
    this.#onClosed();
  }

  /** Tells how loud the microphones are; as with the real one, only those that are open and not paused have a level. */
  tellLevels(levels: readonly SpeakerLevel[]): void {
    if (this.#isClosed) return;
    const open = new Map(this.producers.map((producer) => [producer.id, producer]));
    const heard = levels.filter(({ producerId }) => {
      const producer = open.get(producerId);
      return producer?.source === "microphone" && !producer.isPaused;
    });
    if (heard.length === 0 && !this.#wasHeard) return;
    this.#wasHeard = heard.length > 0;
    this.#listener.onLevels(heard);
  }

  killWorker(): void {
    if (this.#isClosed) return;
    this.close();
    this.#listener.onDied();
  }

  #requireOpen(): void {
    if (this.#isClosed) throw new AppError("VOICE_UNAVAILABLE", { cause: "The room is closed" });
  }
}

export class FakePeer implements SfuPeer {
  readonly sendTransport: VoiceTransport;
  readonly receiveTransport: VoiceTransport;
  /** Those that are open. */
  readonly producers = new Set<FakeProducer>();
  /** Those that are open. */
  readonly consumers = new Set<FakeConsumer>();
  readonly #context: FakeContext;
  readonly #listener: SfuPeerListener;
  readonly #room: FakeRoom;
  readonly #connectedIds = new Set<TransportId>();
  #isClosed = false;
  #isLost = false;

  constructor(context: FakeContext, listener: SfuPeerListener, room: FakeRoom) {
    this.#context = context;
    this.#listener = listener;
    this.#room = room;
    this.sendTransport = aFakeTransport(context);
    this.receiveTransport = aFakeTransport(context);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get isConnected(): boolean {
    return this.#connectedIds.size === 2;
  }

  async connect(transportId: TransportId, _dtlsParameters: DtlsParameters): Promise<void> {
    this.#requireTransport(transportId);
    if (this.#connectedIds.has(transportId)) {
      throw new AppError("ALREADY_EXISTS", { field: "dtlsParameters" });
    }
    this.#connectedIds.add(transportId);
    if (this.#context.completesHandshakes) this.completeHandshake(transportId);
  }

  async restartIce(transportId: TransportId): Promise<IceParameters> {
    return newCredentials(this.#context, this.#requireTransport(transportId));
  }

  async produce({ transportId, source, rtpParameters, isPaused }: ProduceOptions): Promise<FakeProducer> {
    this.#requireTransport(transportId);
    if (transportId !== this.sendTransport.id) throw new AppError("NOT_FOUND");
    const unknown = rtpParameters.codecs.find(({ mimeType }) => !supports(fakeRtpCapabilities, mimeType));
    if (unknown) {
      const message = `unsupported codec ${unknown.mimeType}`;
      throw new AppError("INVALID_INPUT", { issues: [{ path: "rtpParameters", message }] });
    }
    await this.#context.travel();
    this.#requireTransport(transportId);
    const id = ProducerId.parse(this.#context.nextId());
    const producer = new FakeProducer({ id, source, rtpParameters, isPaused }, () => {
      this.producers.delete(producer);
      for (const consumer of this.#room.consumers) if (consumer.producerId === id) consumer.close();
    });
    this.producers.add(producer);
    await this.#context.travel();
    return producer;
  }

  async consume(producer: SfuProducer, rtpCapabilities: RtpCapabilities): Promise<FakeConsumer | undefined> {
    await this.#context.travel();
    const source = this.#room.producers.find(({ id }) => id === producer.id);
    if (!source || this.#isClosed) return undefined;
    if (!supports(rtpCapabilities, source.rtpParameters.codecs[0]?.mimeType ?? "")) return undefined;
    const consumer = new FakeConsumer(ConsumerId.parse(this.#context.nextId()), source, () =>
      this.consumers.delete(consumer),
    );
    this.consumers.add(consumer);
    await this.#context.travel();
    return consumer;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const producer of this.producers) producer.close();
    for (const consumer of this.consumers) consumer.close();
    this.#room.peers.delete(this);
  }

  /** Media can flow now. */
  completeHandshake(transportId: TransportId): void {
    if (!this.#isClosed) this.#listener.onConnected(transportId);
  }

  /** The other end vanishes. */
  lose(): void {
    if (this.#isClosed || this.#isLost) return;
    this.#isLost = true;
    this.#listener.onLost();
  }

  #requireTransport(transportId: TransportId): TransportId {
    const isOwn = transportId === this.sendTransport.id || transportId === this.receiveTransport.id;
    if (!isOwn || this.#isClosed) throw new AppError("NOT_FOUND");
    return transportId;
  }
}

interface FakeProducerParts {
  id: ProducerId;
  source: VoiceSource;
  rtpParameters: RtpParameters;
  isPaused: boolean;
}

export class FakeProducer implements SfuProducer {
  readonly id: ProducerId;
  readonly kind: MediaKind;
  readonly source: VoiceSource;
  readonly rtpParameters: RtpParameters;
  readonly #onClosed: () => void;
  #isPaused: boolean;
  #isClosed = false;

  constructor(parts: FakeProducerParts, onClosed: () => void) {
    this.id = parts.id;
    this.source = parts.source;
    this.kind = kindOfSource[parts.source];
    this.rtpParameters = parts.rtpParameters;
    this.#isPaused = parts.isPaused;
    this.#onClosed = onClosed;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  async setPaused(isPaused: boolean): Promise<void> {
    this.#isPaused = isPaused;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#onClosed();
  }
}

export class FakeConsumer implements SfuConsumer {
  readonly id: ConsumerId;
  readonly producerId: ProducerId;
  readonly kind: MediaKind;
  readonly rtpParameters: RtpParameters;
  /** What was asked for last. */
  spatialLayer: number | undefined;
  readonly #producer: FakeProducer;
  readonly #onClosed: () => void;
  #isPaused = true;
  #isClosed = false;

  constructor(id: ConsumerId, producer: FakeProducer, onClosed: () => void) {
    this.id = id;
    this.producerId = producer.id;
    this.kind = producer.kind;
    this.rtpParameters = producer.rtpParameters;
    this.#producer = producer;
    this.#onClosed = onClosed;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Whether packets would flow: both ends open, and neither paused. */
  get isForwarding(): boolean {
    return !this.#isClosed && !this.#isPaused && !this.#producer.isClosed && !this.#producer.isPaused;
  }

  async setPaused(isPaused: boolean): Promise<void> {
    this.#isPaused = isPaused;
  }

  async setSpatialLayer(layer: number): Promise<void> {
    this.spatialLayer = layer;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#onClosed();
  }
}
