/** The states of voice that are worth a look, by name. */
import type { MicrophoneState } from "#client/voice/engine.ts";
import type { VoiceCallState, VoiceEnd, VoiceQuality } from "#sdk/voice/index.ts";
import type { Channel } from "#shared/contract/channels.ts";
import type { VoiceState } from "#shared/contract/voice.ts";
import { VoiceSessionId } from "#shared/ids.ts";

import { aVoiceState, channels } from "./world.ts";

export interface Scene {
  place: Channel;
  /** Whether the call is joined as the page opens. */
  isJoined: boolean;
  states: readonly VoiceState[];
  /** What a join comes to. */
  call: VoiceCallState;
  /** People, by their number, who speak. */
  speaking: readonly number[];
  quality: VoiceQuality["level"];
  microphone: MicrophoneState;
  isSoundBlocked: boolean;
  isOwner: boolean;
}

const channelId = channels.lounge.id;

const connected: VoiceCallState = {
  kind: "connected",
  channelId,
  voiceSessionId: VoiceSessionId.parse("01900000-0000-7000-8000-000000000000"),
  rights: { canSpeak: true, canStream: true },
  sinceMs: 0,
};

const ended = (end: VoiceEnd): VoiceCallState => ({ kind: "idle", end });

const three = [
  aVoiceState(0),
  aVoiceState(1, { selfMute: true }),
  aVoiceState(2, { serverMute: true, selfDeaf: true }),
];
const elsewhere = [
  aVoiceState(3, { channelId: channels.kitchen.id, screen: true }),
  aVoiceState(4, { channelId: channels.kitchen.id, camera: true }),
];

const base: Scene = {
  place: channels.lounge,
  isJoined: true,
  states: [...three, ...elsewhere],
  call: connected,
  speaking: [0],
  quality: "good",
  microphone: { kind: "on", deviceId: "usb", label: "USB microphone", isNoiseSuppressed: true },
  isSoundBlocked: false,
  isOwner: true,
};

const nine: readonly VoiceState[] = Array.from({ length: 9 }, (_, index) =>
  aVoiceState(index, { selfMute: index === 4, camera: index === 2 || index === 5, screen: index === 7 }),
);

const scenes: Record<string, Scene> = {
  three: base,
  alone: { ...base, states: [aVoiceState(0), ...elsewhere] },
  nine: { ...base, states: nine, speaking: [3, 6] },
  video: { ...base, states: nine.slice(0, 8), speaking: [7], quality: "fair" },
  joining: { ...base, call: { kind: "joining", channelId }, states: elsewhere },
  reconnecting: { ...base, call: { kind: "reconnecting", channelId, cause: "network" }, speaking: [] },
  rebuilt: { ...base, call: { kind: "reconnecting", channelId, cause: "rebuilt" }, speaking: [] },
  unreachable: { ...base, call: ended({ kind: "unreachable", channelId }), states: elsewhere },
  full: {
    ...base,
    call: ended({ kind: "refused", channelId, failure: { reason: "VOICE_FULL", params: {} } }),
    states: elsewhere,
  },
  off: {
    ...base,
    call: ended({
      kind: "refused",
      channelId,
      failure: { reason: "VOICE_UNAVAILABLE", params: { cause: "UDP port 7880 is in use" } },
    }),
    states: elsewhere,
  },
  removed: { ...base, call: ended({ kind: "ended", channelId, cause: "removed" }), states: elsewhere },
  "no-microphone": { ...base, microphone: { kind: "failed", problem: "denied" }, speaking: [1] },
  "sound-blocked": { ...base, isSoundBlocked: true },
  muted: { ...base, states: [aVoiceState(0, { serverMute: true }), ...three.slice(1)], quality: "poor" },
  listening: {
    ...base,
    call: { ...connected, rights: { canSpeak: false, canStream: false } },
  },
  outside: { ...base, isJoined: false },
  empty: { ...base, isJoined: false, states: elsewhere },
  closed: { ...base, isJoined: false, isOwner: false, place: channels.office },
};

export const findScene = (name: string | null): Scene => scenes[name ?? ""] ?? base;
