import { and, eq, isNull, or, sql } from "drizzle-orm";
import type { ChannelId, MessageId, UserId } from "#shared/ids.ts";
import type { Executor } from "../database/client.ts";
import { inIdRange, newestFirst } from "../database/id-range.ts";
import { messages, readStates } from "../database/schema/messages.ts";

export type ReadRow = typeof readStates.$inferSelect;

/** Whose mark, and where. */
export interface ReadKey {
  userId: UserId;
  channelId: ChannelId;
}

const byChannel = { owner: messages.channelId, id: messages.id };

const newestOf = (db: Executor, channelId: ReturnType<typeof sql.placeholder> | ChannelId) =>
  db
    .select({ id: messages.id })
    .from(messages)
    .where(and(inIdRange(byChannel, { owner: sql`${channelId}` }), isNull(messages.deletedAt)))
    .orderBy(...newestFirst(byChannel))
    .limit(1);

const isRow = ({ userId, channelId }: ReadKey) =>
  and(eq(readStates.userId, userId), eq(readStates.channelId, channelId));

const prepareStatements = (db: Executor) => ({
  ofUser: db
    .select()
    .from(readStates)
    .where(eq(readStates.userId, sql.placeholder("userId")))
    .prepare("reads_of_user"),

  /** Moves the mark of one whom nobody has mentioned: then there is no count that could be lost. */
  advance: db
    .update(readStates)
    .set({
      lastReadMessageId: sql`least(${sql.placeholder("messageId")}::uuid, (${newestOf(db, sql.placeholder("channelId"))}))`,
    })
    .where(
      and(
        eq(readStates.userId, sql.placeholder("userId")),
        eq(readStates.channelId, sql.placeholder("channelId")),
        eq(readStates.mentionCount, 0),
        or(
          isNull(readStates.lastReadMessageId),
          sql`${readStates.lastReadMessageId} < least(${sql.placeholder("messageId")}::uuid, (${newestOf(db, sql.placeholder("channelId"))}))`,
        ),
        sql`exists (${newestOf(db, sql.placeholder("channelId"))})`,
      ),
    )
    .returning()
    .prepare("reads_advance"),
});

export const createReadsRepo = (db: Executor) => {
  const statements = prepareStatements(db);

  return {
    /** For the tests of their plans. */
    hotStatements: statements,

    listOfUser(userId: UserId): Promise<ReadRow[]> {
      return statements.ofUser.execute({ userId });
    },

    /** The mark where it moved forward without a count to reset; undefined where `lock` and `set` have to look closer. */
    async advance(key: ReadKey, messageId: MessageId): Promise<ReadRow | undefined> {
      const [row] = await statements.advance.execute({ ...key, messageId });
      return row;
    },

    /** The row, made when there is none, held until the transaction ends: a mention that comes now waits for that. */
    async lock(tx: Executor, key: ReadKey): Promise<ReadRow | undefined> {
      await tx.insert(readStates).values(key).onConflictDoNothing();
      const [row] = await tx.select().from(readStates).where(isRow(key)).for("update");
      return row;
    },

    async findNewest(tx: Executor, channelId: ChannelId): Promise<MessageId | undefined> {
      const [row] = await newestOf(tx, channelId);
      return row?.id;
    },

    async set(tx: Executor, row: ReadRow): Promise<void> {
      const { lastReadMessageId, mentionCount } = row;
      await tx.update(readStates).set({ lastReadMessageId, mentionCount }).where(isRow(row));
    },

    async addMentions(tx: Executor, channelId: ChannelId, userIds: readonly UserId[]): Promise<void> {
      await tx
        .insert(readStates)
        .values(userIds.map((userId) => ({ userId, channelId, mentionCount: 1 })))
        .onConflictDoUpdate({
          target: [readStates.userId, readStates.channelId],
          set: { mentionCount: sql`${readStates.mentionCount} + 1` },
        });
    },
  };
};
export type ReadsRepo = ReturnType<typeof createReadsRepo>;
