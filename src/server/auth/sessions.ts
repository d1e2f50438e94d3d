/**
 * A session's life: one sign-in on one device, from there through its refreshes to its end. Every end is announced after
 * its commit, so that access tokens and open streams of the session end with it.
 */
import type { SessionId, UserId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";
import { type Database, type Executor, withTransaction } from "../database/client.ts";
import type { EventLog } from "../events/event-log.ts";
import { type Clock, nowDate } from "../kernel/clock.ts";
import type { IdSource } from "../kernel/id-source.ts";
import type { Logger } from "../kernel/logger.ts";
import { toNetwork } from "../kernel/network-address.ts";
import type { Actor, Caller } from "../trpc/context.ts";
import type { AuthRepo, EndedSession } from "./auth.repo.ts";
import type { IssuedToken, RefreshTokens } from "./refresh-tokens.ts";

interface Deps {
  db: Database;
  repo: AuthRepo;
  refreshTokens: RefreshTokens;
  events: EventLog;
  clock: Clock;
  ids: IdSource;
  logger: Logger;
}

export interface OpenedSession {
  actor: Actor;
  refresh: IssuedToken;
}

export type Refreshed = ({ kind: "refreshed" } & OpenedSession) | { kind: "invalid" } | { kind: "crowded" };

/** For the list of devices; no browser's is longer. */
const maxUserAgentLength = 400;

export const createSessions = ({ db, repo, refreshTokens, events, clock, ids, logger }: Deps) => {
  const announceEnded = (ended: readonly EndedSession[]): void => {
    for (const [userId, sessions] of Map.groupBy(ended, (session) => session.userId)) {
      events.signal({ kind: "sessions-ended", userId, sessionIds: sessions.map(({ id }) => id) });
    }
  };

  return {
    /**
     * Begins a session in the open transaction. Beyond the number that an account may have, those used longest ago end:
     * announce them after the commit.
     */
    async begin(
      tx: Executor,
      userId: UserId,
      caller: Caller,
    ): Promise<OpenedSession & { ended: EndedSession[] }> {
      const now = nowDate(clock);
      const actor = { userId, sessionId: ids.sessionId() };
      await repo.insertSession(tx, {
        id: actor.sessionId,
        userId,
        userAgent: caller.userAgent?.slice(0, maxUserAgentLength) ?? null,
        address: toNetwork(caller.address),
        createdAt: now,
        lastUsedAt: now,
        expiresAt: refreshTokens.expiryFrom(now),
      });
      const refresh = await refreshTokens.issue(tx, actor);
      const ended = await repo.deleteSurplusSessions(tx, userId, limits.sessionsPerUser);
      return { actor, refresh, ended };
    },

    /** Exchanges a refresh token. One that was exchanged long ago ends its session, and with it all that came from it. */
    async refresh(token: string, caller: Caller): Promise<Refreshed> {
      const { outcome, ended } = await withTransaction(db, async (tx) => {
        const rotation = await refreshTokens.rotate(tx, token);
        if (rotation.kind === "reused")
          return { outcome: rotation, ended: await repo.deleteSession(tx, rotation.actor) };
        if (rotation.kind === "rotated") {
          const now = nowDate(clock);
          const address = toNetwork(caller.address);
          const expiresAt = refreshTokens.expiryFrom(now);
          await repo.touchSession(tx, rotation.actor.sessionId, { lastUsedAt: now, expiresAt, address });
        }
        return { outcome: rotation, ended: [] };
      });
      announceEnded(ended);
      if (outcome.kind === "rotated")
        return { kind: "refreshed", actor: outcome.actor, refresh: outcome.issued };
      if (outcome.kind !== "reused") return outcome;
      logger.warn(
        { ...outcome.actor, address: toNetwork(caller.address) },
        "a refresh token was used again long after its exchange: its session ends",
      );
      return { kind: "invalid" };
    },

    /** Tells, after the commit, that these have ended. */
    announceEnded,

    /** False when the user has no such session. */
    async end(userId: UserId, sessionId: SessionId): Promise<boolean> {
      const ended = await repo.deleteSession(db, { userId, sessionId });
      announceEnded(ended);
      return ended.length > 0;
    },

    async endAll(userId: UserId): Promise<void> {
      announceEnded(await repo.deleteSessionsExcept(db, userId, undefined));
    },

    /** Deletes sessions and tokens that nobody could use any more. */
    async deleteExpired(): Promise<void> {
      announceEnded(await repo.deleteExpiredSessions(nowDate(clock)));
      await refreshTokens.deleteExpired(db);
    },
  };
};
