import { Headphones, HeadphoneOff, Mic, MicOff, ScreenShare, Video, VideoOff } from "lucide-react";

import { IconButton, type IconButtonProps } from "#client/ui/icon-button.tsx";
import { Kbd } from "#client/ui/kbd.tsx";

import styles from "./call-controls.module.css";
import { useCallActions } from "./use-call-actions.ts";
import { useMicrophone, useOwnVoice, useVoiceCall } from "./voice-context.tsx";
import { voiceShortcuts } from "./voice-shortcuts.ts";

type Look = Pick<IconButtonProps, "size" | "variant">;

/** Phones have no way to share a screen. */
const canShareScreen = (): boolean =>
  typeof navigator.mediaDevices === "object" && "getDisplayMedia" in navigator.mediaDevices;

export const MuteButton = (look: Look) => {
  const { isMuted } = useOwnVoice();
  const { toggleMute, canSpeak } = useCallActions();
  const microphone = useMicrophone();
  const isSilent = isMuted || !canSpeak || microphone.kind === "failed";
  return (
    <IconButton
      {...look}
      label="Mute"
      icon={isSilent ? <MicOff /> : <Mic />}
      isPressed={isMuted || !canSpeak}
      disabled={!canSpeak}
      className={styles.off}
      hint={<Kbd shortcut={voiceShortcuts.mute} />}
      onClick={toggleMute}
    />
  );
};

export const DeafenButton = (look: Look) => {
  const { isDeaf } = useOwnVoice();
  const { toggleDeaf } = useCallActions();
  return (
    <IconButton
      {...look}
      label="Deafen"
      icon={isDeaf ? <HeadphoneOff /> : <Headphones />}
      isPressed={isDeaf}
      className={styles.off}
      hint={<Kbd shortcut={voiceShortcuts.deafen} />}
      onClick={toggleDeaf}
    />
  );
};

export const CameraButton = (look: Look) => {
  const { camera } = useOwnVoice();
  const { toggleCamera, canStream } = useCallActions();
  const isConnected = useVoiceCall().kind === "connected";
  return (
    <IconButton
      {...look}
      label={canStream ? "Camera" : "Camera (not allowed here)"}
      icon={canStream ? <Video /> : <VideoOff />}
      isPressed={camera !== null}
      disabled={!canStream || (!isConnected && camera === null)}
      onClick={toggleCamera}
    />
  );
};

export const ScreenButton = (look: Look) => {
  const { screen } = useOwnVoice();
  const { toggleScreen, canStream } = useCallActions();
  const isConnected = useVoiceCall().kind === "connected";
  if (!canShareScreen()) return null;
  return (
    <IconButton
      {...look}
      label={canStream ? "Share screen" : "Share screen (not allowed here)"}
      icon={<ScreenShare />}
      isPressed={screen !== null}
      disabled={!canStream || (!isConnected && screen === null)}
      onClick={toggleScreen}
    />
  );
};
