import { and, count, desc, eq, exists, gt, gte, inArray, isNull, lte, ne, or, sql } from "drizzle-orm";
import type { SessionId, UserId } from "#shared/ids.ts";
import type { Executor } from "../database/client.ts";
import { sessions, sessionTokens } from "../database/schema/sessions.ts";
import { users } from "../database/schema/users.ts";
import { createAccountsRepo } from "./accounts.repo.ts";

export interface AccountRow {
  id: UserId;
  passwordHash: string;
  /** Whether a session of the account lives at the network that was asked about. */
  isKnownNetwork: boolean;
}

export type LockedAccount = Pick<typeof users.$inferSelect, "passwordHash" | "isAdmin" | "disabledAt">;

export type NewAccount = Pick<
  typeof users.$inferInsert,
  "id" | "username" | "email" | "displayName" | "passwordHash" | "createdAt"
>;
export type SessionRow = typeof sessions.$inferSelect;
export type TokenRow = typeof sessionTokens.$inferSelect;
export type EndedSession = Pick<SessionRow, "id" | "userId">;

const ended = { id: sessions.id, userId: sessions.userId };

const accountStatements = (db: Executor) => {
  const name = sql.placeholder("name");
  const sessionThere = db
    .select({ id: sessions.id })
    .from(sessions)
    .where(
      and(
        eq(sessions.userId, users.id),
        eq(sessions.address, sql.placeholder("network")),
        gt(sessions.expiresAt, sql.placeholder("now")),
      ),
    );
  const accountByLogin = db
    .select({
      id: users.id,
      passwordHash: users.passwordHash,
      isKnownNetwork: sql<boolean>`${exists(sessionThere)}`,
    })
    .from(users)
    .where(and(or(eq(users.username, name), eq(users.email, name)), isNull(users.deletedAt)))
    .prepare("auth_account");

  return {
    accountByLogin,

    /** By username or email, in lower case. */
    async findAccount(login: { name: string; network: string; now: Date }): Promise<AccountRow | undefined> {
      const [row] = await accountByLogin.execute(login);
      return row;
    },

    async findPasswordHash(userId: UserId): Promise<string | undefined> {
      const [row] = await db
        .select({ passwordHash: users.passwordHash })
        .from(users)
        .where(eq(users.id, userId));
      return row?.passwordHash;
    },

    async insertAccount(tx: Executor, account: NewAccount): Promise<void> {
      await tx.insert(users).values(account);
    },

    /**
     * What signing in depends on, and nobody else changes it or signs in until the transaction ends. No stronger: a refresh
     * holds its session and asks for the account, and who locks the account ends sessions.
     */
    async lockAccount(tx: Executor, userId: UserId): Promise<LockedAccount | undefined> {
      const [row] = await tx
        .select({ passwordHash: users.passwordHash, isAdmin: users.isAdmin, disabledAt: users.disabledAt })
        .from(users)
        .where(and(eq(users.id, userId), isNull(users.deletedAt)))
        .for("no key update");
      return row;
    },

    async setPasswordHash(tx: Executor, userId: UserId, passwordHash: string): Promise<void> {
      await tx.update(users).set({ passwordHash }).where(eq(users.id, userId));
    },
  };
};

