import { RotateCw, Stethoscope, X } from "lucide-react";

import { useOpenSettings } from "#client/features/settings/settings-context.tsx";
import { Button } from "#client/ui/button.tsx";
import { IconButton } from "#client/ui/icon-button.tsx";
import { mayRetry } from "#sdk/index.ts";
import type { VoiceEnd } from "#sdk/voice/index.ts";

import styles from "./voice-panel.module.css";
import { useVoice } from "./voice-context.tsx";
import { voiceEndWords } from "./voice-words.ts";

/** Whether joining again, now, may go better. */
const canTryAgain = (end: VoiceEnd): boolean => {
  switch (end.kind) {
    case "ended":
      return end.cause === "lost" || end.cause === "unavailable" || end.cause === "elsewhere";
    case "refused":
      return mayRetry(end.failure);
    case "unreachable":
      return true;
    case "unsupported":
      return false;
    default:
      return end satisfies never;
  }
};

/** Why the last call ended or never began. It stays until it is read: a note that goes by itself would be missed. */
export const EndCard = ({ end, channelName }: { end: VoiceEnd; channelName: string }) => {
  const voice = useVoice();
  const openSettings = useOpenSettings();
  const words = voiceEndWords(end, channelName);
  if (!words) return null;
  return (
    <div className={styles.end} role="alert">
      <div className={styles.endHead}>
        <p className={styles.endTitle}>{words.title}</p>
        <IconButton size="small" label="Dismiss" icon={<X />} onClick={() => voice.dismissEnd()} />
      </div>
      <p className={styles.muted}>{words.help}</p>
      <div className={styles.endActions}>
        {canTryAgain(end) && (
          <Button size="small" icon={<RotateCw />} onClick={() => void voice.join(end.channelId)}>
            {end.kind === "ended" ? "Join again" : "Try again"}
          </Button>
        )}
        {end.kind === "unreachable" && (
          <Button size="small" icon={<Stethoscope />} onClick={() => openSettings("voice-check")}>
            Check the connection
          </Button>
        )}
      </div>
    </div>
  );
};
