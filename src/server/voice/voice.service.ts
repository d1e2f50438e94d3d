import type { IceParameters, IceServer, RtpCapabilities } from "#shared/contract/rtp.ts";
import type {
  ConnectTransport,
  JoinVoice,
  LeaveVoice,
  ModerateVoice,
  Produce,
  SetConsumerLayers,
  SetVoiceState,
  VoiceJoined,
  VoiceState,
  VoiceSync,
} from "#shared/contract/voice.ts";
import type { ConsumerId, ProducerId, TransportId, VoiceSessionId } from "#shared/ids.ts";
import type { ChannelAccess, ServerAccess } from "../access/access.service.ts";
import type { Actor } from "../trpc/context.ts";

export interface VoiceService {
  /** @throws VOICE_UNAVAILABLE with the cause */
  getCapabilities(): { rtpCapabilities: RtpCapabilities };
  listStates(actor: Actor, place: ServerAccess): Promise<VoiceState[]>;
  join(actor: Actor, place: ChannelAccess, input: JoinVoice): Promise<VoiceJoined>;
  sync(actor: Actor, voiceSessionId: VoiceSessionId): Promise<VoiceSync>;
  connectTransport(actor: Actor, input: ConnectTransport): Promise<void>;
  restartIce(
    actor: Actor,
    transportId: TransportId,
  ): Promise<{ iceParameters: IceParameters; iceServers: IceServer[] }>;
  produce(actor: Actor, input: Produce): Promise<{ producerId: ProducerId }>;
  closeProducer(actor: Actor, producerId: ProducerId): Promise<void>;
  setConsumersWanted(actor: Actor, consumerIds: readonly ConsumerId[], isWanted: boolean): Promise<void>;
  setConsumerLayers(actor: Actor, input: SetConsumerLayers): Promise<void>;
  setState(actor: Actor, input: SetVoiceState): Promise<VoiceState>;
  leave(actor: Actor, input: LeaveVoice): Promise<void>;
  moderate(actor: Actor, place: ChannelAccess, input: ModerateVoice): Promise<void>;
}
