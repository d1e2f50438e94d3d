import { Ear, Mic, Square } from "lucide-react";

import { useReadable } from "#client/features/session/together-context.tsx";
import { Button } from "#client/ui/button.tsx";
import { Callout } from "#client/ui/callout.tsx";
import { Slider } from "#client/ui/slider.tsx";
import type { VoiceEngine } from "#client/voice/engine.ts";

import { mediaProblemWords } from "../voice-words.ts";
import { DeviceSelect } from "./device-select.tsx";
import { formatDbfs, LevelBar, loudestDbfs, quietestDbfs } from "./level-bar.tsx";
import { useMicrophoneTest } from "./use-microphone-test.ts";
import { VolumeSlider } from "../volume-slider.tsx";
import styles from "./voice-section.module.css";

type Props = { engine: VoiceEngine };

const Level = ({ engine, isLive }: Props & { isLive: boolean }) => {
  const { thresholdDbfs, inputMode } = useReadable(engine.settings);
  const bar = <LevelBar engine={engine} isLive={isLive} />;
  if (inputMode === "push-to-talk") {
    return (
      <div>
        <p className={styles.muted}>Level</p>
        <div className={styles.row}>{bar}</div>
      </div>
    );
  }
  return (
    <Slider
      label="Speak above"
      hint="What stays left of the mark is not sent. Talk as you always do and put the mark below your voice and above the room."
      min={quietestDbfs}
      max={loudestDbfs}
      value={thresholdDbfs}
      formatValue={formatDbfs}
      onValueChange={(value) => engine.updateSettings({ thresholdDbfs: value })}
      track={bar}
    />
  );
};

type TestProps = {
  microphoneTest: ReturnType<typeof useMicrophoneTest>;
  /** A call has it open: the meter runs by itself. */
  isOpen: boolean;
};

const TestButtons = ({ microphoneTest, isOpen }: TestProps) => {
  const { test, start, finish } = microphoneTest;
  const isHearing = test.kind === "on" && test.canHear;
  const isMetering = test.kind === "on" && !test.canHear;
  return (
    <div className={styles.row}>
      {!isOpen && (
        <Button
          size="small"
          icon={isMetering ? <Square /> : <Mic />}
          disabled={test.kind === "starting"}
          onClick={() => (isMetering ? finish() : void start(false))}
        >
          {isMetering ? "Stop the meter" : "Try the meter"}
        </Button>
      )}
      <Button
        size="small"
        icon={isHearing ? <Square /> : <Ear />}
        disabled={test.kind === "starting"}
        onClick={() => (isHearing ? finish() : void start(true))}
      >
        {isHearing ? "Stop listening" : "Hear yourself"}
      </Button>
      {isHearing && <span className={styles.muted}>Say something: you hear it a moment later.</span>}
    </div>
  );
};

export const MicrophonePart = ({ engine }: Props) => {
  const settings = useReadable(engine.settings);
  const { microphones } = useReadable(engine.devices);
  const microphone = useReadable(engine.microphone);
  const microphoneTest = useMicrophoneTest(engine);
  const { test, trouble } = microphoneTest;
  const failed = microphone.kind === "failed" ? mediaProblemWords("microphone", microphone.problem) : trouble;
  return (
    <section className={styles.part} aria-labelledby="voice-microphone">
      <h3 id="voice-microphone" className={styles.heading}>
        Microphone
      </h3>
      {failed && (
        <Callout tone="warning" title={failed.title} onRetry={() => void engine.retryMicrophone()}>
          {failed.help}
        </Callout>
      )}
      <div className={styles.pair}>
        <DeviceSelect
          label="Input device"
          noun="Microphone"
          devices={microphones}
          chosenId={settings.microphoneId}
          onChoose={(microphoneId) => engine.updateSettings({ microphoneId })}
        />
        <VolumeSlider
          label="Microphone volume"
          value={settings.microphoneVolume}
          onChange={(microphoneVolume) => engine.updateSettings({ microphoneVolume })}
        />
      </div>
      <Level engine={engine} isLive={microphone.kind === "on" || test.kind === "on"} />
      <TestButtons microphoneTest={microphoneTest} isOpen={microphone.kind === "on"} />
    </section>
  );
};
