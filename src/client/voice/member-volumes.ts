/** How loud each member is to this browser's listener: 1 is as they come, 2 is twice that. */
import { createStoredMap, type StoredMap } from "#client/lib/storage.ts";
import type { UserId } from "#shared/ids.ts";

export interface MemberVolumes {
  get: (userId: UserId) => number;
  set: (userId: UserId, volume: number) => void;
}

const maxVolume = 2;
/** The one that was set longest ago goes first; that many are heard in years. */
const maxMembers = 500;

const clamp = (volume: number): number => Math.min(maxVolume, Math.max(0, volume));

export const createMemberVolumes = (
  stored: StoredMap = createStoredMap({ key: "voice-volumes", maxEntries: maxMembers, maxEntryChars: 8 }),
): MemberVolumes => ({
  get: (userId) => {
    const volume = Number.parseFloat(stored.find(userId) ?? "1");
    return Number.isFinite(volume) ? clamp(volume) : 1;
  },
  // What everybody has anyway takes no place.
  set: (userId, volume) => stored.set(userId, volume === 1 ? "" : clamp(volume).toFixed(3)),
});
