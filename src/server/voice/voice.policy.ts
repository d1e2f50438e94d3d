/** Who may be heard, seen and moved: what the rooms pause and resume by. */
import { kindOfSource, type VoiceRights, type VoiceSource, type VoiceState } from "#shared/contract/voice.ts";
import { hasPermission, type PermissionName, type Permissions } from "#shared/permissions.ts";

export const voiceRightsOf = (permissions: Permissions): VoiceRights => ({
  canSpeak: hasPermission(permissions, "SPEAK"),
  canStream: hasPermission(permissions, "STREAM"),
});

/** What the member lacks to send it. A screen's sound is heard as a voice is, and whoever wished could speak through it. */
export const findMissing = (
  { canSpeak, canStream }: VoiceRights,
  source: VoiceSource,
): PermissionName | undefined => {
  if (source !== "microphone" && !canStream) return "STREAM";
  return kindOfSource[source] === "audio" && !canSpeak ? "SPEAK" : undefined;
};

/** Whoever has deafened themselves does not talk into a room that they do not hear; a moderator's deafening leaves them their voice. */
const isMuted = ({ selfMute, selfDeaf, serverMute }: VoiceState): boolean =>
  selfMute || selfDeaf || serverMute;

/** Whether it must not be heard. One's own mute is the microphone's alone; a moderator's is of all that could carry a voice. */
export const isSilenced = (state: VoiceState, source: VoiceSource): boolean => {
  if (source === "microphone") return isMuted(state);
  return kindOfSource[source] === "audio" && state.serverMute;
};

export const isDeafened = ({ selfDeaf, serverDeaf }: VoiceState): boolean => selfDeaf || serverDeaf;
