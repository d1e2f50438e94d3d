import { Keyboard } from "lucide-react";
import { useEffect, useEffectEvent, useState } from "react";

import { Button } from "#client/ui/button.tsx";
import type { TalkKey } from "#client/voice/engine.ts";

import { nameTalkKey, readTalkKey } from "./talk-key.ts";
import styles from "./voice-section.module.css";

/** Takes the next key or mouse button before anything else sees it. */
const useRecorder = (onKey: (key: TalkKey) => void) => {
  const [isRecording, setIsRecording] = useState(false);
  const take = useEffectEvent((event: KeyboardEvent | MouseEvent): void => {
    const key = readTalkKey(event);
    const isGivenUp = "code" in event && event.code === "Escape";
    if (!key && !isGivenUp) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    setIsRecording(false);
    if (key) onKey(key);
  });
  useEffect(() => {
    if (!isRecording) return undefined;
    const listen = (event: KeyboardEvent | MouseEvent): void => take(event);
    // The side buttons of a mouse lead through the history, the right one opens a menu: not this time.
    const keepQuiet = (event: MouseEvent): void => {
      if (event.button !== 0) event.preventDefault();
    };
    window.addEventListener("keydown", listen, true);
    window.addEventListener("mousedown", listen, true);
    window.addEventListener("mouseup", keepQuiet, true);
    window.addEventListener("contextmenu", keepQuiet, true);
    return () => {
      window.removeEventListener("keydown", listen, true);
      window.removeEventListener("mousedown", listen, true);
      window.removeEventListener("mouseup", keepQuiet, true);
      window.removeEventListener("contextmenu", keepQuiet, true);
    };
  }, [isRecording]);
  return { isRecording, setIsRecording };
};

export const TalkKeyField = ({ value, onChange }: { value: TalkKey; onChange: (key: TalkKey) => void }) => {
  const { isRecording, setIsRecording } = useRecorder(onChange);
  return (
    <div className={styles.row}>
      <span>
        Hold <strong>{nameTalkKey(value)}</strong> to talk
      </span>
      <Button
        size="small"
        icon={<Keyboard />}
        aria-pressed={isRecording}
        onClick={() => setIsRecording(!isRecording)}
      >
        {isRecording ? "Press a key or a mouse button…" : "Choose another key"}
      </Button>
      <output className={styles.muted}>{isRecording ? "Esc leaves it as it was." : ""}</output>
    </div>
  );
};
