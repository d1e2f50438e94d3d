import { useShortcuts } from "#client/lib/shortcuts.ts";

import { useCallActions } from "./use-call-actions.ts";
import { useCallChannelId } from "./voice-context.tsx";
import { voiceShortcuts } from "./voice-shortcuts.ts";

/** Mute and deafen from anywhere in the app, while a call is on. */
export const useVoiceKeys = (): void => {
  const isInCall = useCallChannelId() !== undefined;
  const { toggleMute, toggleDeaf } = useCallActions();
  const inCall = (toggle: () => void) => (): boolean => {
    if (isInCall) toggle();
    return isInCall;
  };
  useShortcuts({ [voiceShortcuts.mute]: inCall(toggleMute), [voiceShortcuts.deafen]: inCall(toggleDeaf) });
};
