import { HeadphoneOff, MicOff, Video } from "lucide-react";

import type { VoiceState } from "#shared/contract/voice.ts";

import styles from "./voice-marks.module.css";

/** How somebody is in voice, in signs. Decoration: `describeVoiceState` says it in words. */
export const VoiceMarks = ({ state }: { state: VoiceState }) => {
  const { selfMute, selfDeaf, serverMute, serverDeaf, camera, screen } = state;
  return (
    <span className={styles.marks} aria-hidden>
      {screen && <span className={styles.live}>Live</span>}
      {camera && <Video />}
      {(selfMute || selfDeaf || serverMute) && <MicOff data-forced={serverMute} />}
      {(selfDeaf || serverDeaf) && <HeadphoneOff data-forced={serverDeaf} />}
    </span>
  );
};
