import { AudioLines, Hand } from "lucide-react";

import { useReadable } from "#client/features/session/together-context.tsx";
import { SegmentedControl } from "#client/ui/segmented-control.tsx";
import { Slider } from "#client/ui/slider.tsx";
import type { VoiceEngine } from "#client/voice/engine.ts";

import { TalkKeyField } from "./talk-key-field.tsx";
import styles from "./voice-section.module.css";

const longestDelayMs = 2_000;

export const InputModePart = ({ engine }: { engine: VoiceEngine }) => {
  const { inputMode, talkKey, releaseDelayMs } = useReadable(engine.settings);
  return (
    <section className={styles.part} aria-labelledby="voice-mode">
      <h3 id="voice-mode" className={styles.heading}>
        When you are heard
      </h3>
      <SegmentedControl
        label="When you are heard"
        options={[
          { value: "voice-activity", label: "When I speak", icon: <AudioLines /> },
          { value: "push-to-talk", label: "Push to talk", icon: <Hand /> },
        ]}
        value={inputMode}
        onValueChange={(mode) => engine.updateSettings({ inputMode: mode })}
      />
      {inputMode === "push-to-talk" && (
        <>
          <TalkKeyField value={talkKey} onChange={(key) => engine.updateSettings({ talkKey: key })} />
          <Slider
            label="Go on after letting go"
            min={0}
            max={longestDelayMs}
            step={20}
            value={releaseDelayMs}
            formatValue={(delayMs) => `${delayMs} ms`}
            onValueChange={(delayMs) => engine.updateSettings({ releaseDelayMs: delayMs })}
          />
          <p className={styles.muted}>The key works while this page is in front.</p>
        </>
      )}
    </section>
  );
};
