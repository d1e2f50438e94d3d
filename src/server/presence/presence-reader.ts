import type { PresenceStatus } from "#shared/contract/users.ts";
import type { UserId } from "#shared/ids.ts";

/** Who is here, for the services that put it into a user's wire object. */
export interface PresenceReader {
  /** As others see them: offline without an open connection, else what they chose. */
  statusOf(userId: UserId): PresenceStatus;
}

export interface PresenceCounter {
  /** How many are here now. */
  countOnline(): number;
}
