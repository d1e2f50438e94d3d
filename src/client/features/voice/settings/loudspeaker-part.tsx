import { Volume2 } from "lucide-react";
import { useState } from "react";

import { useReadable } from "#client/features/session/together-context.tsx";
import { Button } from "#client/ui/button.tsx";
import { toast } from "#client/ui/toaster.tsx";
import type { VoiceEngine } from "#client/voice/engine.ts";

import { DeviceSelect } from "./device-select.tsx";
import { VolumeSlider } from "../volume-slider.tsx";
import styles from "./voice-section.module.css";

const TestButton = ({ engine }: { engine: VoiceEngine }) => {
  const [isPlaying, setIsPlaying] = useState(false);
  const play = async (): Promise<void> => {
    setIsPlaying(true);
    try {
      await engine.testLoudspeaker();
    } catch {
      toast.error("This loudspeaker can’t be played on.");
    }
    setIsPlaying(false);
  };
  return (
    <Button size="small" icon={<Volume2 />} isPending={isPlaying} onClick={() => void play()}>
      Play a sound
    </Button>
  );
};

export const LoudspeakerPart = ({ engine }: { engine: VoiceEngine }) => {
  const settings = useReadable(engine.settings);
  const { loudspeakers, canChooseLoudspeaker } = useReadable(engine.devices);
  return (
    <section className={styles.part} aria-labelledby="voice-loudspeaker">
      <h3 id="voice-loudspeaker" className={styles.heading}>
        Loudspeakers
      </h3>
      <div className={styles.pair}>
        <DeviceSelect
          label="Output device"
          noun="Loudspeaker"
          devices={loudspeakers}
          chosenId={settings.loudspeakerId}
          onChoose={(loudspeakerId) => engine.updateSettings({ loudspeakerId })}
          isDisabled={!canChooseLoudspeaker}
          {...(!canChooseLoudspeaker && {
            hint: "This browser plays where the system does. Choose there.",
          })}
        />
        <VolumeSlider
          label="Volume of the others"
          value={settings.loudspeakerVolume}
          onChange={(loudspeakerVolume) => engine.updateSettings({ loudspeakerVolume })}
        />
      </div>
      <div className={styles.row}>
        <TestButton engine={engine} />
      </div>
    </section>
  );
};
