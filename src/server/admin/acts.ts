/**
 * What the instance's administrators do. Each act asks once more, in its transaction, whether its actor still governs the
 * instance, and leaves an entry in the instance's log there. Acts that concern who governs it, or its settings, hold the
 * instance's lock: so two administrators who take each other's rights at once do not both succeed, and the actor, who
 * cannot take away their own unless there is another, always remains.
 */
import type {
  RegistrationMode,
  ResetLink,
  SetAccountAdmin,
  SetAccountDisabled,
} from "#shared/contract/instance.ts";
import type { AuditAction } from "#shared/contract/audit.ts";
import type { ServerId, UserId } from "#shared/ids.ts";
import type { AuditRecord, AuditService } from "../audit/audit.service.ts";
import type { AuthService } from "../auth/auth.service.ts";
import { type Database, type Transaction, withTransaction } from "../database/client.ts";
import { lockInstance, lockUser } from "../database/locks.ts";
import type { InstanceService } from "../instance/instance.service.ts";
import { AppError, invalidInput } from "../kernel/app-error.ts";
import { type Clock, nowDate } from "../kernel/clock.ts";
import type { ServersService } from "../servers/servers.service.ts";
import type { Actor } from "../trpc/context.ts";
import type { UsersService } from "../users/users.service.ts";
import type { AdminRepo } from "./admin.repo.ts";

export interface ActsDeps {
  db: Database;
  repo: AdminRepo;
  audit: AuditService;
  auth: Pick<
    AuthService,
    "deleteAccountIn" | "announceDeleted" | "endSessionsIn" | "announceEnded" | "issueReset"
  >;
  instance: Pick<InstanceService, "storeRegistration" | "registrationChanged" | "requireOtherAdmin">;
  servers: Pick<ServersService, "deleteWith" | "setOwnerWith">;
  users: Pick<UsersService, "announceMe">;
  clock: Clock;
  publicUrl: string;
}

/** Who governs: an administrator, or whoever has the machine, who is asked for nothing more. */
export type Governor = Pick<Actor, "userId"> | typeof operator;
export const operator = { userId: null } as const;

type Entry = Omit<AuditRecord, "serverId" | "actorId" | "action">;

/** Runs in the transaction of an act on the instance. */
const createGovernInstance = ({ db, repo, audit }: Pick<ActsDeps, "db" | "repo" | "audit">) => {
  /** @throws MISSING_PERMISSION (INSTANCE_ADMIN) */
  const requireStill = async (tx: Transaction, { userId }: Governor): Promise<void> => {
    if (userId !== null && !(await repo.isAdmin(tx, userId)))
      throw new AppError("MISSING_PERMISSION", { permission: "INSTANCE_ADMIN" });
  };

  return {
    requireStill,

    record: (tx: Transaction, actor: Governor, { action, ...entry }: Entry & { action: AuditAction }) =>
      audit.record(tx, { ...entry, serverId: null, actorId: actor.userId, action }),

    /** Under the instance's lock. @throws MISSING_PERMISSION (INSTANCE_ADMIN) */
    govern: <T>(actor: Governor, act: (tx: Transaction) => Promise<T>): Promise<T> =>
      withTransaction(db, async (tx) => {
        await lockInstance(tx);
        await requireStill(tx, actor);
        return act(tx);
      }),
  };
};

const refuseOwn = (actor: Governor, userId: UserId): void => {
  if (actor.userId === userId) throw invalidInput("userId", "is your own account");
};