const sessionStatements = (db: Executor) => {
  const liveSession = db
    .select({ id: sessions.id })
    .from(sessions)
    .where(
      and(
        eq(sessions.id, sql.placeholder("sessionId")),
        eq(sessions.userId, sql.placeholder("userId")),
        gt(sessions.expiresAt, sql.placeholder("now")),
      ),
    )
    .prepare("auth_live_session");

  return {
    liveSession,

    async isSessionLive(session: { userId: UserId; sessionId: SessionId }, now: Date): Promise<boolean> {
      return (await liveSession.execute({ ...session, now })).length > 0;
    },

    /** The one used last comes first. */
    listSessions(userId: UserId, now: Date): Promise<SessionRow[]> {
      return db
        .select()
        .from(sessions)
        .where(and(eq(sessions.userId, userId), gt(sessions.expiresAt, now)))
        .orderBy(desc(sessions.lastUsedAt), desc(sessions.id));
    },

    async insertSession(tx: Executor, session: SessionRow): Promise<void> {
      await tx.insert(sessions).values(session);
    },

    async touchSession(
      tx: Executor,
      id: SessionId,
      use: Pick<SessionRow, "lastUsedAt" | "expiresAt" | "address">,
    ): Promise<void> {
      await tx.update(sessions).set(use).where(eq(sessions.id, id));
    },

    /** With its tokens. Empty when there is no such session of this user. */
    deleteSession(
      tx: Executor,
      { userId, sessionId }: { userId: UserId; sessionId: SessionId },
    ): Promise<EndedSession[]> {
      return tx
        .delete(sessions)
        .where(and(eq(sessions.id, sessionId), eq(sessions.userId, userId)))
        .returning(ended);
    },

    deleteSessionsExcept(tx: Executor, userId: UserId, kept: SessionId | undefined): Promise<EndedSession[]> {
      return tx
        .delete(sessions)
        .where(and(eq(sessions.userId, userId), kept && ne(sessions.id, kept)))
        .returning(ended);
    },

    /** Those used longest ago, beyond the number that may stay. */
    deleteSurplusSessions(tx: Executor, userId: UserId, maxCount: number): Promise<EndedSession[]> {
      const surplus = tx
        .select({ id: sessions.id })
        .from(sessions)
        .where(eq(sessions.userId, userId))
        .orderBy(desc(sessions.lastUsedAt), desc(sessions.id))
        .offset(maxCount);
      return tx.delete(sessions).where(inArray(sessions.id, surplus)).returning(ended);
    },

    deleteExpiredSessions(now: Date): Promise<EndedSession[]> {
      return db.delete(sessions).where(lte(sessions.expiresAt, now)).returning(ended);
    },
  };
};

const tokenStatements = (db: Executor) => ({
  /**
   * The token with this hash; nobody else uses a token of its session until the transaction ends. The session is locked by
   * a statement of its own: after the wait only the next one sees what the other transaction did to the token. Tokens
   * themselves are never locked first, or ending a session would deadlock with its use.
   */
  async lockToken(tx: Executor, id: string): Promise<TokenRow | undefined> {
    const sessionOfToken = tx
      .select({ id: sessionTokens.sessionId })
      .from(sessionTokens)
      .where(eq(sessionTokens.id, id));
    const locked = await tx
      .select({ id: sessions.id })
      .from(sessions)
      .where(inArray(sessions.id, sessionOfToken))
      .for("update");
    if (locked.length === 0) return undefined;
    const [row] = await tx.select().from(sessionTokens).where(eq(sessionTokens.id, id));
    return row;
  },

  async insertToken(tx: Executor, token: TokenRow): Promise<void> {
    await tx.insert(sessionTokens).values(token);
  },

  async markTokenRotated(tx: Executor, id: string, rotatedAt: Date): Promise<void> {
    await tx.update(sessionTokens).set({ rotatedAt }).where(eq(sessionTokens.id, id));
  },

  async deleteToken(tx: Executor, id: string): Promise<void> {
    await tx.delete(sessionTokens).where(eq(sessionTokens.id, id));
  },

  /** How many other tokens of the session were issued since then, and how many of those have been exchanged in turn. */
  async countTokensSince(
    tx: Executor,
    { id, sessionId }: { id: string; sessionId: SessionId },
    since: Date,
  ): Promise<{ issued: number; exchanged: number }> {
    const [row] = await tx
      .select({ issued: count(), exchanged: count(sessionTokens.rotatedAt) })
      .from(sessionTokens)
      .where(
        and(
          eq(sessionTokens.sessionId, sessionId),
          gte(sessionTokens.createdAt, since),
          ne(sessionTokens.id, id),
        ),
      );
    return row ?? { issued: 0, exchanged: 0 };
  },

  /** Keeps the newest of the session's tokens. */
  async trimTokens(tx: Executor, sessionId: SessionId, maxCount: number): Promise<void> {
    const surplus = tx
      .select({ id: sessionTokens.id })
      .from(sessionTokens)
      .where(eq(sessionTokens.sessionId, sessionId))
      .orderBy(desc(sessionTokens.createdAt))
      .offset(maxCount);
    await tx.delete(sessionTokens).where(inArray(sessionTokens.id, surplus));
  },

  async deleteExpiredTokens(now: Date): Promise<void> {
    await db.delete(sessionTokens).where(lte(sessionTokens.expiresAt, now));
  },
});

export const createAuthRepo = (db: Executor) => {
  const { accountByLogin, ...accounts } = accountStatements(db);
  const { liveSession, ...ofSessions } = sessionStatements(db);
  return {
    /** For the tests of their plans. */
    hotStatements: { accountByLogin, liveSession },
    ...accounts,
    ...ofSessions,
    ...createAccountsRepo(db),
    ...tokenStatements(db),
  };
};
export type AuthRepo = ReturnType<typeof createAuthRepo>;
