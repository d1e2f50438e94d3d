/** What may be done to somebody in voice: what the server would refuse is not offered. Pure. */
import type { Channel } from "#shared/contract/channels.ts";
import type { ModerateVoice, VoiceState } from "#shared/contract/voice.ts";
import type { PermissionName } from "#shared/permissions.ts";

export type Deed = Omit<ModerateVoice, "channelId" | "userId">;

export interface PersonOffers {
  /** Undefined where it is not offered. */
  mute: { isOn: boolean } | undefined;
  deafen: { isOn: boolean } | undefined;
  /** Where they may be moved. */
  targets: readonly Channel[];
  canDisconnect: boolean;
}

interface Circumstances {
  channels: readonly Channel[];
  /** Whether the caller has the permission in the channel. */
  canIn: (channel: Channel, permission: PermissionName) => boolean;
  /** Whether they stand below the caller by the role hierarchy. */
  isBelow: boolean;
}

export const listOffers = (state: VoiceState, { channels, canIn, isBelow }: Circumstances): PersonOffers => {
  const channel = channels.find(({ id }) => id === state.channelId);
  const may = (permission: PermissionName): boolean =>
    isBelow && channel !== undefined && canIn(channel, permission);
  const canMove = may("MOVE_MEMBERS");
  const isTarget = (other: Channel): boolean =>
    other.type === "voice" && other.id !== state.channelId && canIn(other, "MOVE_MEMBERS");
  return {
    mute: may("MUTE_MEMBERS") ? { isOn: state.serverMute } : undefined,
    deafen: may("DEAFEN_MEMBERS") ? { isOn: state.serverDeaf } : undefined,
    targets: canMove ? channels.filter(isTarget) : [],
    canDisconnect: canMove,
  };
};
