/** How far everyone has read: a mark for each person and channel, and how often they were mentioned above it. */
import type { AckRead, ReadState } from "#shared/contract/reads.ts";
import type { ChannelId, UserId } from "#shared/ids.ts";
import type { AccessService } from "../access/access.service.ts";
import { type ServerState, visibleChannelsOf } from "../access/server-state.ts";
import { type Database, type Transaction, withTransaction } from "../database/client.ts";
import { isForeignKeyViolation } from "../database/errors.ts";
import type { EventLog } from "../events/event-log.ts";
import { AppError } from "../kernel/app-error.ts";
import type { Actor } from "../trpc/context.ts";
import { advanceMark } from "./reads.policy.ts";
import { presentReadState } from "./reads.present.ts";
import type { ReadsRepo } from "./reads.repo.ts";

interface Deps {
  db: Database;
  repo: ReadsRepo;
  access: AccessService;
  events: EventLog;
}

export const createReadsService = ({ db, repo, access, events }: Deps) => {
  const announce = (userId: UserId, state: ReadState): ReadState => {
    events.append({ audience: { kind: "user", userId }, event: { t: "READ_UPDATE", d: state } });
    return state;
  };

  /** The newest message is looked up under the mark's lock: a mention that comes meanwhile is counted, not reset. */
  const advanceLocked = (userId: UserId, { channelId, messageId }: AckRead) =>
    withTransaction(db, async (tx) => {
      const before = await repo.lock(tx, { userId, channelId });
      if (!before) throw new AppError("NOT_FOUND");
      const after = advanceMark(before, messageId, await repo.findNewest(tx, channelId));
      const isChanged =
        after.lastReadMessageId !== before.lastReadMessageId || after.mentionCount !== before.mentionCount;
      if (isChanged) await repo.set(tx, after);
      return { state: presentReadState(after), isChanged };
    });

  /** The user's marks in the channels that exist for them. */
  const listIn = async (userId: UserId, states: readonly ServerState[]): Promise<ReadState[]> => {
    const visible = new Set(states.flatMap((state) => [...visibleChannelsOf(state, userId).keys()]));
    const rows = await repo.listOfUser(userId);
    return rows.filter((row) => visible.has(row.channelId)).map(presentReadState);
  };

  return {
    listIn,

    /** The caller's marks in the channels that exist for them. */
    async list(actor: Actor): Promise<ReadState[]> {
      return listIn(actor.userId, await access.loadServersOf(actor.userId));
    },

    /**
     * Marks the channel as read up to a message, or where it was, and returns the mark as it then stands: it never moves
     * back, nor beyond the newest message. Reading the newest forgets the mentions.
     */
    async ack(actor: Actor, input: AckRead): Promise<ReadState> {
      const { userId } = actor;
      const advanced = await repo.advance({ userId, channelId: input.channelId }, input.messageId);
      if (advanced) return announce(userId, presentReadState(advanced));
      const { state, isChanged } = await advanceLocked(userId, input).catch((error: unknown) => {
        // The channel was deleted between the check and the insert.
        if (isForeignKeyViolation(error)) throw new AppError("NOT_FOUND");
        throw error;
      });
      return isChanged ? announce(userId, state) : state;
    },

    /** Counts a mention for each of the users, who see the channel, inside the transaction that stores the message. */
    async addMentions(tx: Transaction, channelId: ChannelId, userIds: readonly UserId[]): Promise<void> {
      // In one order for everyone: two messages that mention the same people would wait for each other otherwise.
      const sorted = [...new Set(userIds)].toSorted();
      if (sorted.length > 0) await repo.addMentions(tx, channelId, sorted);
    },
  };
};
export type ReadsService = ReturnType<typeof createReadsService>;
