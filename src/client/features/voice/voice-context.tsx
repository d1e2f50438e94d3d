/** Voice for the screens: what they read of it, each hook drawn again only when its own part changes. */
import { createContext, useCallback, useContext, useSyncExternalStore } from "react";

import { useReadable } from "#client/features/session/together-context.tsx";
import type { MicrophoneState, VoiceEngine } from "#client/voice/engine.ts";
import type { ReadableState } from "#sdk/index.ts";
import type { OwnVoice, RemoteStream, VoiceCallState, VoiceQuality } from "#sdk/voice/index.ts";
import type { ChannelId, UserId } from "#shared/ids.ts";

import type { LazyVoice } from "./lazy-voice.ts";

const VoiceContext = createContext<LazyVoice | null>(null);

export const VoiceProvider = VoiceContext.Provider;

export const useVoice = (): LazyVoice => {
  const voice = useContext(VoiceContext);
  if (!voice) throw new Error("useVoice needs a VoiceProvider above it");
  return voice;
};

/** Null until it is loaded; reading does not load it. */
export const useVoiceEngine = (): VoiceEngine | null => useReadable(useVoice().engine);

export const useVoiceCall = (): VoiceCallState => useReadable(useVoice().call);

/** The channel of the call that is on, coming or coming back. */
export const useCallChannelId = (): ChannelId | undefined => {
  const call = useVoiceCall();
  return call.kind === "idle" ? undefined : call.channelId;
};

const neverChanges = (): (() => void) => () => undefined;

/** A part of the engine's state, and what counts until the engine is there. */
const useOfEngine = <T,>(select: (engine: VoiceEngine) => ReadableState<T>, fallback: T): T => {
  const engine = useVoiceEngine();
  const state = engine ? select(engine) : undefined;
  return useSyncExternalStore(state?.subscribe ?? neverChanges, state?.get ?? (() => fallback));
};

const nothingOwn: OwnVoice = { isMuted: false, isDeaf: false, camera: null, screen: null };
export const useOwnVoice = (): OwnVoice => useOfEngine(({ call }) => call.own, nothingOwn);

const noStreams: readonly RemoteStream[] = [];
export const useStreams = (): readonly RemoteStream[] => useOfEngine(({ call }) => call.streams, noStreams);

const unknownQuality: VoiceQuality = {
  level: "unknown",
  roundTripMs: null,
  lostIn: null,
  lostOut: null,
  jitterMs: null,
  protocol: null,
};
export const useVoiceQuality = (): VoiceQuality => useOfEngine(({ call }) => call.quality, unknownQuality);

const noMicrophone: MicrophoneState = { kind: "off" };
export const useMicrophone = (): MicrophoneState => useOfEngine(({ microphone }) => microphone, noMicrophone);

export const useIsSoundBlocked = (): boolean => useOfEngine(({ isSoundBlocked }) => isSoundBlocked, false);

/** Whether this person speaks in the caller's channel: drawn again for a change of theirs alone. */
export const useIsSpeaking = (userId: UserId): boolean => {
  const speaking = useVoiceEngine()?.call.speaking;
  const get = useCallback(() => speaking?.get().has(userId) ?? false, [speaking, userId]);
  return useSyncExternalStore(speaking?.subscribe ?? neverChanges, get);
};
