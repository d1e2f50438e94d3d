import { useReadable } from "#client/features/session/together-context.tsx";
import { VisuallyHidden } from "#client/ui/visually-hidden.tsx";
import type { VoiceEngine } from "#client/voice/engine.ts";

import styles from "./level-bar.module.css";

export const quietestDbfs = -100;
export const loudestDbfs = 0;

export const formatDbfs = (dbfs: number): string => `${Math.round(dbfs)} dB`;

/** How loud the microphone is right now. Drawn twenty times a second: nothing else belongs in here. */
export const LevelBar = ({ engine, isLive }: { engine: VoiceEngine; isLive: boolean }) => {
  const { dbfs, isOpen } = useReadable(engine.level);
  const shown = isLive ? dbfs : quietestDbfs;
  const part = (shown - quietestDbfs) / (loudestDbfs - quietestDbfs);
  return (
    <span className={styles.bar}>
      <VisuallyHidden>
        <meter
          aria-label="Microphone level"
          aria-valuetext={isLive ? formatDbfs(shown) : "off"}
          min={quietestDbfs}
          max={loudestDbfs}
          value={Math.round(shown)}
        />
      </VisuallyHidden>
      <span
        className={styles.level}
        data-open={isLive && isOpen}
        style={{ transform: `scaleX(${Math.min(1, Math.max(0, part))})` }}
      />
    </span>
  );
};
