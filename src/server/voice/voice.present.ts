import type { VoiceState } from "#shared/contract/voice.ts";
import type { VoiceStateRow } from "./voice.repo.ts";

export const presentVoiceState = ({ joinedAt, ...row }: VoiceStateRow): VoiceState => ({
  ...row,
  joinedAt: joinedAt.toISOString(),
});
