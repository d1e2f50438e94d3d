/** What may be done to somebody in voice: what the server would refuse is not offered. Pure. */
import type { Channel } from "#shared/contract/channels.ts";
import type { ModerateVoice, VoiceState } from "#shared/contract/voice.ts";
import { hasPermission, parsePermissions, type PermissionName } from "#shared/permissions.ts";

export type Deed = Omit<ModerateVoice, "channelId" | "userId">;

export interface PersonOffers {
  /** Undefined where it is not offered. */
  mute: { isOn: boolean } | undefined;
  deafen: { isOn: boolean } | undefined;
  /** Where they may be moved. */
  targets: readonly Channel[];
  canDisconnect: boolean;
}

export const mayIn = ({ permissions }: Channel, permission: PermissionName): boolean =>
  hasPermission(parsePermissions(permissions) ?? 0n, permission);

/** `isBelow`: by the role hierarchy, they stand below the caller. */
export const listOffers = (
  state: VoiceState,
  { channels, isBelow }: { channels: readonly Channel[]; isBelow: boolean },
): PersonOffers => {
  const channel = channels.find(({ id }) => id === state.channelId);
  const may = (permission: PermissionName): boolean =>
    isBelow && channel !== undefined && mayIn(channel, permission);
  const canMove = may("MOVE_MEMBERS");
  const isTarget = (other: Channel): boolean =>
    other.type === "voice" && other.id !== state.channelId && mayIn(other, "MOVE_MEMBERS");
  return {
    mute: may("MUTE_MEMBERS") ? { isOn: state.serverMute } : undefined,
    deafen: may("DEAFEN_MEMBERS") ? { isOn: state.serverDeaf } : undefined,
    targets: canMove ? channels.filter(isTarget) : [],
    canDisconnect: canMove,
  };
};
