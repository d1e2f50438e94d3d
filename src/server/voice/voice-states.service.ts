/** Who is in which voice channel, for those who look: also for whoever has not joined (VO7). */
import type { VoiceState } from "#shared/contract/voice.ts";
import type { ServerId, UserId } from "#shared/ids.ts";
import { type ServerState, visibleChannelsOf } from "../access/server-state.ts";
import { presentVoiceState } from "./voice.present.ts";
import type { VoiceRepo } from "./voice.repo.ts";

export const createVoiceStatesService = ({ repo }: { repo: Pick<VoiceRepo, "listByServers"> }) => ({
  /** By server: everyone who is in a voice channel that the user sees. */
  async listVisible(
    userId: UserId,
    states: readonly ServerState[],
  ): Promise<ReadonlyMap<ServerId, VoiceState[]>> {
    const rows = await repo.listByServers(states.map(({ id }) => id));
    const visible = new Set(states.flatMap((state) => [...visibleChannelsOf(state, userId).keys()]));
    const shown = rows.filter(({ channelId }) => visible.has(channelId)).map(presentVoiceState);
    return Map.groupBy(shown, ({ serverId }) => serverId);
  },
});
export type VoiceStatesService = ReturnType<typeof createVoiceStatesService>;
