import type { ServerId, UserId } from "#shared/ids.ts";
import { isAppError } from "../kernel/app-error.ts";
import type { EventLog } from "./event-log.ts";

interface Concerned {
  serverId: ServerId;
  /** Who came or went, and so may not be one of the server's members. */
  userId?: UserId;
}

/**
 * Runs what follows a commit and ends in an event. Where it fails for want of the database, something has changed that
 * nobody hears of, and a member who was put out would go on listening: so everyone concerned begins anew.
 * @throws whatever `tell` throws
 */
export const tellOrReset = async <T>(
  events: Pick<EventLog, "signal">,
  { serverId, userId }: Concerned,
  tell: () => Promise<T>,
): Promise<T> => {
  try {
    return await tell();
  } catch (error) {
    if (!isAppError(error)) events.signal({ kind: "unheard", serverId, ...(userId && { userId }) });
    throw error;
  }
};
