/**
 * One call, over any number of sessions: it joins, joins again when a session is lost, and gives up when that is pointless
 * (VO11, VO12). A drop of the gateway's connection does not end it; while that is down it does not join either, since it
 * could not hear the signals. It ends once, and says nothing afterwards.
 */
import type { VoiceEndCause, VoiceRejoinCause } from "#shared/contract/voice.ts";
import type { ChannelId, VoiceSessionId } from "#shared/ids.ts";
import type { ConnectionState } from "../events/event-stream.ts";
import { type CallFailure, reasonOf, retryAfterMsOf } from "../failure.ts";
import type { ReadableState } from "../readable-state.ts";
import type { RetryPolicy } from "../retry-policy.ts";
import { UnsupportedBrowser } from "./media.ts";
import type { OwnMedia } from "./own-media.ts";
import {
  type DeviceCache,
  type Joiner,
  leaveSession,
  type SessionSignal,
  type VoiceApi,
} from "./signalling.ts";
import type { TransportLoss } from "./transport-keeper.ts";
import type { RemoteStream, VoiceCallState, VoiceEnd, WatchedVideo } from "./voice-client.ts";
import { VoiceSession } from "./voice-session.ts";

export interface VoiceCallOptions {
  channelId: ChannelId;
  api: VoiceApi;
  devices: DeviceCache;
  joiner: Joiner;
  own: OwnMedia;
  connection: ReadableState<ConnectionState>;
  policy: RetryPolicy;
  getWatched: () => readonly WatchedVideo[];
  onState: (state: VoiceCallState) => void;
  onStreams: (streams: readonly RemoteStream[]) => void;
  /** The session that media flows through now. */
  onSession: (session: VoiceSession | undefined) => void;
}

/** What came of the new session before the join's answer did; more than a channel has members. */
const maxEarlySignals = 400;
/** A session that lasted this long was a good one: the next loss is a first one again. */
const stableAfterMs = 10_000;
/** The second time is no accident. */
const maxUnreachable = 2;
/** A call that was away for longer does not open the microphone by itself when the lid is opened. */
const longestAbsenceMs = 10 * 60_000;

/** What passes by itself, while a call is to be resumed. */
const passing: ReadonlySet<CallFailure["reason"]> = new Set([
  "NETWORK",
  "UNAVAILABLE",
  "VOICE_UNAVAILABLE",
  "RATE_LIMITED",
  "INTERNAL",
] as const);

/** Somebody wanted it so: nothing to come back from. */
const final: ReadonlySet<VoiceEndCause> = new Set(["elsewhere", "removed", "rights", "left"] as const);

