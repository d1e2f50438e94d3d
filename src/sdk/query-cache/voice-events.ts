/** Who is in which voice channel. The signals of the caller's own call are the voice client's. */
import type { VoiceState } from "#shared/contract/voice.ts";
import type { ChannelId, ServerId, UserId } from "#shared/ids.ts";
import type { EventAppliers } from "./apply-context.ts";
import type { Cache } from "./cache.ts";
import { keys } from "./keys.ts";
import { compare, upsert, without } from "./lists.ts";

/** In the order in which they came. */
const stateOrder = {
  id: (state: VoiceState) => state.userId,
  order: (a: VoiceState, b: VoiceState) => compare(a.joinedAt, b.joinedAt) || compare(a.userId, b.userId),
};

export const putVoiceStates = (cache: Cache, serverId: ServerId, states: readonly VoiceState[]): void =>
  cache.put(keys.voiceStates(serverId), states.toSorted(stateOrder.order));

/** A channel that is gone, or out of sight, has nobody in it. */
export const emptyVoiceChannel = (cache: Cache, serverId: ServerId, id: ChannelId): void =>
  cache.update(keys.voiceStates(serverId), (states) => without(states, ({ channelId }) => channelId === id));

export const removeVoiceState = (cache: Cache, serverId: ServerId, id: UserId): void =>
  cache.update(keys.voiceStates(serverId), (states) => without(states, ({ userId }) => userId === id));

const nothing = (): void => undefined;

type VoiceEvents =
  | "VOICE_STATE_UPDATE"
  | "VOICE_SPEAKING"
  | "VOICE_CONSUMERS"
  | "VOICE_CONSUMERS_CLOSED"
  | "VOICE_PRODUCER_CLOSED"
  | "VOICE_RIGHTS"
  | "VOICE_REJOIN"
  | "VOICE_END";

export const voiceAppliers: Pick<EventAppliers, VoiceEvents> = {
  VOICE_STATE_UPDATE: ({ cache }, state) => {
    if (state.channelId === null) return removeVoiceState(cache, state.serverId, state.userId);
    cache.update(keys.voiceStates(state.serverId), (states) => upsert(states, state, stateOrder));
  },
  VOICE_SPEAKING: nothing,
  VOICE_CONSUMERS: nothing,
  VOICE_CONSUMERS_CLOSED: nothing,
  VOICE_PRODUCER_CLOSED: nothing,
  VOICE_RIGHTS: nothing,
  VOICE_REJOIN: nothing,
  VOICE_END: nothing,
};
