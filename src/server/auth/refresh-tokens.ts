/**
 * Refresh tokens: 256 random bits, of which the database keeps a hash alone. Each use rotates: the old token is marked and
 * a new one made. A marked token that is used again has been in two hands, and its session has to end with everything that
 * came from it; only within a moment of the first use it is taken for a second tab. To lucia a token is a "session" whose id
 * is the hash.
 */
import { type Adapter, Lucia, TimeSpan } from "lucia";
import type { SessionId } from "#shared/ids.ts";
import { timing } from "#shared/limits.ts";
import type { Executor } from "../database/client.ts";
import { type Clock, nowDate } from "../kernel/clock.ts";
import type { Actor } from "../trpc/context.ts";
import type { AuthRepo } from "./auth.repo.ts";
import { createToken, hashToken } from "./tokens.ts";

interface TokenAttributes {
  sessionId: SessionId;
  rotatedAt: Date | null;
}

declare module "lucia" {
  interface Register {
    Lucia: Lucia<TokenAttributes>;
    UserId: Actor["userId"];
    DatabaseSessionAttributes: TokenAttributes;
  }
}

export interface IssuedToken {
  token: string;
  expiresAt: Date;
}

export type Rotation =
  | { kind: "rotated"; actor: Actor; issued: IssuedToken }
  /** Never given out, expired, or its session has ended. */
  | { kind: "invalid" }
  /** Rotated long ago, and used again. */
  | { kind: "reused"; actor: Actor }
  /** Used again and again within the moment that tabs are given. */
  | { kind: "crowded" };

/** More tabs than this do not come back to life at once; whoever is refused asks again with a newer token. */
const maxTokensWithinGrace = 20;
/** A token every quarter of an hour for a week is 672. Beyond that the oldest are forgotten, and merely refused. */
const maxTokensPerSession = 1_000;

interface Deps {
  repo: AuthRepo;
  clock: Clock;
}

/** lucia reads the system's time: what it hands over and is handed is moved to the server's clock and back. */
const createTimeBridge = (clock: Clock) => ({
  toLucia: (moment: Date): Date => new Date(Date.now() + (moment.getTime() - clock.nowMs())),
  fromLucia: (moment: Date): Date => new Date(clock.nowMs() + (moment.getTime() - Date.now())),
});

const createAdapter = ({ repo, clock }: Deps, executor: Executor): Adapter => {
  const time = createTimeBridge(clock);
  return {
    async getSessionAndUser(id) {
      const row = await repo.lockToken(executor, id);
      if (!row) return [null, null];
      const { userId, sessionId, rotatedAt } = row;
      const session = {
        id,
        userId,
        expiresAt: time.toLucia(row.expiresAt),
        attributes: { sessionId, rotatedAt },
      };
      return [session, { id: userId, attributes: {} }];
    },
    async setSession({ id, userId, expiresAt, attributes }) {
      const lifetime = { createdAt: nowDate(clock), expiresAt: time.fromLucia(expiresAt) };
      await repo.insertToken(executor, { id, userId, ...lifetime, ...attributes });
    },
    deleteSession: (id) => repo.deleteToken(executor, id),
    deleteExpiredSessions: () => repo.deleteExpiredTokens(nowDate(clock)),
    // A token's life is never extended: the one it is rotated to has its own.
    updateSessionExpiration: () => Promise.resolve(),
    // Together's sessions, with all of their tokens, are listed and ended by the service.
    getUserSessions: () => Promise.resolve([]),
    deleteUserSessions: () => Promise.resolve(),
  };
};

export const createRefreshTokens = (deps: Deps) => {
  const { repo, clock } = deps;

  const luciaOver = (executor: Executor) =>
    new Lucia(createAdapter(deps, executor), {
      sessionExpiresIn: new TimeSpan(timing.refreshTokenSeconds, "s"),
      getSessionAttributes: ({ sessionId, rotatedAt }) => ({ sessionId, rotatedAt }),
    });

  const issue = async (tx: Executor, { userId, sessionId }: Actor): Promise<IssuedToken> => {
    const token = createToken();
    const attributes = { sessionId, rotatedAt: null };
    const { expiresAt } = await luciaOver(tx).createSession(userId, attributes, {
      sessionId: await hashToken(token),
    });
    return { token, expiresAt: createTimeBridge(clock).fromLucia(expiresAt) };
  };

  return {
    /** When a session ends that is not used again after this moment. */
    expiryFrom: (moment: Date): Date => new Date(moment.getTime() + timing.refreshTokenSeconds * 1_000),

    /** A new token of the session. */
    issue,

    /** Exchanges the token for a new one. Run it in a transaction: it holds the session until that ends. */
    async rotate(tx: Executor, token: string): Promise<Rotation> {
      const { session } = await luciaOver(tx).validateSession(await hashToken(token));
      if (!session) return { kind: "invalid" };
      const { id, userId, sessionId, rotatedAt } = session;
      const actor = { userId, sessionId };
      const now = nowDate(clock);
      if (rotatedAt) {
        const since = await repo.countTokensSince(tx, session, rotatedAt);
        // Two tabs at once, or an answer that was lost: neither has used what came instead. A thief, or the victim, has.
        const isGraceOver = now.getTime() - rotatedAt.getTime() > timing.refreshReuseGraceMs;
        if (isGraceOver || since.exchanged > 0) return { kind: "reused", actor };
        if (since.issued >= maxTokensWithinGrace) return { kind: "crowded" };
      } else await repo.markTokenRotated(tx, id, now);
      const issued = await issue(tx, actor);
      await repo.trimTokens(tx, sessionId, maxTokensPerSession);
      return { kind: "rotated", actor, issued };
    },

    /** Deletes those that nobody could use any more. */
    deleteExpired: (executor: Executor): Promise<void> => luciaOver(executor).deleteExpiredSessions(),
  };
};
export type RefreshTokens = ReturnType<typeof createRefreshTokens>;