export class VoiceCall {
  readonly #options: VoiceCallOptions;
  readonly #begun = Promise.withResolvers<void>();
  #channelId: ChannelId;
  #session: VoiceSession | undefined;
  /** The one before. Until the server has answered the next join, what it decides is told under this name. */
  #leftId: VoiceSessionId | undefined;
  /** Signals to sessions that are not known yet, while a join is on its way. */
  #early: SessionSignal[] | undefined;
  #cause: "network" | VoiceRejoinCause = "network";
  #sinceMs: number | null = null;
  #sessionUpSinceMs: number | null = null;
  #tries = 0;
  #tryingSinceMs = 0;
  #lastFailure: CallFailure | undefined;
  #unreachable = 0;
  #missed: { isListed: boolean } | undefined;
  /** The server had ended the last session already: why is told by the stream, which may be late. */
  #goneId: VoiceSessionId | undefined;
  #isJoining = false;
  #hasJoined = false;
  #isClosed = false;
  #wake: (() => void) | undefined;
  #absenceTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: VoiceCallOptions) {
    this.#options = options;
    this.#channelId = options.channelId;
  }

  get channelId(): ChannelId {
    return this.#channelId;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Whether the server has ever let it in. */
  get hasJoined(): boolean {
    return this.#hasJoined;
  }

  get session(): VoiceSession | undefined {
    return this.#session;
  }

  /** Resolves when media flows for the first time, or when the call has ended before. */
  start(): Promise<void> {
    this.#tell();
    void this.#join();
    return this.#begun.promise;
  }

  receive(signal: SessionSignal): void {
    if (this.#isClosed) return;
    const { voiceSessionId } = signal.d;
    if (voiceSessionId === this.#session?.id) this.#receiveOwn(this.#session, signal);
    else if (voiceSessionId === this.#goneId) this.#hearOfGone(signal);
    else if (voiceSessionId === this.#leftId) this.#hearOfLeft(signal);
    else if (this.#early && this.#early.length < maxEarlySignals) this.#early.push(signal);
  }

  #receiveOwn(session: VoiceSession, signal: SessionSignal): void {
    if (signal.t === "VOICE_END") this.#endBy(signal.d.cause);
    else if (signal.t === "VOICE_REJOIN") {
      this.#channelId = signal.d.channelId;
      this.#rejoin(signal.d.cause);
    } else session.receive(signal);
  }

  /** A moderator was quicker than the join that follows the last word: that one holds. */
  #hearOfLeft(signal: SessionSignal): void {
    if (signal.t === "VOICE_REJOIN" && signal.d.channelId !== this.#channelId) {
      this.#channelId = signal.d.channelId;
      this.#rejoin(signal.d.cause);
    } else if (signal.t === "VOICE_END" && (signal.d.cause === "removed" || signal.d.cause === "rights"))
      this.#endBy(signal.d.cause);
  }

  /** Events were missed: what the session has is compared with what the server has. */
  afterGap(gap: { isListed: boolean }): void {
    if (this.#session) this.#session.compare(gap);
    // Not on the way here: then the member has joined on another device.
    else if (this.#goneId && gap.isListed && !this.#early) this.#endBy("elsewhere");
    else {
      this.#missed = gap;
      this.#wake?.();
    }
  }

  /** Ends the call here. @returns the session that the server may still have */
  close(): VoiceSessionId | undefined {
    // While it joins again the place is kept for the one before.
    const id = this.#session?.id ?? this.#leftId;
    this.#finish();
    return id;
  }

  async #join(): Promise<void> {
    if (this.#isJoining) return;
    this.#isJoining = true;
    while (!this.#isClosed && !this.#session) {
      await this.#waitForTurn();
      if (!this.#isClosed) await this.#tryToJoin();
    }
    this.#isJoining = false;
  }

  async #waitForTurn(): Promise<void> {
    if (this.#tries === 0) this.#tryingSinceMs = Date.now();
    else {
      const progress = { attempt: this.#tries - 1, elapsedMs: Date.now() - this.#tryingSinceMs };
      const delayMs = this.#options.policy.nextDelayMs(progress);
      if (delayMs === null) return this.#giveUp();
      const askedMs = this.#lastFailure && retryAfterMsOf(this.#lastFailure);
      await this.#wait(Math.max(delayMs, askedMs ?? 0));
    }
    if (this.#sinceMs !== null && !this.#isClosed) await this.#untilLive();
    this.#tries += 1;
  }

  #wait(delayMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, delayMs);
    this.#wake = resolve;
    return promise.finally(() => clearTimeout(timer));
  }

  async #untilLive(): Promise<void> {
    const { connection } = this.#options;
    if (connection.get().kind === "live") return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = connection.subscribe(({ kind }) => kind === "live" && resolve());
    this.#wake = resolve;
    await promise;
    stop();
    if (this.#goneId && !this.#missed) await this.#untilTold();
    // The tries before were of no use; the first one now is a first one.
    this.#tries = 0;
    this.#tryingSinceMs = Date.now();
  }

  /** What was missed comes before the next try: the session may have been ended for good. */
  async #untilTold(): Promise<void> {
    const delayMs = this.#options.policy.nextDelayMs({ attempt: 0, elapsedMs: 0 });
    if (delayMs !== null && !this.#isClosed) await this.#wait(delayMs);
  }

  async #tryToJoin(): Promise<void> {
    this.#early = [];
    try {
      await this.#enter();
    } catch (error) {
      if (!this.#isClosed) this.#afterRefusal(error);
    } finally {
      this.#early = undefined;
    }
  }

  async #enter(): Promise<void> {
    const { devices, joiner, own } = this.#options;
    const device = await devices.get();
    const { isMuted, isDeaf } = own.state.get();
    const told = { selfMute: isMuted, selfDeaf: isDeaf };
    const { rtpCapabilities } = device;
    const input = { channelId: this.#channelId, rtpCapabilities, ...told };
    const joined = await joiner.join(input, () => !this.#isClosed);
    if (!joined) return;
    this.#hasJoined = true;
    if (this.#isClosed) return void leaveSession(this.#options, joined.voiceSessionId);
    // Moved on meanwhile: the next join takes this place along.
    if (joined.channelId !== this.#channelId) return;
    const { api, policy, getWatched, onStreams } = this.#options;
    const session: VoiceSession = new VoiceSession({
      api,
      device,
      joined,
      told,
      own,
      policy,
      watched: getWatched(),
      onStreams,
      onChange: () => this.#follow(session),
      onLost: (loss) => this.#afterLoss(session, loss),
    });
    this.#session = session;
    this.#goneId = undefined;
    session.start();
    if (this.#missed) session.compare(this.#missed);
    this.#missed = undefined;
    const early = this.#early ?? [];
    // What is not for this session is for none that is to come.
    this.#early = undefined;
    for (const signal of early) this.receive(signal);
  }

  #afterRefusal(error: unknown): void {
    const channelId = this.#channelId;
    if (error instanceof UnsupportedBrowser) return this.#end({ kind: "unsupported", channelId });
    const failure = reasonOf(error);
    if (failure.reason === "VOICE_UNAVAILABLE") this.#options.devices.forget();
    this.#lastFailure = failure;
    // The first time somebody waits for the answer; later nobody is helped by an end that a minute would mend.
    if (this.#sinceMs === null || !passing.has(failure.reason))
      this.#end({ kind: "refused", channelId, failure });
  }

  #follow(session: VoiceSession): void {
    if (this.#isClosed || session !== this.#session) return;
    if (session.health === "up") {
      this.#sinceMs ??= Date.now();
      this.#sessionUpSinceMs ??= Date.now();
      this.#unreachable = 0;
      this.#lastFailure = undefined;
      this.#begun.resolve();
      this.#options.onSession(session);
    } else if (session.health === "interrupted") this.#cause = "network";
    this.#tell();
  }

  #hearOfGone(signal: SessionSignal): void {
    if (signal.t === "VOICE_END") {
      if (final.has(signal.d.cause)) this.#endBy(signal.d.cause);
    } else if (signal.t === "VOICE_REJOIN") {
      // From here on an end of that session is the work of one's own next one.
      this.#goneId = undefined;
      this.#channelId = signal.d.channelId;
      this.#cause = signal.d.cause;
      this.#tell();
    }
  }

  #afterLoss(session: VoiceSession, loss: TransportLoss): void {
    if (this.#isClosed || session !== this.#session) return;
    if (loss === "displaced") return this.#endBy("elsewhere");
    if (loss === "gone") this.#goneId = session.id;
    if (loss === "unreachable") this.#unreachable += 1;
    if (this.#unreachable < maxUnreachable) return this.#rejoin("network");
    void leaveSession(this.#options, session.id);
    this.#end({ kind: "unreachable", channelId: this.#channelId });
  }

  #rejoin(cause: "network" | VoiceRejoinCause): void {
    const upSinceMs = this.#sessionUpSinceMs;
    if (upSinceMs !== null && Date.now() - upSinceMs >= stableAfterMs) this.#tries = 0;
    this.#dropSession();
    this.#cause = cause;
    this.#tell();
    void this.#join();
  }

  #giveUp(): void {
    const channelId = this.#channelId;
    const failure = this.#lastFailure;
    this.#end(failure ? { kind: "refused", channelId, failure } : { kind: "unreachable", channelId });
  }

  #endBy(cause: VoiceEndCause): void {
    // The server's patience may end before the transports' own: what was never there has not been lost.
    if (cause === "lost" && this.#sinceMs === null)
      return this.#end({ kind: "unreachable", channelId: this.#channelId });
    this.#end({ kind: "ended", channelId: this.#channelId, cause });
  }

  #end(end: VoiceEnd): void {
    if (this.#isClosed) return;
    this.#finish();
    this.#options.onState({ kind: "idle", end });
  }

  #finish(): void {
    this.#isClosed = true;
    clearTimeout(this.#absenceTimer);
    this.#dropSession();
    this.#wake?.();
    this.#begun.resolve();
  }

  #dropSession(): void {
    const session = this.#session;
    this.#session = undefined;
    if (session) this.#leftId = session.id;
    this.#sessionUpSinceMs = null;
    session?.close();
    this.#options.onSession(undefined);
  }

  #tell(): void {
    const channelId = this.#channelId;
    const session = this.#session;
    const isConnected = session?.health === "up" && this.#sinceMs !== null;
    if (isConnected || this.#sinceMs === null) {
      clearTimeout(this.#absenceTimer);
      this.#absenceTimer = undefined;
    } else this.#absenceTimer ??= setTimeout(() => this.#endBy("lost"), longestAbsenceMs);
    if (this.#sinceMs === null) return this.#options.onState({ kind: "joining", channelId });
    if (!isConnected) return this.#options.onState({ kind: "reconnecting", channelId, cause: this.#cause });
    this.#options.onState({
      kind: "connected",
      channelId,
      voiceSessionId: session.id,
      rights: session.rights,
      sinceMs: this.#sinceMs,
    });
  }
}
