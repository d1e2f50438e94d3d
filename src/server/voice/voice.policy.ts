/** Who may be heard, seen and moved: what the rooms pause and resume by. */
import type { VoiceRights, VoiceSource, VoiceState } from "#shared/contract/voice.ts";
import { hasPermission, type PermissionName, type Permissions } from "#shared/permissions.ts";

export const voiceRightsOf = (permissions: Permissions): VoiceRights => ({
  canSpeak: hasPermission(permissions, "SPEAK"),
  canStream: hasPermission(permissions, "STREAM"),
});

export const permissionFor = (source: VoiceSource): PermissionName =>
  source === "microphone" ? "SPEAK" : "STREAM";

export const maySend = (rights: VoiceRights, source: VoiceSource): boolean =>
  source === "microphone" ? rights.canSpeak : rights.canStream;

/** Whoever has deafened themselves does not talk into a room that they do not hear; a moderator's deafening leaves them their voice. */
export const isSilenced = ({ selfMute, selfDeaf, serverMute }: VoiceState): boolean =>
  selfMute || selfDeaf || serverMute;

export const isDeafened = ({ selfDeaf, serverDeaf }: VoiceState): boolean => selfDeaf || serverDeaf;
