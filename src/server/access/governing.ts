/**
 * How a server is governed: by one act at a time, with the rights that are stored in that moment, and so that nobody ends
 * up with more than they began with. The last rule is asked of the outcome, not of each way that could lead there: a role
 * taken away may have been what denied something, and so may an override, or a category.
 */
import type { ServerId, UserId } from "#shared/ids.ts";
import { findLacking, NO_PERMISSIONS, type PermissionName } from "#shared/permissions.ts";
import { type Database, type Transaction, withTransaction } from "../database/client.ts";
import { AppError } from "../kernel/app-error.ts";
import type { Actor } from "../trpc/context.ts";
import type { AccessService, ServerAccess } from "./access.service.ts";
import { channelPermissionsOf, type ServerState, serverPermissionsOf } from "./server-state.ts";

interface Wanted {
  serverId: ServerId;
  permission?: PermissionName;
}

export type Govern = <T>(
  actor: Pick<Actor, "userId">,
  wanted: Wanted,
  act: (tx: Transaction, place: ServerAccess) => Promise<T>,
) => Promise<T>;

/**
 * Runs the act in a transaction, under the server's lock; nothing of it stays when it is refused.
 * @throws NOT_FOUND, MISSING_PERMISSION, also for a permission that the act would give its actor; TIMED_OUT
 */
export const createGovern =
  ({ db, access }: { db: Database; access: Pick<AccessService, "lock" | "readFor"> }): Govern =>
  (actor, wanted, act) =>
    withTransaction(db, async (tx) => {
      const place = await access.lock(tx, actor.userId, wanted);
      const result = await act(tx, place);
      const after = await access.readFor(tx, wanted.serverId, actor.userId);
      const gain = after && findGain(place.state, after, actor.userId);
      if (gain) throw new AppError("MISSING_PERMISSION", { permission: gain });
      return result;
    });

/** The first permission that the member has after and not before, in the server or in a channel that was there before. */
export const findGain = (
  before: ServerState,
  after: ServerState,
  userId: UserId,
): PermissionName | undefined => {
  let gained = (serverPermissionsOf(after, userId) ?? 0n) & ~(serverPermissionsOf(before, userId) ?? 0n);
  for (const channel of after.channels.values()) {
    const old = before.channels.get(channel.id);
    if (old)
      gained |= channelPermissionsOf(after, userId, channel) & ~channelPermissionsOf(before, userId, old);
  }
  return findLacking(NO_PERMISSIONS, gained);
};
