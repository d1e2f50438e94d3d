/** Which sound a change makes, if any: a pure table, so that each case is written out in its test. */
import type { OwnVoice, VoiceCallState } from "#sdk/voice/index.ts";
import type { SoundName } from "./sounds.ts";

const isIn = ({ kind }: VoiceCallState): boolean => kind === "connected" || kind === "reconnecting";

/** What comes back by itself comes back without a word, unless it is somewhere else. */
export const findCallSound = (before: VoiceCallState, now: VoiceCallState): SoundName | null => {
  if (now.kind === "connected") {
    const isArrival =
      before.kind === "joining" || (before.kind === "reconnecting" && before.cause === "moved");
    return isArrival ? "join" : null;
  }
  if (now.kind !== "idle" || !isIn(before)) return null;
  return now.end === null ? "leave" : "disconnected";
};

export const findOwnSound = (before: OwnVoice, now: OwnVoice): SoundName | null => {
  // Deafening mutes too: that is one change, not two.
  if (before.isDeaf !== now.isDeaf) return now.isDeaf ? "deafen" : "undeafen";
  if (before.isMuted !== now.isMuted) return now.isMuted ? "mute" : "unmute";
  return null;
};
