/**
 * The way to the first administrator: a link that a start without one prints. Its token is in this process's memory alone,
 * as a digest, and worth something only while no account governs the instance. Whoever uses it holds the instance's lock
 * meanwhile, so that of two at once one becomes the first.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { UserId } from "#shared/ids.ts";
import type { AuditService } from "../audit/audit.service.ts";
import type { Transaction } from "../database/client.ts";
import { lockInstance } from "../database/locks.ts";
import { AppError } from "../kernel/app-error.ts";
import type { InstanceRepo } from "./instance.repo.ts";

interface Deps {
  repo: InstanceRepo;
  audit: AuditService;
}

const tokenBytes = 32;

const digestOf = (token: string): Buffer => createHash("sha256").update(token).digest();

export const createClaims = ({ repo, audit }: Deps) => {
  let expected: Buffer | undefined;

  const require = (token: string): void => {
    if (!expected || !timingSafeEqual(digestOf(token), expected)) throw new AppError("LINK_EXPIRED");
  };

  return {
    /** A new token, the only one that is good from now on; undefined where there is an administrator. */
    async open(): Promise<string | undefined> {
      if (await repo.hasAdmin()) return undefined;
      const token = randomBytes(tokenBytes).toString("base64url");
      expected = digestOf(token);
      return token;
    },

    /** A cheap look ahead; `take` decides. @throws LINK_EXPIRED */
    require,

    /** Makes the account the first administrator. @throws LINK_EXPIRED, UNAUTHENTICATED for an account that is gone */
    async take(tx: Transaction, token: string, userId: UserId): Promise<void> {
      require(token);
      await lockInstance(tx);
      if (await repo.hasAdmin(tx)) throw new AppError("LINK_EXPIRED");
      if (!(await repo.makeAdmin(tx, userId))) throw new AppError("UNAUTHENTICATED");
      await audit.record(tx, {
        serverId: null,
        actorId: userId,
        action: "instance.claim",
        target: { type: "instance", id: null },
        after: { administratorId: userId },
      });
    },

    /** After the commit of a `take`: nobody needs the token any more. */
    close(): void {
      expected = undefined;
    },
  };
};
