/** The rules of accounts and sign-in. Whoever ends a session says so, after its commit, with the signal `sessions-ended`. */
import type {
  ChangePassword,
  DeleteAccount,
  Login,
  Refresh,
  Register,
  ResetPassword,
  Session,
  SessionTransport,
  SignedIn,
} from "#shared/contract/auth.ts";
import type { SessionId, UserId } from "#shared/ids.ts";
import { type Database, type Transaction, withTransaction } from "../database/client.ts";
import { isUniqueViolation } from "../database/errors.ts";
import { lockInstance } from "../database/locks.ts";
import type { EventLog } from "../events/event-log.ts";
import type { AccessService } from "../access/access.service.ts";
import type { InstanceService } from "../instance/instance.service.ts";
import type { Entrance } from "../invites/invites.service.ts";
import { AppError, invalidInput, isAppError } from "../kernel/app-error.ts";
import { type Clock, nowDate } from "../kernel/clock.ts";
import type { IdSource } from "../kernel/id-source.ts";
import type { Logger } from "../kernel/logger.ts";
import { toNetwork } from "../kernel/network-address.ts";
import type { MembersService } from "../members/members.service.ts";
import type { Actor, Caller, Principal, RefreshCookie } from "../trpc/context.ts";
import type { UsersService } from "../users/users.service.ts";
import { createAccounts, type DeletedAccount } from "./accounts.ts";
import { createAccessTokens } from "./access-tokens.ts";
import { presentSession } from "./auth.present.ts";
import type { AuthRepo, EndedSession } from "./auth.repo.ts";
import { Authenticator } from "./authenticator.ts";
import { createFailedLogins } from "./failed-logins.ts";
import type { PasswordHasher } from "./password-hasher.ts";
import { createPasswordResets, type IssuedReset } from "./password-resets.ts";
import { createRefreshTokens } from "./refresh-tokens.ts";
import { createSessions, type OpenedSession } from "./sessions.ts";

export interface AuthDeps {
  db: Database;
  repo: AuthRepo;
  users: Pick<UsersService, "getMe">;
  instance: Pick<
    InstanceService,
    "getRegistration" | "requireClaim" | "takeClaim" | "closeClaim" | "requireOtherAdmin"
  >;
  members: Pick<MembersService, "endAll" | "announceEnd">;
  access: Pick<AccessService, "serverChanged" | "peek">;
  invites: {
    /** @throws NOT_FOUND, INVITE_EXPIRED */
    requireUsable(code: string): Promise<Entrance>;
    /** @throws NOT_FOUND, INVITE_EXPIRED */
    enter(tx: Transaction, invite: Entrance, userId: UserId): Promise<boolean>;
    announceEntry(invite: Entrance, userId: UserId): Promise<void>;
  };
  rateLimits: {
    /** @throws RATE_LIMITED */
    takeAuth(address: string): Promise<void>;
  };
  events: EventLog;
  clock: Clock;
  ids: IdSource;
  logger: Logger;
  passwordHasher: PasswordHasher;
  /** At least 32 bytes. */
  jwtSecret: string;
}

/** The device that signs in, and the cookie it may keep its refresh token in. */
export interface Device {
  caller: Caller;
  refreshCookie: RefreshCookie;
}

/** By then another tab has put the newer token into the cookie. */
const crowdedRetryMs = 1_000;

const invalidCurrentPassword = (): AppError => invalidInput("currentPassword", "is not the current password");

const toAlreadyExists = (error: unknown): unknown => {
  if (isUniqueViolation(error, "users_username_key"))
    return new AppError("ALREADY_EXISTS", { field: "username" });
  if (isUniqueViolation(error, "users_email_key")) return new AppError("ALREADY_EXISTS", { field: "email" });
  return error;
};

