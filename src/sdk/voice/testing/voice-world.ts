/** For tests: the real library on fake transports, in front of a server that hands out voice sessions. */
import { vi } from "vitest";
import {
  kindOfSource,
  type VoiceConsumer,
  type VoiceJoined,
  type VoiceSource,
} from "#shared/contract/voice.ts";
import type { GatewayEvent, Ready } from "#shared/events.ts";
import type { ErrorDetail } from "#shared/errors.ts";
import { ConsumerId, ProducerId, TransportId, type UserId, VoiceSessionId } from "#shared/ids.ts";
import { createFakeClient, credentials, type FakeClient } from "#tests/support/fake-client.ts";
import { type FakeCall, FakeRefusal } from "#tests/support/fake-http.ts";
import { aReady, aVoiceState, channelId, userId } from "#tests/support/wire-objects.ts";
import { createVoiceClient, type VoiceClientOptions } from "../create-voice-client.ts";
import { FakeMedia, type FakeReceiveTransport, type FakeSendTransport } from "./fake-media.ts";
import type { VoiceClient } from "../voice-client.ts";

const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
export const consumerId = (n: number): ConsumerId => ConsumerId.parse(uuid(n));
export const producerId = (n: number): ProducerId => ProducerId.parse(uuid(n));
const sessionId = (n: number): VoiceSessionId =>
  VoiceSessionId.parse(`01900000-0000-7000-8000-${String(n).padStart(12, "0")}`);

export const aConsumer = (
  n: number,
  source: VoiceSource = "microphone",
  from: UserId = userId(3),
): VoiceConsumer => ({
  id: consumerId(n),
  producerId: producerId(n + 500),
  userId: from,
  source,
  kind: kindOfSource[source],
  rtpParameters: { codecs: [{ mimeType: "audio/opus", payloadType: 100, clockRate: 48_000 }] },
});

export const aTransport = (n: number): VoiceJoined["sendTransport"] => ({
  id: TransportId.parse(uuid(n)),
  iceParameters: { usernameFragment: "u", password: "p" },
  iceCandidates: [],
  dtlsParameters: { fingerprints: [] },
});

const fieldOf = (input: unknown, name: string): unknown =>
  typeof input === "object" && input !== null ? Reflect.get(input, name) : undefined;

export const room = channelId(1);

export class VoiceWorld implements Disposable {
  readonly fake: FakeClient;
  readonly media = new FakeMedia();
  readonly page = new EventTarget();
  readonly beacons: { url: string; body: string }[] = [];
  readonly voice: VoiceClient;
  /** Refusals for the next calls of a procedure, each used once. */
  readonly refusals: Record<string, ErrorDetail[]> = {};
  /** What the next join finds in the channel. */
  consumers: VoiceConsumer[] = [];
  /** What the server has of the session, by its own account. */
  sync: { consumers: VoiceConsumer[]; producerIds: ProducerId[] } = { consumers: [], producerIds: [] };
  rights = { canSpeak: true, canStream: true };
  #sessions = 0;
  #producers = 0;
  #events = 0;
  #isCut = true;
  /** A stream that is silent for too long is taken for dead. */
  readonly #pulse = setInterval(() => this.#isCut || this.fake.gateway.last.say("PONG"), 5_000);

