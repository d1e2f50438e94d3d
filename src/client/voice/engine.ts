/** What the screens see of voice: the call, this device's microphone, loudspeakers and pictures. See `createVoiceEngine`. */
import type { ReadableState } from "#sdk/index.ts";
import type { VoiceClient } from "#sdk/voice/index.ts";
import type { ChannelId, UserId } from "#shared/ids.ts";

export interface MediaDevice {
  id: string;
  /** Empty until the browser was allowed to tell. */
  label: string;
}

export interface MediaDevices {
  microphones: readonly MediaDevice[];
  loudspeakers: readonly MediaDevice[];
  cameras: readonly MediaDevice[];
  /** Whether this browser can choose where sound comes out. */
  canChooseLoudspeaker: boolean;
}

/** Why there is no microphone, or no picture. Each has words of its own on the screen, with what to do. */
export type MediaProblem =
  /** The person, or the browser's settings, said no. */
  | "denied"
  | "no-device"
  /** Another program holds it. */
  | "in-use"
  /** Pages without HTTPS get no microphone. */
  | "insecure"
  | "unsupported"
  | "failed";

export type MicrophoneState =
  | { kind: "off" }
  | { kind: "starting" }
  | { kind: "on"; deviceId: string; label: string; isNoiseSuppressed: boolean }
  | { kind: "failed"; problem: MediaProblem };

export interface MicrophoneLevel {
  /** The smoothed level, dBFS, from -100 to 0. */
  dbfs: number;
  /** Whether the gate lets it through, or the key to talk is held; mute not considered. */
  isOpen: boolean;
}

/** Held to talk: `code` is a KeyboardEvent's, `button` a MouseEvent's. */
export type TalkKey = { kind: "keyboard"; code: string } | { kind: "mouse"; button: number };

export interface VoiceSettings {
  /** Null: the system's choice. */
  microphoneId: string | null;
  loudspeakerId: string | null;
  cameraId: string | null;
  inputMode: "voice-activity" | "push-to-talk";
  /** The gate's, from -100 to 0; -30 at first. */
  thresholdDbfs: number;
  talkKey: TalkKey;
  /** How long speech goes on after the key is let go. */
  releaseDelayMs: number;
  hasNoiseSuppression: boolean;
  hasEchoCancellation: boolean;
  hasAutoGain: boolean;
  /** 0 to 2. */
  microphoneVolume: number;
  loudspeakerVolume: number;
  hasSounds: boolean;
}

export interface VoiceEngine {
  readonly call: VoiceClient;
  readonly settings: ReadableState<VoiceSettings>;
  readonly devices: ReadableState<MediaDevices>;
  readonly microphone: ReadableState<MicrophoneState>;
  /** Follows the microphone about 20 times a second while it is on and somebody listens. */
  readonly level: ReadableState<MicrophoneLevel>;
  /** True where the browser waits for a click before it plays sound; `resumeSound` on one. */
  readonly isSoundBlocked: ReadableState<boolean>;
  /** Somebody is about to join: fetches what that needs, and opens nothing. */
  prepare(): void;
  /** Opens the microphone if it can, and joins in any case: one can stay and listen. */
  join(channelId: ChannelId): Promise<void>;
  leave(): Promise<void>;
  toggleMute(): void;
  toggleDeaf(): void;
  /** @throws MediaRefusal with the problem; nothing where the person chose nothing */
  startCamera(): Promise<void>;
  startScreen(): Promise<void>;
  stopVideo(source: "camera" | "screen"): void;
  updateSettings(changes: Partial<VoiceSettings>): void;
  /** Tries again to open the microphone that failed. */
  retryMicrophone(): Promise<void>;
  resumeSound(): Promise<void>;
  /** Opens the microphone outside a call, for the meter; `canHear` plays it back after a short delay. Returns the way to stop. */
  testMicrophone(options: { canHear: boolean }): Promise<() => void>;
  /** A short sound on the chosen loudspeaker. */
  testLoudspeaker(): Promise<void>;
  /** 0 to 2, remembered for this browser; 1 at first. */
  getVolume(userId: UserId): number;
  setVolume(userId: UserId, volume: number): void;
  close(): void;
}

/** Why a camera or a screen could not be shown. */
export class MediaRefusal extends Error {
  readonly problem: MediaProblem;

  constructor(problem: MediaProblem) {
    super(problem);
    this.problem = problem;
  }
}
