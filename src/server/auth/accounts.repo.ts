import { and, eq, exists, gt, isNull, or, sql } from "drizzle-orm";
import type { ChannelId, ServerId, UserId } from "#shared/ids.ts";
import type { Executor } from "../database/client.ts";
import { channelOverrides, channels } from "../database/schema/channels.ts";
import { invites } from "../database/schema/invites.ts";
import { readStates } from "../database/schema/messages.ts";
import { bans, serverMembers, servers } from "../database/schema/servers.ts";
import { passwordResets } from "../database/schema/sessions.ts";
import { users } from "../database/schema/users.ts";

export type PasswordResetRow = typeof passwordResets.$inferSelect;

export interface ServerOfUser {
  id: ServerId;
  name: string;
  ownerId: UserId;
}

/** What went with an account and stood where others see it. */
export interface Traces {
  invites: { code: string; serverId: ServerId }[];
  overrides: { channelId: ChannelId; serverId: ServerId }[];
}

/**
 * A link is as good as its maker: else a demoted administrator could have kept one to another's account. The operator's has
 * none; no other comes to that, since an account's row stays when the account ends.
 */
const isMakerAdmin = (executor: Executor) =>
  or(
    isNull(passwordResets.createdBy),
    exists(
      executor
        .select({ id: users.id })
        .from(users)
        .where(
          and(eq(users.id, passwordResets.createdBy), eq(users.isAdmin, true), isNull(users.disabledAt)),
        ),
    ),
  );

/** How an account ends, and how it comes by a new password without the old one. */
export const createAccountsRepo = (db: Executor) => ({
  /** An account has one link at a time: a new one takes the place of the old. */
  async putReset(tx: Executor, row: PasswordResetRow): Promise<void> {
    const { tokenHash, createdBy, createdAt, expiresAt } = row;
    await tx.insert(passwordResets).values(row).onConflictDoUpdate({
      target: passwordResets.userId,
      set: { tokenHash, createdBy, createdAt, expiresAt },
    });
  },

  /** Whose link it is; undefined for one that is unknown, used, too old, or of a maker who governs no more. */
  async findReset(tokenHash: string, now: Date): Promise<UserId | undefined> {
    const [row] = await db
      .select({ userId: passwordResets.userId })
      .from(passwordResets)
      .where(
        and(eq(passwordResets.tokenHash, tokenHash), gt(passwordResets.expiresAt, now), isMakerAdmin(db)),
      );
    return row?.userId;
  },

  /** False when another use was first, a newer link has come, or its maker governs no more. */
  async deleteReset(tx: Executor, tokenHash: string): Promise<boolean> {
    const deleted = await tx
      .delete(passwordResets)
      .where(and(eq(passwordResets.tokenHash, tokenHash), isMakerAdmin(tx)))
      .returning({ userId: passwordResets.userId });
    return deleted.length > 0;
  },

  /** The account's link, whoever has it. */
  async deleteResetOf(tx: Executor, userId: UserId): Promise<void> {
    await tx.delete(passwordResets).where(eq(passwordResets.userId, userId));
  },

  /** The servers that the user is in, in the order of their ids; none of them changes its owner until the transaction ends. */
  lockServersOf(tx: Executor, userId: UserId): Promise<ServerOfUser[]> {
    return tx
      .select({ id: servers.id, name: servers.name, ownerId: servers.ownerId })
      .from(servers)
      .innerJoin(serverMembers, eq(serverMembers.serverId, servers.id))
      .where(eq(serverMembers.userId, userId))
      .orderBy(servers.id)
      .for("share", { of: servers });
  },

  /** Whatever names the account and is nobody else's; what it wrote stays. */
  async deleteTraces(tx: Executor, userId: UserId): Promise<Traces> {
    await tx.delete(passwordResets).where(eq(passwordResets.userId, userId));
    await tx.delete(readStates).where(eq(readStates.userId, userId));
    await tx.delete(bans).where(eq(bans.userId, userId));
    const goneInvites = await tx
      .delete(invites)
      .where(eq(invites.createdBy, userId))
      .returning({ code: invites.code, serverId: invites.serverId });
    const goneOverrides = await tx
      .delete(channelOverrides)
      .where(eq(channelOverrides.userId, userId))
      .returning({
        channelId: channelOverrides.channelId,
        serverId: sql<ServerId>`(
          select ${channels.serverId} from ${channels} where ${channels.id} = ${channelOverrides.channelId})`,
      });
    return { invites: goneInvites, overrides: goneOverrides };
  },

  /** Takes out of the row whatever says whose it was; its old username and email are free again. */
  async emptyAccount(
    tx: Executor,
    userId: UserId,
    { username, deletedAt }: { username: string; deletedAt: Date },
  ): Promise<typeof users.$inferSelect | undefined> {
    const [row] = await tx
      .update(users)
      .set({
        username,
        displayName: username,
        email: null,
        passwordHash: "",
        customStatus: null,
        isAdmin: false,
        disabledAt: null,
        deletedAt,
      })
      .where(eq(users.id, userId))
      .returning();
    return row;
  },
});
