/** One-time links to a new password: 256 random bits, of which the database keeps a hash alone. */
import type { UserId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";
import type { Transaction } from "../database/client.ts";
import { type Clock, nowDate } from "../kernel/clock.ts";
import type { AuthRepo } from "./auth.repo.ts";
import { createToken, hashToken } from "./tokens.ts";

export interface IssuedReset {
  token: string;
  expiresAt: Date;
}

export const createPasswordResets = ({ repo, clock }: { repo: AuthRepo; clock: Clock }) => ({
  /** A link to a new password for the account, which must be there, made by nobody where the operator is its maker; an older one is worth nothing any more. */
  async issue(tx: Transaction, userId: UserId, createdBy: UserId | null): Promise<IssuedReset> {
    const token = createToken();
    const createdAt = nowDate(clock);
    const expiresAt = new Date(createdAt.getTime() + limits.resetLinkSeconds * 1_000);
    await repo.putReset(tx, {
      userId,
      tokenHash: await hashToken(token),
      createdBy,
      createdAt,
      expiresAt,
    });
    return { token, expiresAt };
  },

  /** Whose password the token may set; undefined for one that is unknown, used, too old, or of a maker who governs no more. */
  async find(token: string): Promise<UserId | undefined> {
    return repo.findReset(await hashToken(token), nowDate(clock));
  },

  /** False when it has become worthless meanwhile. */
  async use(tx: Transaction, token: string): Promise<boolean> {
    return repo.deleteReset(tx, await hashToken(token));
  },
});
