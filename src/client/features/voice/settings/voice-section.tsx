import { useEffect, useState } from "react";

import { useReadable } from "#client/features/session/together-context.tsx";
import { Callout } from "#client/ui/callout.tsx";
import { SkeletonList } from "#client/ui/skeleton.tsx";
import { Switch } from "#client/ui/switch.tsx";
import type { VoiceEngine } from "#client/voice/engine.ts";

import { useVoice, useVoiceEngine } from "../voice-context.tsx";
import { ConnectionPart } from "../check/connection-part.tsx";
import { CameraPart } from "./camera-part.tsx";
import { InputModePart } from "./input-mode-part.tsx";
import { LoudspeakerPart } from "./loudspeaker-part.tsx";
import { MicrophonePart } from "./microphone-part.tsx";
import styles from "./voice-section.module.css";

export type PartProps = { engine: VoiceEngine };

const ProcessingPart = ({ engine }: PartProps) => {
  const settings = useReadable(engine.settings);
  return (
    <section className={styles.part} aria-labelledby="voice-processing">
      <h3 id="voice-processing" className={styles.heading}>
        What is done with your voice
      </h3>
      <Switch
        label="Noise suppression"
        hint="Takes out keyboards, fans and the street."
        isChecked={settings.hasNoiseSuppression}
        onCheckedChange={(hasNoiseSuppression) => engine.updateSettings({ hasNoiseSuppression })}
      />
      <Switch
        label="Echo cancellation"
        hint="Keeps the others from hearing themselves out of your loudspeakers."
        isChecked={settings.hasEchoCancellation}
        onCheckedChange={(hasEchoCancellation) => engine.updateSettings({ hasEchoCancellation })}
      />
      <Switch
        label="Automatic gain"
        hint="Evens out how loud you are."
        isChecked={settings.hasAutoGain}
        onCheckedChange={(hasAutoGain) => engine.updateSettings({ hasAutoGain })}
      />
    </section>
  );
};

const SoundsPart = ({ engine }: PartProps) => {
  const { hasSounds } = useReadable(engine.settings);
  return (
    <section className={styles.part} aria-labelledby="voice-sounds">
      <h3 id="voice-sounds" className={styles.heading}>
        Sounds
      </h3>
      <Switch
        label="Sounds in calls"
        hint="When somebody comes or goes, and when you mute yourself."
        isChecked={hasSounds}
        onCheckedChange={(isOn) => engine.updateSettings({ hasSounds: isOn })}
      />
    </section>
  );
};

/** The engine, loaded for the settings; and whether that failed. */
const useLoadedEngine = () => {
  const voice = useVoice();
  const engine = useVoiceEngine();
  const [attempt, setAttempt] = useState(0);
  const [failedAttempt, setFailedAttempt] = useState<number>();
  useEffect(() => {
    voice.load().catch(() => setFailedAttempt(attempt));
  }, [voice, attempt]);
  return { engine, hasFailed: failedAttempt === attempt, retry: () => setAttempt(attempt + 1) };
};

/**
 * This browser's microphone, loudspeakers and camera, and how one talks. Whoever comes because a call failed finds the
 * check of the connection first, and under way.
 */
export const VoiceSection = ({ isCheckWanted = false }: { isCheckWanted?: boolean }) => {
  const { engine, hasFailed, retry } = useLoadedEngine();
  if (!engine) {
    return hasFailed ? (
      <Callout tone="danger" title="The voice settings can’t be shown" onRetry={retry}>
        A part of Together could not be loaded. Check your connection and try again.
      </Callout>
    ) : (
      <SkeletonList label="Loading the voice settings" rows={4} />
    );
  }
  return (
    <div className={styles.section}>
      {isCheckWanted && <ConnectionPart startsAtOnce />}
      <MicrophonePart engine={engine} />
      <InputModePart engine={engine} />
      <ProcessingPart engine={engine} />
      <LoudspeakerPart engine={engine} />
      <CameraPart engine={engine} />
      <SoundsPart engine={engine} />
      {!isCheckWanted && <ConnectionPart />}
      <p className={styles.muted}>These settings are kept in this browser.</p>
    </div>
  );
};
