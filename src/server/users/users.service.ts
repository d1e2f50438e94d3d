/** The rules of accounts as others see them; signing in is a matter of `auth`. */
import type { ChosenStatus, Me, UpdateUser, User, UserRef } from "#shared/contract/users.ts";
import type { UserId } from "#shared/ids.ts";
import type { AccessService } from "../access/access.service.ts";
import type { EventLog } from "../events/event-log.ts";
import { AppError } from "../kernel/app-error.ts";
import type { PresenceReader } from "../presence/presence-reader.ts";
import type { Actor } from "../trpc/context.ts";
import { type OwnUserRow, presentMe, presentUser, presentUserRef } from "./users.present.ts";
import type { UsersRepo } from "./users.repo.ts";

interface Deps {
  repo: UsersRepo;
  access: Pick<AccessService, "loadServersOf">;
  events: EventLog;
  presence: PresenceReader;
}

const requireLive = (row: OwnUserRow | undefined): OwnUserRow => {
  if (!row || row.deletedAt) throw new AppError("NOT_FOUND");
  return row;
};

export const createUsersService = ({ repo, access, events, presence }: Deps) => {
  const toMe = (row: OwnUserRow): Me => presentMe(row, presence.statusOf(row.id));

  const doShareServer = async (userId: UserId, otherId: UserId): Promise<boolean> => {
    const servers = await access.loadServersOf(userId);
    return servers.some((server) => server.members.has(otherId));
  };

  /**
   * The account as its owner sees it.
   * @throws NOT_FOUND for an account that is gone
   */
  const getMe = async (userId: UserId): Promise<Me> => toMe(requireLive(await repo.findById(userId)));

  return {
    getMe,

    /** Tells the account's own sessions what others do not see of it. @throws NOT_FOUND for an account that is gone */
    async announceMe(userId: UserId): Promise<Me> {
      const me = await getMe(userId);
      events.append({ audience: { kind: "user", userId }, event: { t: "ME_UPDATE", d: me } });
      return me;
    },

    /** @throws MISSING_PERMISSION (INSTANCE_ADMIN) for one who does not govern the instance */
    async requireAdmin(userId: UserId): Promise<void> {
      const row = await repo.findById(userId);
      if (!row?.isAdmin || row.deletedAt)
        throw new AppError("MISSING_PERMISSION", { permission: "INSTANCE_ADMIN" });
    },

    /** What stands for these users inside other objects, in no order; ids that nobody has are left out. */
    async findRefs(ids: readonly UserId[]): Promise<UserRef[]> {
      if (ids.length === 0) return [];
      const rows = await repo.listRefs(ids);
      return rows.map(presentUserRef);
    },

    /**
     * The caller, or someone who is in a server with them.
     * @throws NOT_FOUND for everyone else, so that a stranger's id tells nothing
     */
    async get(actor: Actor, userId: UserId): Promise<User> {
      if (userId !== actor.userId && !(await doShareServer(actor.userId, userId)))
        throw new AppError("NOT_FOUND");
      const row = await repo.findById(userId);
      if (!row) throw new AppError("NOT_FOUND");
      return presentUser(row, presence.statusOf(userId));
    },

    /**
     * Changes what is given, and tells everyone who shares a server with the caller.
     * @throws NOT_FOUND for an account that is gone
     */
    async update(actor: Actor, { displayName, customStatus }: UpdateUser): Promise<Me> {
      if (displayName === undefined && customStatus === undefined) return getMe(actor.userId);
      const row = requireLive(await repo.update(actor.userId, { displayName, customStatus }));
      const servers = await access.loadServersOf(row.id);
      events.append({
        audience: { kind: "peers", userId: row.id, serverIds: servers.map(({ id }) => id) },
        event: { t: "USER_UPDATE", d: presentUser(row, presence.statusOf(row.id)) },
      });
      return toMe(row);
    },

    /**
     * Stores what the caller wants to be seen as while connected; presence tells the others.
     * @throws NOT_FOUND for an account that is gone
     */
    async setStatus(actor: Actor, status: ChosenStatus): Promise<Me> {
      const row = requireLive(await repo.setChosenStatus(actor.userId, status));
      events.signal({ kind: "status-chosen", userId: row.id, status });
      return toMe(row);
    },
  };
};
export type UsersService = ReturnType<typeof createUsersService>;
