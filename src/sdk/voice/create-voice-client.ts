/**
 * One account's place in voice on this device: at most one call at a time, and what the device gives to it. It ends the call
 * with the account's session; it never begins one by itself.
 */
import type { GatewayEvent } from "#shared/events.ts";
import type { ChannelId, UserId, VoiceSessionId } from "#shared/ids.ts";
import type { TogetherClient } from "../client.ts";
import { type ReadableState, StateCell } from "../readable-state.ts";
import type { RetryPolicy } from "../retry-policy.ts";
import type { OpenDevice } from "./media.ts";
import { openMediasoupDevice } from "./mediasoup-device.ts";
import { OwnMedia } from "./own-media.ts";
import { QualitySampler } from "./quality-sampler.ts";
import { createRejoinPolicy } from "./rejoin-policy.ts";
import { DeviceCache, isSessionSignal, Joiner, leaveSession } from "./signalling.ts";
import { VoiceCall } from "./voice-call.ts";
import type {
  OwnVoice,
  RemoteStream,
  VoiceCallState,
  VoiceClient,
  VoiceQuality,
  WatchedVideo,
} from "./voice-client.ts";

type KeepaliveFetch = (
  url: string,
  init: { method: string; headers: Record<string, string>; body: string; keepalive: true },
) => Promise<unknown>;

export interface VoiceClientOptions {
  client: TogetherClient;
  /** The WebRTC to use. @default the browser's, by mediasoup-client */
  openDevice?: OpenDevice;
  /** When to try to get back into a call. @default 0.25 to 0.5 s at first, doubling up to 5 s, for two minutes */
  rejoinPolicy?: RetryPolicy;
  /** Whose `pagehide` ends the call. @default the browser's window */
  page?: Pick<EventTarget, "addEventListener" | "removeEventListener">;
  /** For the leave of a page that goes away. @default the browser's */
  fetch?: KeepaliveFetch;
}

/** While a call is on, the stream is back this soon after the server: everybody is to hear each other again (VO12). */
const longestStreamWaitMs = 3_000;

const nobody: ReadonlySet<UserId> = new Set();
const noStreams: readonly RemoteStream[] = [];

const isSameSet = (a: ReadonlySet<UserId>, b: readonly UserId[]): boolean =>
  a.size === b.length && b.every((id) => a.has(id));

const isSameState = (a: VoiceCallState, b: VoiceCallState): boolean => {
  if (a.kind === "connected" && b.kind === "connected")
    return (
      a.voiceSessionId === b.voiceSessionId &&
      a.rights.canSpeak === b.rights.canSpeak &&
      a.rights.canStream === b.rights.canStream
    );
  if (a.kind === "reconnecting" && b.kind === "reconnecting")
    return a.channelId === b.channelId && a.cause === b.cause;
  return a.kind === "joining" && b.kind === "joining" && a.channelId === b.channelId;
};

class Voice implements VoiceClient {
  readonly #options: VoiceClientOptions;
  readonly #policy: RetryPolicy;
  readonly #devices: DeviceCache;
  readonly #joiner: Joiner;
  readonly #own: OwnMedia;
  readonly #quality = new QualitySampler();
  readonly #state = new StateCell<VoiceCallState>({ kind: "idle", end: null });
  readonly #streams = new StateCell<readonly RemoteStream[]>(noStreams);
  readonly #speaking = new StateCell<ReadonlySet<UserId>>(nobody);
  readonly #stops: (() => void)[];
  #call: VoiceCall | undefined;
  #joining: Promise<void> = Promise.resolve();
  #watched: readonly WatchedVideo[] = [];
  #userId: UserId | undefined;
  #releaseStream: (() => void) | undefined;

