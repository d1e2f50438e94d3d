/** For tests: WebRTC that connects when it is told to, and remembers what was asked of it. */
import type { RtpParameters } from "#shared/contract/rtp.ts";
import type { VoiceConsumer, VoiceSource } from "#shared/contract/voice.ts";
import type { ConsumerId, ProducerId } from "#shared/ids.ts";
import { StateCell } from "../../readable-state.ts";
import type {
  MediaDevice,
  ReceivedMedia,
  ReceiveTransport,
  SendTransport,
  SentMedia,
  StatsEntry,
  TransportOptions,
  TransportState,
} from "../media.ts";

export class FakeTrack extends EventTarget implements MediaStreamTrack {
  static #count = 0;
  readonly id = `track-${(FakeTrack.#count += 1)}`;
  readonly kind: "audio" | "video";
  readonly label = "";
  readonly muted = false;
  contentHint = "";
  enabled = true;
  readyState: MediaStreamTrackState = "live";
  readonly onended = null;
  readonly onmute = null;
  readonly onunmute = null;

  constructor(kind: "audio" | "video" = "audio") {
    super();
    this.kind = kind;
  }

  stop(): void {
    this.readyState = "ended";
  }

  /** As when a device is unplugged, or the person ends the sharing in the browser's own bar. */
  end(): void {
    this.stop();
    this.dispatchEvent(new Event("ended"));
  }

  clone(): FakeTrack {
    return new FakeTrack(this.kind);
  }

  applyConstraints(): Promise<void> {
    return Promise.resolve();
  }

  getCapabilities(): MediaTrackCapabilities {
    return {};
  }

  getConstraints(): MediaTrackConstraints {
    return {};
  }

  getSettings(): MediaTrackSettings {
    return {};
  }
}

const rtpParameters: RtpParameters = {
  codecs: [{ mimeType: "audio/opus", payloadType: 100, clockRate: 48_000, channels: 2 }],
};

const dtlsParameters = { fingerprints: [{ algorithm: "sha-256" as const, value: "AB:CD" }] };

class FakeTransport {
  readonly state = new StateCell<TransportState>("new");
  readonly restarts: unknown[] = [];
  stats: readonly StatsEntry[] = [];
  readonly #options: TransportOptions;
  readonly #isReachable: () => boolean;

  constructor(options: TransportOptions, isReachable: () => boolean) {
    this.#options = options;
    this.#isReachable = isReachable;
  }

  restartIce(answer: unknown): Promise<void> {
    this.restarts.push(answer);
    return Promise.resolve();
  }

  getStats(): Promise<readonly StatsEntry[]> {
    return Promise.resolve(this.stats);
  }

  close(): void {
    this.state.set("closed");
  }

  /** As a browser does with the first thing to send or to receive. */
  protected begin(): void {
    if (this.state.get() === "closed") throw new Error("closed");
    if (this.state.get() !== "new") return;
    this.state.set("connecting");
    this.#options.onConnect(dtlsParameters);
    if (this.#isReachable()) setTimeout(() => this.#connect(), 5);
  }

  #connect(): void {
    if (this.state.get() === "connecting") this.state.set("connected");
  }
}

interface FakeSent extends SentMedia {
  source: VoiceSource;
  isPaused: boolean;
  isClosed: boolean;
}

export class FakeSendTransport extends FakeTransport implements SendTransport {
  readonly sent: FakeSent[] = [];
  readonly #produce: (media: { source: VoiceSource; rtpParameters: RtpParameters }) => Promise<ProducerId>;

  constructor(options: Parameters<MediaDevice["createSendTransport"]>[0], isReachable: () => boolean) {
    super(options, isReachable);
    this.#produce = options.produce;
  }

  async send({ track: first, source, isPaused }: Parameters<SendTransport["send"]>[0]): Promise<SentMedia> {
    this.begin();
    const id = await this.#produce({ source, rtpParameters });
    if (this.state.get() === "closed") throw new Error("closed");
    let track = first;
    const sent: FakeSent = {
      id,
      source,
      isPaused,
      isClosed: false,
      get track() {
        return track;
      },
      replaceTrack: (next) => {
        track = next;
        return Promise.resolve();
      },
      setPaused: (next) => {
        sent.isPaused = next;
      },
      close: () => {
        sent.isClosed = true;
      },
    };
    this.sent.push(sent);
    return sent;
  }

  /** What goes out now. */
  get flowing(): FakeSent[] {
    return this.state.get() === "closed" ? [] : this.sent.filter(({ isClosed }) => !isClosed);
  }
}

export class FakeReceiveTransport extends FakeTransport implements ReceiveTransport {
  /** The consumers of each negotiation. */
  readonly negotiations: ConsumerId[][] = [];
  readonly closed: ConsumerId[] = [];
  isWarm = false;

  receive(consumers: readonly VoiceConsumer[]): Promise<ReceivedMedia[]> {
    this.begin();
    this.negotiations.push(consumers.map(({ id }) => id));
    const media = consumers.map(({ id, kind }) => ({
      id,
      track: new FakeTrack(kind),
      close: () => void this.closed.push(id),
    }));
    return Promise.resolve(media);
  }

  warmUp(): Promise<void> {
    this.begin();
    this.isWarm = true;
    return Promise.resolve();
  }
}

export class FakeMedia {
  readonly sends: FakeSendTransport[] = [];
  readonly receives: FakeReceiveTransport[] = [];
  /** Of the next transports: whether they connect by themselves. */
  isReachable = true;
  opened = 0;

  readonly openDevice = (): Promise<MediaDevice> => {
    this.opened += 1;
    return Promise.resolve({
      rtpCapabilities: { codecs: [] },
      createSendTransport: (options) => {
        const transport = new FakeSendTransport(options, () => this.isReachable);
        this.sends.push(transport);
        return transport;
      },
      createReceiveTransport: (options) => {
        const transport = new FakeReceiveTransport(options, () => this.isReachable);
        this.receives.push(transport);
        return transport;
      },
    });
  };
}