  constructor(options: Partial<VoiceClientOptions> = {}) {
    this.fake = createFakeClient(this.#answers());
    this.voice = createVoiceClient({
      client: this.fake.client,
      openDevice: this.media.openDevice,
      page: this.page,
      fetch: (url, { body }) => {
        this.beacons.push({ url, body });
        return Promise.resolve();
      },
      ...options,
    });
  }

  /** Signed in, with the stream live. */
  static async create(options: Partial<VoiceClientOptions> = {}): Promise<VoiceWorld> {
    const world = new VoiceWorld(options);
    await Promise.all([world.fake.client.session.login(credentials), vi.advanceTimersByTimeAsync(10)]);
    world.fake.client.events.start();
    await vi.advanceTimersByTimeAsync(10);
    world.ready({ isFirst: true });
    return world;
  }

  /** The same, in a call that has lasted for a while. */
  static async createInCall(options: Partial<VoiceClientOptions> = {}): Promise<VoiceWorld> {
    const world = await VoiceWorld.create(options);
    await world.join();
    await vi.advanceTimersByTimeAsync(10_000);
    return world;
  }

  /** Joins, and lets as much time pass as that takes. */
  async join(channel = room): Promise<void> {
    void this.voice.join(channel);
    await vi.advanceTimersByTimeAsync(50);
  }

  get sessionId(): VoiceSessionId {
    return sessionId(this.#sessions);
  }

  get send(): FakeSendTransport {
    return this.#last(this.media.sends);
  }

  get receive(): FakeReceiveTransport {
    return this.#last(this.media.receives);
  }

  tell(event: GatewayEvent): void {
    this.fake.gateway.last.item(`e-${(this.#events += 1)}`, event);
  }

  /** A signal to the session that is on. */
  signal(
    event: { t: string; d: object } & (
      | { t: "VOICE_CONSUMERS"; d: { consumers: VoiceConsumer[] } }
      | { t: "VOICE_CONSUMERS_CLOSED"; d: { consumerIds: ConsumerId[] } }
      | { t: "VOICE_PRODUCER_CLOSED"; d: { producerId: ProducerId } }
      | { t: "VOICE_RIGHTS"; d: { canSpeak: boolean; canStream: boolean } }
    ),
  ): void {
    const voiceSessionId = this.sessionId;
    switch (event.t) {
      case "VOICE_CONSUMERS":
        return this.tell({ t: event.t, d: { ...event.d, voiceSessionId } });
      case "VOICE_CONSUMERS_CLOSED":
        return this.tell({ t: event.t, d: { ...event.d, voiceSessionId } });
      case "VOICE_PRODUCER_CLOSED":
        return this.tell({ t: event.t, d: { ...event.d, voiceSessionId } });
      case "VOICE_RIGHTS":
        return this.tell({ t: event.t, d: { ...event.d, voiceSessionId } });
    }
  }

  cut(): void {
    this.#isCut = true;
    this.fake.gateway.last.drop();
  }

  /** The stream is back, and says everything anew: something may have been missed. */
  ready({ isFirst = false, isListed = false } = {}): void {
    const { last } = this.fake.gateway;
    last.open();
    this.#isCut = false;
    if (!isFirst) this.tell({ t: "RESYNC", d: {} });
    this.tell({ t: "READY", d: this.#aReadyWith(isListed) });
  }

  /** The stream goes on where it was cut; what was missed follows. */
  resume(): void {
    this.fake.gateway.last.open();
    this.#isCut = false;
    this.tell({ t: "RESUMED", d: {} });
  }

  callsOf(procedure: string): FakeCall[] {
    return this.fake.http.callsOf(`voice.${procedure}`);
  }

  inputsOf(procedure: string): unknown[] {
    return this.callsOf(procedure).map(({ input }) => input);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#pulse);
    this.voice.close();
    this.fake.client.close();
  }

  #last<T>(list: readonly T[]): T {
    const last = list.at(-1);
    if (last === undefined) throw new Error("there is none yet");
    return last;
  }

  #aReadyWith(isListed: boolean): Ready {
    const ready = aReady();
    const voiceStates = isListed ? [aVoiceState(2)] : [];
    return { ...ready, servers: ready.servers.map((server) => ({ ...server, voiceStates })) };
  }

  #answer(procedure: string, answer: (call: FakeCall) => unknown): (call: FakeCall) => unknown {
    return (call) => {
      const refusal = this.refusals[procedure]?.shift();
      if (refusal) throw new FakeRefusal(refusal);
      return answer(call);
    };
  }

  #answers(): Record<string, (call: FakeCall) => unknown> {
    const nothing = () => null;
    const answers: Record<string, (call: FakeCall) => unknown> = {
      capabilities: () => ({ rtpCapabilities: { codecs: [] } }),
      join: ({ input }) => this.#joined(input),
      sync: () => ({ ...this.sync, rights: this.rights }),
      produce: () => ({ producerId: producerId((this.#producers += 1)) }),
      restartIce: () => ({ iceParameters: { usernameFragment: "u2", password: "p2" }, iceServers: [] }),
      setState: () => aVoiceState(2),
      connectTransport: nothing,
      closeProducer: nothing,
      resumeConsumers: nothing,
      pauseConsumers: nothing,
      setConsumerLayers: nothing,
      leave: nothing,
    };
    return Object.fromEntries(
      Object.entries(answers).map(([name, answer]) => [`voice.${name}`, this.#answer(name, answer)]),
    );
  }

  #joined(input: unknown): object {
    const n = (this.#sessions += 1);
    return {
      voiceSessionId: sessionId(n),
      channelId: fieldOf(input, "channelId"),
      iceServers: [],
      sendTransport: aTransport(n * 2 + 1_000),
      receiveTransport: aTransport(n * 2 + 1_001),
      consumers: this.consumers,
      rights: this.rights,
    };
  }
}
