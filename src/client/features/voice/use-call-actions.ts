import { toast } from "#client/ui/toaster.tsx";
import { errorText } from "#client/features/session/error-text.ts";
import { MediaRefusal, type VoiceEngine } from "#client/voice/engine.ts";

import { useOwnVoice, useVoiceCall, useVoiceEngine } from "./voice-context.tsx";
import { mediaProblemWords } from "./voice-words.ts";

export interface CallActions {
  toggleMute: () => void;
  toggleDeaf: () => void;
  toggleCamera: () => void;
  toggleScreen: () => void;
  canSpeak: boolean;
  canStream: boolean;
}

const show = async (medium: "camera" | "screen", start: () => Promise<void>): Promise<void> => {
  try {
    await start();
  } catch (error) {
    if (!(error instanceof MediaRefusal)) {
      toast.error(errorText(error));
      return;
    }
    const { title, help } = mediaProblemWords(medium, error.problem);
    toast.error(title, { description: help });
  }
};

const nothing = (): void => undefined;

const actionsOf = (engine: VoiceEngine, shows: { camera: boolean; screen: boolean }) => ({
  toggleMute: () => engine.toggleMute(),
  toggleDeaf: () => engine.toggleDeaf(),
  toggleCamera: () =>
    shows.camera ? engine.stopVideo("camera") : void show("camera", () => engine.startCamera()),
  toggleScreen: () =>
    shows.screen ? engine.stopVideo("screen") : void show("screen", () => engine.startScreen()),
});

/** The switches of a call; pressed without an engine, they do nothing. */
export const useCallActions = (): CallActions => {
  const engine = useVoiceEngine();
  const own = useOwnVoice();
  const call = useVoiceCall();
  // Until the server has said what is allowed, everything is offered: it mostly is.
  const { canSpeak, canStream } =
    call.kind === "connected" ? call.rights : { canSpeak: true, canStream: true };
  const shows = { camera: own.camera !== null, screen: own.screen !== null };
  const actions = engine
    ? actionsOf(engine, shows)
    : { toggleMute: nothing, toggleDeaf: nothing, toggleCamera: nothing, toggleScreen: nothing };
  return { ...actions, canSpeak, canStream };
};
