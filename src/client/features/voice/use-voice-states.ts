import { trpc } from "#sdk/react.ts";
import type { VoiceState } from "#shared/contract/voice.ts";
import type { ChannelId, ServerId } from "#shared/ids.ts";

const nobody: readonly VoiceState[] = [];

/** Who is in which voice channel of the server; kept by the event stream, and visible without joining. */
const useVoiceStates = (serverId: ServerId): readonly VoiceState[] =>
  trpc.voice.states.useQuery({ serverId }).data ?? nobody;

/** Those in one channel, in the order they came. */
export const useChannelVoice = (serverId: ServerId, channelId: ChannelId): readonly VoiceState[] =>
  useVoiceStates(serverId).filter((state) => state.channelId === channelId);
