import type { ChannelId, ServerId, UserId } from "../ids.ts";
import type { Time } from "./common.ts";

export interface VoiceState {
  userId: UserId;
  channelId: ChannelId;
  serverId: ServerId;
  selfMute: boolean;
  selfDeaf: boolean;
  serverMute: boolean;
  serverDeaf: boolean;
  joinedAt: Time;
}
