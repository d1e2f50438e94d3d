/** How messages go: one, several of a channel, or what somebody said in a server of late. Softly, and told afterwards. */
import type { BulkDeleteMessages } from "#shared/contract/messages.ts";
import { type ChannelId, MessageId, type ServerId, type UserId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";
import type { AccessService, ChannelAccess, MessageAccess } from "../access/access.service.ts";
import type { AuditService } from "../audit/audit.service.ts";
import { type Database, type Transaction, withTransaction } from "../database/client.ts";
import { lockServer } from "../database/locks.ts";
import type { EventLog } from "../events/event-log.ts";
import { AppError } from "../kernel/app-error.ts";
import { type Clock, nowDate } from "../kernel/clock.ts";
import { floorIdOf } from "../kernel/id-source.ts";
import type { Actor } from "../trpc/context.ts";
import type { MessagesRepo } from "./messages.repo.ts";

interface Deps {
  db: Database;
  repo: MessagesRepo;
  access: Pick<AccessService, "requireChannel">;
  audit: AuditService;
  events: EventLog;
  clock: Clock;
}

export interface DeletedMessage {
  id: MessageId;
  channelId: ChannelId;
  authorId: UserId;
}

/** The newest of one author that a ban takes along: more than anybody types in a week, and done in a second. */
const maxDeletedOfAuthor = 10_000;

export const createMessageDeletion = ({ db, repo, access, audit, events, clock }: Deps) => ({
  /**
   * One's own, or with MANAGE_MESSAGES anyone's, which the audit log then keeps.
   * @throws MISSING_PERMISSION, NOT_FOUND, TIMED_OUT for another's
   */
  async delete(actor: Actor, place: MessageAccess): Promise<void> {
    const { messageId, serverId, authorId, channel } = place;
    const isOwn = authorId === actor.userId;
    if (!isOwn) await access.requireChannel(actor.userId, channel.id, "MANAGE_MESSAGES");
    const isDeleted = await withTransaction(db, async (tx) => {
      // The audit entry names the server: a deletion of the server that runs meanwhile takes its locks in this order.
      await lockServer(tx, serverId, "key share");
      if (!(await repo.softDelete(tx, messageId, nowDate(clock)))) return false;
      if (!isOwn) {
        await audit.record(tx, {
          serverId,
          actorId: actor.userId,
          action: "messages.delete",
          target: { type: "message", id: messageId },
          before: { authorId, channelId: channel.id, channelName: channel.name },
        });
      }
      return true;
    });
    if (!isDeleted) throw new AppError("NOT_FOUND");
    events.append({
      audience: { kind: "channel", serverId, channelId: channel.id },
      event: { t: "MESSAGE_DELETE", d: { id: messageId, channelId: channel.id } },
    });
  },

  /** Passes over what is not in the channel, or not any more. @throws NOT_FOUND when that is all of it */
  async bulkDelete(
    actor: Actor,
    { serverId, channel }: ChannelAccess,
    { messageIds }: Pick<BulkDeleteMessages, "messageIds">,
  ): Promise<void> {
    const deleted = await withTransaction(db, async (tx) => {
      await lockServer(tx, serverId, "key share");
      const rows = await repo.softDeleteIn(tx, {
        channelId: channel.id,
        ids: messageIds,
        deletedAt: nowDate(clock),
      });
      if (rows.length === 0) throw new AppError("NOT_FOUND");
      await audit.record(tx, {
        serverId,
        actorId: actor.userId,
        action: "messages.bulkDelete",
        target: { type: "channel", id: channel.id, name: channel.name },
        before: { count: rows.length, authors: [...new Set(rows.map(({ authorId }) => authorId))] },
      });
      return rows;
    });
    announceDeleted(events, serverId, deleted);
  },

  /** What the author said there since then, inside the caller's transaction; announce it after the commit. */
  deleteOfAuthor(
    tx: Transaction,
    { sinceMs, ...where }: { authorId: UserId; channelIds: readonly ChannelId[]; sinceMs: number },
  ): Promise<DeletedMessage[]> {
    return repo.softDeleteOfAuthor(tx, {
      ...where,
      since: MessageId.parse(floorIdOf(sinceMs)),
      limit: maxDeletedOfAuthor,
      deletedAt: nowDate(clock),
    });
  },

  announceDeleted: (serverId: ServerId, deleted: readonly DeletedMessage[]): void =>
    announceDeleted(events, serverId, deleted),
});

/** For each channel by itself, and no more at once than a moderator may delete. */
const announceDeleted = (
  events: Pick<EventLog, "append">,
  serverId: ServerId,
  deleted: readonly DeletedMessage[],
): void => {
  for (const [channelId, rows] of Map.groupBy(deleted, (row) => row.channelId)) {
    const ids = rows.map(({ id }) => id).toSorted();
    for (let start = 0; start < ids.length; start += limits.bulkDeleteMax) {
      events.append({
        audience: { kind: "channel", serverId, channelId },
        event: {
          t: "MESSAGE_BULK_DELETE",
          d: { ids: ids.slice(start, start + limits.bulkDeleteMax), channelId },
        },
      });
    }
  }
};