const createAccountActs = (deps: ActsDeps) => {
  const { repo, auth, instance, users, clock, publicUrl } = deps;
  const { govern, record } = createGovernInstance(deps);

  /** The account, which stays as it is until the transaction ends. @throws NOT_FOUND */
  const lockAccount = async (tx: Transaction, userId: UserId) => {
    const account = (await lockUser(tx, userId)) ? await repo.find(tx, userId) : undefined;
    if (!account) throw new AppError("NOT_FOUND");
    return { ...account, target: { type: "account", id: userId, name: account.username } as const };
  };

  return {
    /**
     * Keeps an account from signing in, and ends its sessions, or lets it again.
     * @throws INVALID_INPUT for one's own, LAST_ADMIN, NOT_FOUND
     */
    async setDisabled(actor: Governor, { userId, isDisabled, reason }: SetAccountDisabled): Promise<void> {
      refuseOwn(actor, userId);
      const ended = await govern(actor, async (tx) => {
        const { disabledAt, isAdmin, target } = await lockAccount(tx, userId);
        if ((disabledAt !== null) === isDisabled) return [];
        if (isDisabled && isAdmin) await instance.requireOtherAdmin(tx, userId);
        await repo.setDisabled(tx, userId, isDisabled ? nowDate(clock) : null);
        await record(tx, actor, {
          action: "admin.setDisabled",
          target,
          before: { isDisabled: !isDisabled },
          after: { isDisabled },
          reason,
        });
        return isDisabled ? auth.endSessionsIn(tx, userId) : [];
      });
      auth.announceEnded(ended);
    },

    /** @throws LAST_ADMIN, NOT_FOUND */
    async setAdmin(actor: Governor, { userId, isAdmin }: SetAccountAdmin): Promise<void> {
      const isChanged = await govern(actor, async (tx) => {
        const account = await lockAccount(tx, userId);
        if (account.isAdmin === isAdmin) return false;
        if (!isAdmin) await instance.requireOtherAdmin(tx, userId);
        await repo.setAdmin(tx, userId, isAdmin);
        await record(tx, actor, {
          action: "admin.setAdmin",
          target: account.target,
          before: { isAdmin: !isAdmin },
          after: { isAdmin },
        });
        return true;
      });
      if (isChanged) await users.announceMe(userId);
    },

    /** @throws INVALID_INPUT for one's own, LAST_ADMIN, OWNS_SERVERS, NOT_FOUND */
    async deleteAccount(actor: Governor, userId: UserId): Promise<void> {
      refuseOwn(actor, userId);
      const deleted = await govern(actor, async (tx) => {
        const { target, isAdmin } = await lockAccount(tx, userId);
        if (isAdmin) await instance.requireOtherAdmin(tx, userId);
        await record(tx, actor, {
          action: "admin.deleteAccount",
          target,
          before: { username: target.name, isAdmin },
        });
        return auth.deleteAccountIn(tx, userId);
      });
      await auth.announceDeleted(deleted);
    },

    /** The account's one link to a new password; an older one is worth nothing any more. @throws NOT_FOUND */
    async createResetLink(actor: Governor, userId: UserId): Promise<ResetLink> {
      const issued = await govern(actor, async (tx) => {
        const { target } = await lockAccount(tx, userId);
        const reset = await auth.issueReset(tx, userId, actor.userId);
        const after = { expiresAt: reset.expiresAt.toISOString() };
        await record(tx, actor, { action: "admin.createResetLink", target, after });
        return reset;
      });
      return { url: `${publicUrl}/reset#${issued.token}`, expiresAt: issued.expiresAt.toISOString() };
    },
  };
};

export const createActs = (deps: ActsDeps) => {
  const { repo, instance, servers } = deps;
  const { govern, record, requireStill } = createGovernInstance(deps);

  return {
    ...createAccountActs(deps),

    /** Holds at once. @throws INVALID_INPUT where the configuration says who may register */
    async setRegistration(actor: Governor, registration: RegistrationMode): Promise<void> {
      try {
        await govern(actor, async (tx) => {
          const before = await instance.storeRegistration(tx, registration);
          if (before === registration) return;
          await record(tx, actor, {
            action: "admin.setRegistration",
            target: { type: "instance", id: null },
            before: { registration: before },
            after: { registration },
          });
        });
      } finally {
        // Also when it failed: a commit whose answer was lost counts.
        instance.registrationChanged();
      }
    },

    /** With everything in it. @throws NOT_FOUND */
    deleteServer: (actor: Governor, id: ServerId): Promise<void> =>
      servers.deleteWith(id, async (tx, { name, ownerId }) => {
        await requireStill(tx, actor);
        await record(tx, actor, {
          action: "admin.deleteServer",
          target: { type: "server", id, name },
          before: { name, ownerId },
        });
      }),

    /** @throws NOT_FOUND for a server that is gone, and for one who is no member */
    async setOwner(actor: Governor, { id, userId }: { id: ServerId; userId: UserId }): Promise<void> {
      await servers.setOwnerWith({ actor, serverId: id, userId }, async (tx, { name, ownerId }) => {
        await requireStill(tx, actor);
        const owner = await repo.find(tx, userId);
        await record(tx, actor, {
          action: "admin.setOwner",
          target: { type: "server", id, name },
          before: { ownerId },
          // By name too: the log tells it when the account is gone.
          after: { ownerId: userId, ...(owner && { owner: owner.username }) },
        });
      });
    },
  };
};
