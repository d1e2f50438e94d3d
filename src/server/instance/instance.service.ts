/** What concerns the instance as a whole: who may register, and how it comes by its first administrator. */
import type { InstanceInfo, InstanceOverview, RegistrationMode } from "#shared/contract/instance.ts";
import type { Me } from "#shared/contract/users.ts";
import type { UserId } from "#shared/ids.ts";
import type { AuditService } from "../audit/audit.service.ts";
import { type Database, type Transaction, withTransaction } from "../database/client.ts";
import { AppError, invalidInput } from "../kernel/app-error.ts";
import type { Actor, Caller } from "../trpc/context.ts";
import type { UsersService } from "../users/users.service.ts";
import { createClaims } from "./claims.ts";
import type { InstanceRepo } from "./instance.repo.ts";

interface Deps {
  db: Database;
  repo: InstanceRepo;
  audit: AuditService;
  users: Pick<UsersService, "announceMe">;
  rateLimits: {
    /** @throws RATE_LIMITED */
    takeAuth(address: string): Promise<void>;
  };
  /** What the configuration says; administrators set it where that says nothing. */
  fixedRegistration: RegistrationMode | undefined;
}

export type Registration = InstanceOverview["registration"];

const defaultRegistration: RegistrationMode = "open";

export const createInstanceService = (deps: Deps) => {
  const { db, repo, audit, users, rateLimits, fixedRegistration } = deps;
  const claims = createClaims({ repo, audit });
  /** One process serves a database, so nothing else changes what is stored. */
  let stored: Promise<RegistrationMode | undefined> | undefined;

  const readStored = (): Promise<RegistrationMode | undefined> => {
    if (stored) return stored;
    const reading = repo.findRegistration();
    stored = reading;
    reading.catch(() => {
      if (stored === reading) stored = undefined;
    });
    return reading;
  };

  const getRegistration = async (): Promise<Registration> =>
    fixedRegistration
      ? { mode: fixedRegistration, isFixed: true }
      : { mode: (await readStored()) ?? defaultRegistration, isFixed: false };

  return {
    /** What a stranger may know. */
    async info(): Promise<InstanceInfo> {
      return { registration: (await getRegistration()).mode };
    },

    /** Who may register now, and whether the configuration says so. */
    getRegistration,

    /**
     * Stores who may register, in the open transaction and under the instance's lock; call `registrationChanged` after its
     * commit. Returns what held before.
     * @throws INVALID_INPUT where the configuration says who may
     */
    async storeRegistration(tx: Transaction, mode: RegistrationMode): Promise<RegistrationMode> {
      if (fixedRegistration) {
        const message = `is set to ${fixedRegistration} by the variable REGISTRATION, and so not from here`;
        throw invalidInput("registration", message);
      }
      const before = (await repo.findRegistration(tx)) ?? defaultRegistration;
      await repo.setRegistration(tx, mode);
      return before;
    },

    /** From here on the stored mode is asked for anew. */
    registrationChanged(): void {
      stored = undefined;
    },

    /** Before the account ceases to govern the instance, under its lock. @throws LAST_ADMIN */
    async requireOtherAdmin(tx: Transaction, userId: UserId): Promise<void> {
      if (!(await repo.hasOtherAdmin(tx, userId))) throw new AppError("LAST_ADMIN");
    },

    /**
     * The token of the link to become the first administrator, good until it is used; undefined where there is one. An
     * earlier one is worth nothing any more.
     */
    openClaim: (): Promise<string | undefined> => claims.open(),

    /** @throws LINK_EXPIRED */
    requireClaim: (token: string): void => claims.require(token),

    /**
     * Makes the account the first administrator in the open transaction; call `closeClaim` after its commit.
     * @throws LINK_EXPIRED
     */
    takeClaim: (tx: Transaction, token: string, userId: UserId): Promise<void> =>
      claims.take(tx, token, userId),

    closeClaim: (): void => claims.close(),

    /** Makes the caller the first administrator. @throws LINK_EXPIRED, RATE_LIMITED */
    async claim(actor: Actor, caller: Caller, token: string): Promise<Me> {
      await rateLimits.takeAuth(caller.address);
      await withTransaction(db, (tx) => claims.take(tx, token, actor.userId));
      claims.close();
      return users.announceMe(actor.userId);
    },
  };
};
export type InstanceService = ReturnType<typeof createInstanceService>;