export const createAuthService = (deps: AuthDeps) => {
  const { db, repo, users, instance, invites, rateLimits, events, clock, ids, logger, passwordHasher } = deps;
  const accessTokens = createAccessTokens({ secret: deps.jwtSecret, clock });
  const authenticator = new Authenticator({ accessTokens, repo, events, clock });
  const refreshTokens = createRefreshTokens({ repo, clock });
  const sessions = createSessions({ db, repo, refreshTokens, events, clock, ids, logger });
  const failedLogins = createFailedLogins();
  const resets = createPasswordResets({ repo, clock });
  const accounts = createAccounts({ ...deps, announceEnded: sessions.announceEnded });

  const answer = async (
    { actor, refresh }: OpenedSession,
    transport: SessionTransport,
    { refreshCookie }: Device,
  ): Promise<SignedIn> => {
    const [user, access] = await Promise.all([users.getMe(actor.userId), accessTokens.issue(actor)]);
    const signedIn = {
      user,
      accessToken: access.token,
      accessTokenExpiresAt: access.expiresAt.toISOString(),
    };
    if (transport === "body") return { ...signedIn, refreshToken: refresh.token };
    refreshCookie.write(refresh.token, refresh.expiresAt);
    return signedIn;
  };

  /** Who has the link of a new instance is let in whoever else may register. */
  const requireOpenTo = async ({ inviteCode, claimToken }: Register): Promise<Entrance | undefined> => {
    if (claimToken === undefined) {
      const { mode } = await instance.getRegistration();
      const isRefused = mode === "closed" || (mode === "invite" && inviteCode === undefined);
      if (isRefused) throw new AppError("MISSING_PERMISSION", { permission: "REGISTRATION" });
    } else instance.requireClaim(claimToken);
    return inviteCode === undefined ? undefined : invites.requireUsable(inviteCode);
  };

  /** With invite and claim or not at all: else the name would be taken, and a house for the invited be open. */
  const createAccount = async (
    input: Register,
    invite: Entrance | undefined,
    caller: Caller,
  ): Promise<OpenedSession> => {
    const account = {
      id: ids.userId(),
      username: input.username,
      email: input.email ?? null,
      displayName: input.displayName ?? input.username,
      passwordHash: await passwordHasher.hash(input.password),
      createdAt: nowDate(clock),
    };
    try {
      return await withTransaction(db, async (tx) => {
        await repo.insertAccount(tx, account);
        if (input.claimToken !== undefined) await instance.takeClaim(tx, input.claimToken, account.id);
        if (invite) await invites.enter(tx, invite, account.id);
        return sessions.begin(tx, account.id, caller);
      });
    } catch (error) {
      throw toAlreadyExists(error);
    }
  };

  /**
   * Undefined when the password has changed since it was looked at: a session begun then would survive the change.
   * @throws ACCOUNT_DISABLED
   */
  const signIn = async (
    userId: UserId,
    verifiedHash: string,
    caller: Caller,
  ): Promise<OpenedSession | undefined> => {
    const opened = await withTransaction(db, async (tx) => {
      const account = await repo.lockAccount(tx, userId);
      if (account?.passwordHash !== verifiedHash) return undefined;
      if (account.disabledAt) throw new AppError("ACCOUNT_DISABLED");
      return sessions.begin(tx, userId, caller);
    });
    if (opened) sessions.announceEnded(opened.ended);
    return opened;
  };

  /** The account's hash, when the password is its own. @throws INVALID_INPUT at `currentPassword`, RATE_LIMITED */
  const requireCurrentPassword = async (
    userId: UserId,
    caller: Caller,
    currentPassword: string,
  ): Promise<string> => {
    await rateLimits.takeAuth(caller.address);
    const currentHash = await repo.findPasswordHash(userId);
    const isRight = await failedLogins.guard(
      { network: toNetwork(caller.address), account: userId, isKnownNetwork: true },
      () => passwordHasher.verify(currentPassword, currentHash, "known"),
    );
    if (!isRight || currentHash === undefined) throw invalidCurrentPassword();
    return currentHash;
  };

  return {
    /**
     * Makes an account and signs in to it; with an invite it also joins that server, with a claim it governs the instance.
     * @throws ALREADY_EXISTS, MISSING_PERMISSION when registering is closed, INVITE_EXPIRED, LINK_EXPIRED, RATE_LIMITED,
     *   UNAVAILABLE
     */
    async register(device: Device, input: Register): Promise<SignedIn> {
      await rateLimits.takeAuth(device.caller.address);
      const invite = await requireOpenTo(input);
      const opened = await createAccount(input, invite, device.caller);
      if (input.claimToken !== undefined) instance.closeClaim();
      if (invite) await invites.announceEntry(invite, opened.actor.userId);
      logger.info({ userId: opened.actor.userId }, "an account was registered");
      return answer(opened, input.session, device);
    },

    /**
     * Begins a session on this device.
     * @throws UNAUTHENTICATED for a wrong password and for an unknown name alike, ACCOUNT_DISABLED for a right one,
     *   RATE_LIMITED, UNAVAILABLE
     */
    async login(device: Device, { username, password, session }: Login): Promise<SignedIn> {
      const network = toNetwork(device.caller.address);
      await rateLimits.takeAuth(network);
      const account = await repo.findAccount({ name: username, network, now: nowDate(clock) });
      const isKnownNetwork = account?.isKnownNetwork ?? false;
      const isRight = await failedLogins
        .guard({ network, account: account?.id ?? username, isKnownNetwork }, () =>
          passwordHasher.verify(password, account?.passwordHash, isKnownNetwork ? "known" : "stranger"),
        )
        .catch((error: unknown) => {
          if (isAppError(error) && error.reason === "RATE_LIMITED")
            logger.warn({ address: network, userId: account?.id }, "sign-ins are held back after wrong ones");
          throw error;
        });
      const opened =
        account && isRight ? await signIn(account.id, account.passwordHash, device.caller) : undefined;
      if (!opened) {
        // Never the name that was typed: people type their password there, or an address that is nobody's here.
        logger.warn({ address: network, userId: account?.id }, "a sign-in was refused");
        throw new AppError("UNAUTHENTICATED");
      }
      return answer(opened, session, device);
    },

    /**
     * Exchanges a refresh token, the body's or else the cookie's, for a new one and an access token, given back the same
     * way. A token that is no good takes its cookie with it; every other refusal leaves it.
     * @throws UNAUTHENTICATED, RATE_LIMITED when the same token comes again and again
     */
    async refresh(device: Device, { refreshToken }: Refresh): Promise<SignedIn> {
      const { refreshCookie, caller } = device;
      const token = refreshToken ?? refreshCookie.read();
      if (token === undefined) throw new AppError("UNAUTHENTICATED");
      const refreshed = await sessions.refresh(token, caller);
      if (refreshed.kind === "crowded") throw new AppError("RATE_LIMITED", { retryAfterMs: crowdedRetryMs });
      if (refreshed.kind === "refreshed")
        return answer(refreshed, refreshToken === undefined ? "cookie" : "body", device);
      if (refreshToken === undefined) refreshCookie.clear();
      throw new AppError("UNAUTHENTICATED");
    },

    /** Ends the caller's session. */
    async logout(actor: Actor, { refreshCookie }: Device): Promise<void> {
      await sessions.end(actor.userId, actor.sessionId);
      refreshCookie.clear();
    },

    /** Ends all of the caller's sessions, this one too. */
    async logoutAll(actor: Actor, { refreshCookie }: Device): Promise<void> {
      await sessions.endAll(actor.userId);
      refreshCookie.clear();
    },

    /** The caller's sessions, the one used last first. */
    async listSessions(actor: Actor): Promise<Session[]> {
      const rows = await repo.listSessions(actor.userId, nowDate(clock));
      return rows.map((row) => presentSession(row, actor.sessionId));
    },

    /** Ends one of the caller's sessions. @throws NOT_FOUND */
    async revokeSession(actor: Actor, sessionId: SessionId): Promise<void> {
      if (!(await sessions.end(actor.userId, sessionId))) throw new AppError("NOT_FOUND");
    },

    /**
     * Sets a new password, and ends the caller's other sessions; a link to a new password is worth nothing any more.
     * @throws INVALID_INPUT at `currentPassword` when that is wrong, RATE_LIMITED, UNAVAILABLE
     */
    async changePassword(actor: Actor, caller: Caller, input: ChangePassword): Promise<void> {
      const { userId, sessionId } = actor;
      const currentHash = await requireCurrentPassword(userId, caller, input.currentPassword);
      const passwordHash = await passwordHasher.hash(input.newPassword, "known");
      const ended = await withTransaction(db, async (tx) => {
        const account = await repo.lockAccount(tx, userId);
        if (account?.passwordHash !== currentHash) throw invalidCurrentPassword();
        await repo.setPasswordHash(tx, userId, passwordHash);
        await repo.deleteResetOf(tx, userId);
        return repo.deleteSessionsExcept(tx, userId, sessionId);
      });
      sessions.announceEnded(ended);
    },

    /**
     * Sets a new password by an administrator's link, which is used up then, and ends all of the account's sessions.
     * @throws LINK_EXPIRED for one that is unknown, used, replaced, too old, or whose maker governs no more; RATE_LIMITED, UNAVAILABLE
     */
    async resetPassword(caller: Caller, { token, newPassword }: ResetPassword): Promise<void> {
      await rateLimits.takeAuth(caller.address);
      const userId = await resets.find(token);
      if (!userId) throw new AppError("LINK_EXPIRED");
      const passwordHash = await passwordHasher.hash(newPassword);
      const ended = await withTransaction(db, async (tx) => {
        const isThere = await repo.lockAccount(tx, userId);
        if (!isThere || !(await resets.use(tx, token))) throw new AppError("LINK_EXPIRED");
        await repo.setPasswordHash(tx, userId, passwordHash);
        return repo.deleteSessionsExcept(tx, userId, undefined);
      });
      sessions.announceEnded(ended);
      await failedLogins.forget(userId);
    },

    /**
     * Ends the caller's account; what it wrote stays, under nobody's name.
     * @throws INVALID_INPUT at `currentPassword` when that is wrong, OWNS_SERVERS, LAST_ADMIN, RATE_LIMITED, UNAVAILABLE
     */
    async deleteAccount(actor: Actor, device: Device, { currentPassword }: DeleteAccount): Promise<void> {
      const { userId } = actor;
      const currentHash = await requireCurrentPassword(userId, device.caller, currentPassword);
      const deleted = await withTransaction(db, async (tx) => {
        await lockInstance(tx);
        const account = await repo.lockAccount(tx, userId);
        if (account?.passwordHash !== currentHash) throw invalidCurrentPassword();
        if (account.isAdmin) await instance.requireOtherAdmin(tx, userId);
        return accounts.deleteIn(tx, userId);
      });
      device.refreshCookie.clear();
      logger.info({ userId }, "an account was deleted by its owner");
      await accounts.announceDeleted(deleted);
    },

    /**
     * Ends an account in the open transaction, under the instance's lock, as its last statement; `announceDeleted` tells of
     * it after the commit.
     * @throws NOT_FOUND for one that is gone, OWNS_SERVERS
     */
    deleteAccountIn: (tx: Transaction, userId: UserId): Promise<DeletedAccount> =>
      accounts.deleteIn(tx, userId),

    announceDeleted: (deleted: DeletedAccount): Promise<void> => accounts.announceDeleted(deleted),

    /** Ends all sessions of an account in the open transaction; `announceEnded` tells of it after the commit. */
    endSessionsIn: (tx: Transaction, userId: UserId): Promise<EndedSession[]> =>
      repo.deleteSessionsExcept(tx, userId, undefined),

    announceEnded: (ended: readonly EndedSession[]): void => sessions.announceEnded(ended),

    /** The one link to a new password for the account, which the open transaction has locked; shown once. */
    issueReset: (tx: Transaction, userId: UserId, createdBy: UserId | null): Promise<IssuedReset> =>
      resets.issue(tx, userId, createdBy),

    /**
     * Who calls with this access token; nobody, with the reason, when it is not good.
     * @throws UNAVAILABLE when the database could not be asked
     */
    authenticate: (token: string | undefined): Promise<Principal> => authenticator.authenticate(token),

    /** Deletes sessions and tokens that nobody could use any more; to be called now and then. */
    deleteExpired: (): Promise<void> => sessions.deleteExpired(),

    /** Stops listening to the event log. */
    close: (): void => authenticator.close(),
  };
};
export type AuthService = ReturnType<typeof createAuthService>;
