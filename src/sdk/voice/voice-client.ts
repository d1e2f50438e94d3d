/** The engine's face: one account's place in voice on this device. See `createVoiceClient`. */
import type { VoiceEndCause, VoiceRejoinCause, VoiceRights, VoiceSource } from "#shared/contract/voice.ts";
import type { ChannelId, ConsumerId, UserId, VoiceSessionId } from "#shared/ids.ts";
import type { CallFailure } from "../failure.ts";
import type { ReadableState } from "../readable-state.ts";

export type VoiceCallState =
  /** `end` says how the last call ended; null before the first, and after one's own `leave`. */
  | { kind: "idle"; end: VoiceEnd | null }
  | { kind: "joining"; channelId: ChannelId }
  | {
      kind: "connected";
      channelId: ChannelId;
      voiceSessionId: VoiceSessionId;
      rights: VoiceRights;
      /** When this call began, over reconnections. */
      sinceMs: number;
    }
  /** The network or the server went away; the engine comes back by itself. */
  | { kind: "reconnecting"; channelId: ChannelId; cause: "network" | VoiceRejoinCause };

export type VoiceEnd =
  | { kind: "ended"; channelId: ChannelId; cause: VoiceEndCause }
  /** The join was refused. */
  | { kind: "refused"; channelId: ChannelId; failure: CallFailure }
  /** No media gets through: a firewall, or a port that is not open. */
  | { kind: "unreachable"; channelId: ChannelId }
  /** This browser cannot take part: no WebRTC. */
  | { kind: "unsupported"; channelId: ChannelId };

/** Media that comes from another participant. */
export interface RemoteStream {
  consumerId: ConsumerId;
  userId: UserId;
  source: VoiceSource;
  track: MediaStreamTrack;
  /** Video is paused until it is watched; audio flows from the start. */
  isWatched: boolean;
}

export interface WatchedVideo {
  consumerId: ConsumerId;
  widthPx: number;
}

export interface VoiceQuality {
  level: "good" | "fair" | "poor" | "unknown";
  /** Milliseconds there and back. */
  roundTripMs: number | null;
  /** From 0 to 1, over the last few seconds. */
  lostIn: number | null;
  lostOut: number | null;
  jitterMs: number | null;
  protocol: "udp" | "tcp" | null;
}

export interface VoiceClient {
  readonly state: ReadableState<VoiceCallState>;
  readonly streams: ReadableState<readonly RemoteStream[]>;
  /** Who speaks now, by the server's ears: never more than 200 ms late. */
  readonly speaking: ReadableState<ReadonlySet<UserId>>;
  readonly quality: ReadableState<VoiceQuality>;
  /** What the device gives, whether or not a call is on. A camera or a screen that it holds no longer is the caller's to stop. */
  readonly own: ReadableState<OwnVoice>;
  /** Gets ahead what a first join would wait for. What goes wrong is the join's to tell. */
  prepare(): void;
  /** Joins, or moves over from another channel. Never throws: `state` says how it went. */
  join(channelId: ChannelId): Promise<void>;
  leave(): Promise<void>;
  /** The processed microphone. Null: listen alone. May be set before, during and after a call, at any time. */
  setMicrophone(track: MediaStreamTrack | null): void;
  /** Unmuting undoes the deafening too. */
  setSelfMute(isMuted: boolean): void;
  /** Deafening mutes too, and undoing it puts the mute back as it was. */
  setSelfDeaf(isDeaf: boolean): void;
  /**
   * Shows a camera, until `stopVideo("camera")`, the track's end or the call's. The track stays the caller's to stop.
   * @throws the call's failure; without a call an error of its own
   */
  showCamera(track: MediaStreamTrack): Promise<void>;
  showScreen(tracks: { video: MediaStreamTrack; audio: MediaStreamTrack | null }): Promise<void>;
  stopVideo(source: "camera" | "screen"): void;
  /** Which videos are looked at (those that are not there yet count when they come), and how large (CSS pixels of the tile's width times the device's ratio). All others pause. */
  watch(videos: readonly WatchedVideo[]): void;
  /** Leaves, and stops every timer. */
  close(): void;
}

export interface OwnVoice {
  isMuted: boolean;
  isDeaf: boolean;
  camera: MediaStreamTrack | null;
  screen: MediaStreamTrack | null;
}