  constructor(options: VoiceClientOptions) {
    const { client, openDevice = openMediasoupDevice, page = window } = options;
    this.#options = options;
    this.#policy = options.rejoinPolicy ?? createRejoinPolicy();
    this.#devices = new DeviceCache(client.api.voice, openDevice);
    this.#joiner = new Joiner(client.api.voice);
    this.#own = new OwnMedia(() => this.#call?.session?.applyOwn());
    const onPageHide = () => this.#leaveWithPage();
    page.addEventListener("pagehide", onPageHide);
    this.#stops = [
      client.events.onAny((event) => this.#receive(event)),
      client.events.connection.subscribe(({ kind }) => kind !== "live" && this.#speaking.set(nobody)),
      client.session.state.subscribe(() => this.#followAccount()),
      client.environment.onWake((sign) => sign === "online" && this.#call?.session?.hurry()),
      () => page.removeEventListener("pagehide", onPageHide),
    ];
    this.#followAccount();
  }

  get state(): ReadableState<VoiceCallState> {
    return this.#state;
  }

  get streams(): ReadableState<readonly RemoteStream[]> {
    return this.#streams;
  }

  get speaking(): ReadableState<ReadonlySet<UserId>> {
    return this.#speaking;
  }

  get quality(): ReadableState<VoiceQuality> {
    return this.#quality.state;
  }

  get own(): ReadableState<OwnVoice> {
    return this.#own.state;
  }

  prepare(): void {
    // Of somebody signed out nothing can be asked.
    if (this.#userId !== undefined) this.#devices.get().catch(() => undefined);
  }

  async join(channelId: ChannelId): Promise<void> {
    if (this.#call?.channelId === channelId) return this.#joining;
    // The server moves the session over; only if it does not is the old one left by name.
    const previousId = this.#dropCall();
    const call = this.#createCall(channelId);
    this.#call = call;
    this.#releaseStream = this.#options.client.events.boundWaits(longestStreamWaitMs);
    this.#joining = call.start();
    await this.#joining;
    if (!call.hasJoined && previousId) await this.#leaveAtServer(previousId);
  }

  async leave(): Promise<void> {
    const id = this.#endCall();
    if (id) await this.#leaveAtServer(id);
  }

  setMicrophone(track: MediaStreamTrack | null): void {
    this.#own.setMicrophone(track);
  }

  setSelfMute(isMuted: boolean): void {
    this.#own.setMuted(isMuted);
  }

  setSelfDeaf(isDeaf: boolean): void {
    this.#own.setDeaf(isDeaf);
  }

  async showCamera(track: MediaStreamTrack): Promise<void> {
    this.#requireCall();
    await this.#own.show("camera", track);
  }

  async showScreen({ video, audio }: Parameters<VoiceClient["showScreen"]>[0]): Promise<void> {
    this.#requireCall();
    const shown = this.#own.show("screen", video);
    // A screen without its sound is still a screen.
    if (audio) this.#own.show("screen-audio", audio).catch(() => undefined);
    await shown;
  }

  stopVideo(source: "camera" | "screen"): void {
    this.#own.drop(source);
  }

  watch(videos: readonly WatchedVideo[]): void {
    this.#watched = videos;
    this.#call?.session?.watch(videos);
  }

  close(): void {
    void this.leave();
    for (const stop of this.#stops.splice(0)) stop();
  }

  #createCall(channelId: ChannelId): VoiceCall {
    const { client } = this.#options;
    const call: VoiceCall = new VoiceCall({
      channelId,
      api: client.api.voice,
      devices: this.#devices,
      joiner: this.#joiner,
      own: this.#own,
      connection: client.events.connection,
      policy: this.#policy,
      getWatched: () => this.#watched,
      onState: (state) => this.#followCall(call, state),
      onStreams: (streams) => call === this.#call && this.#setStreams(streams),
      onSession: (session) => call === this.#call && this.#quality.follow(session?.getTransports()),
    });
    return call;
  }

  #requireCall(): void {
    if (!this.#call) throw new Error("there is no call to show it in");
  }

  #receive(event: GatewayEvent): void {
    if (isSessionSignal(event)) this.#call?.receive(event);
    else if (event.t === "VOICE_SPEAKING") {
      if (event.d.channelId === this.#call?.channelId) this.#setSpeaking(event.d.userIds);
      // Another run of the server may have other routers.
    } else if (event.t === "RESYNC") this.#devices.forget();
    else if (event.t === "READY") {
      const states = event.d.servers.flatMap(({ voiceStates }) => voiceStates);
      this.#call?.afterGap({ isListed: states.some(({ userId }) => userId === event.d.user.id) });
    }
  }

  #followCall(call: VoiceCall, state: VoiceCallState): void {
    if (call !== this.#call) return;
    if (state.kind !== "connected") this.#setSpeaking([]);
    if (state.kind === "idle") this.#forgetCall();
    if (!isSameState(this.#state.get(), state)) this.#state.set(state);
  }

  #followAccount(): void {
    const state = this.#options.client.session.state.get();
    if (state.kind === "restoring") return;
    const userId = state.kind === "signed-in" ? state.user.id : undefined;
    // The old account's session can be left by nobody any more: the server ends it with the account's stream.
    if (userId !== this.#userId) this.#endCall();
    this.#userId = userId;
  }

  #setStreams(streams: readonly RemoteStream[]): void {
    if (streams.length > 0 || this.#streams.get().length > 0) this.#streams.set(streams);
  }

  #setSpeaking(userIds: readonly UserId[]): void {
    if (!isSameSet(this.#speaking.get(), userIds)) this.#speaking.set(new Set(userIds));
  }

  /** Ends the call here, for another one to follow. @returns the session that the server may still have */
  #dropCall(): VoiceSessionId | undefined {
    const call = this.#call;
    const id = call?.close();
    if (call) this.#forgetCall({ keepsPictures: true });
    return id;
  }

  #endCall(): VoiceSessionId | undefined {
    const id = this.#dropCall();
    this.#own.dropAll();
    if (this.#state.get().kind !== "idle") this.#state.set({ kind: "idle", end: null });
    return id;
  }

  #forgetCall({ keepsPictures = false } = {}): void {
    this.#call = undefined;
    this.#releaseStream?.();
    this.#releaseStream = undefined;
    this.#quality.follow(undefined);
    this.#setStreams(noStreams);
    this.#setSpeaking([]);
    if (!keepsPictures) this.#own.dropAll(new Error("the call has ended"));
  }

  #leaveAtServer(voiceSessionId: VoiceSessionId): Promise<void> {
    return leaveSession({ api: this.#options.client.api.voice, policy: this.#policy }, voiceSessionId);
  }

  /** Of a page that goes away only a request with `keepalive` still leaves; what does not, the server notices by itself. */
  #leaveWithPage(): void {
    const voiceSessionId = this.#endCall();
    if (!voiceSessionId) return;
    const { client, fetch: send = fetch } = this.#options;
    const leave = async () => {
      const token = await client.session.findAccessToken();
      if (token === null) return;
      await send(`${client.url}/api/trpc/voice.leave`, {
        method: "POST",
        keepalive: true,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify({ voiceSessionId }),
      });
    };
    leave().catch(() => undefined);
  }
}

/**
 * Voice for whoever is signed in with the client, in a browser: `join` a channel, hand in a microphone, play the `streams`.
 * Without WebRTC it can be made all the same; a join then ends as "unsupported".
 */
export const createVoiceClient = (options: VoiceClientOptions): VoiceClient => new Voice(options);
