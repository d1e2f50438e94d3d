import { and, desc, eq, inArray, isNull, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Attachment, Reaction } from "#shared/contract/messages.ts";
import type { ChannelId, MessageId, Nonce, UserId } from "#shared/ids.ts";
import type { Executor } from "../database/client.ts";
import { endOfTime, inIdRange, newestFirst } from "../database/id-range.ts";
import { attachments, messages, reactions } from "../database/schema/messages.ts";
import { users } from "../database/schema/users.ts";
import { preparePages, toMessageRows } from "./message-pages.repo.ts";
import {
  createIndexChoice,
  findFloor,
  foundIds,
  type SearchedBy,
  type SearchFilter,
} from "./message-search.repo.ts";

export interface MessageDraft {
  id: MessageId;
  channelId: ChannelId;
  authorId: UserId;
  content: string;
  replyToId: MessageId | null;
  mentions: UserId[];
  nonce: Nonce | null;
  createdAt: Date;
}

export interface MessagePatch {
  content: string;
  mentions: UserId[];
  editedAt: Date;
}

interface OfAuthor {
  channelIds: readonly ChannelId[];
  authorId: UserId;
  since: MessageId;
  limit: number;
}

const repliedTo = alias(messages, "replied_to");
const repliedToAuthor = alias(users, "replied_to_author");

/** The people and the quote that a message is shown with. */
const shownBeside = {
  author: {
    id: users.id,
    username: users.username,
    displayName: users.displayName,
    bot: users.bot,
    deletedAt: users.deletedAt,
  },
  replyTo: { id: repliedTo.id, content: repliedTo.content, deletedAt: repliedTo.deletedAt },
  replyToAuthor: {
    id: repliedToAuthor.id,
    username: repliedToAuthor.username,
    displayName: repliedToAuthor.displayName,
    bot: repliedToAuthor.bot,
    deletedAt: repliedToAuthor.deletedAt,
  },
};

/** One round trip: what hangs on a message comes with it, aggregated beside it. */
const messageColumns = (viewerId: SQL) => ({
  message: messages,
  ...shownBeside,
  reactions: sql<Reaction[] | null>`(
    select json_agg(json_build_object('emoji', by_emoji.emoji, 'count', by_emoji.count, 'me', by_emoji.me) order by by_emoji.since, by_emoji.emoji)
    from (
      select ${reactions.emoji}, count(*)::int as count, bool_or(${reactions.userId} = ${viewerId}) as me, min(${reactions.createdAt}) as since
      from ${reactions} where ${reactions.messageId} = ${messages.id} group by ${reactions.emoji}
    ) by_emoji)`,
  attachments: sql<AttachmentRow[] | null>`(
    select json_agg(json_build_object('id', ${attachments.id}, 'filename', ${attachments.filename},
      'contentType', ${attachments.contentType}, 'size', ${attachments.sizeBytes}, 'width', ${attachments.width},
      'height', ${attachments.height}, 'hasThumbnail', ${attachments.hasThumbnail}) order by ${attachments.position})
    from ${attachments} where ${attachments.messageId} = ${messages.id})`,
});

export type AttachmentRow = Omit<Attachment, "url" | "thumbnailUrl"> & { hasThumbnail: boolean };

const selectMessages = (db: Executor, viewerId: SQL) =>
  db
    .select(messageColumns(viewerId))
    .from(messages)
    .innerJoin(users, eq(users.id, messages.authorId))
    .leftJoin(repliedTo, eq(repliedTo.id, messages.replyToId))
    .leftJoin(repliedToAuthor, eq(repliedToAuthor.id, repliedTo.authorId));

export type MessageRow = Awaited<ReturnType<typeof selectMessages>>[number];

const viewer = sql`${sql.placeholder("viewerId")}::uuid`;
const live = isNull(messages.deletedAt);

const byAuthor = { owner: messages.authorId, id: messages.id };
const inChannel = eq(messages.channelId, sql.placeholder("channelId"));

/** What a conversation is made of all day: prepared once a connection. */
const prepareReading = (db: Executor) => {
  const byId = selectMessages(db, viewer)
    .where(and(eq(messages.id, sql.placeholder("id")), live))
    .prepare("messages_by_id");

  const placeInChannel = db
    .select({ id: messages.id })
    .from(messages)
    .where(and(eq(messages.id, sql.placeholder("id")), inChannel, live))
    .prepare("messages_place_in_channel");

  return { ...preparePages(db), byId, placeInChannel };
};

/** Rows in one parameter: however many there are, the statement is the same. */
const draftRows = sql`
  select * from json_to_recordset(${sql.placeholder("drafts")}::json) as draft
    ("id" uuid, "channelId" uuid, "authorId" uuid, "content" text, "replyToId" uuid, "mentions" uuid[], "nonce" uuid,
      "createdAt" timestamptz)`;

/** What a new message is shown with comes back from the statement that stores it. */
const insertDrafts = (db: Executor) => {
  const inserted = db
    .$with("inserted", { id: messages.id, authorId: messages.authorId, replyToId: messages.replyToId })
    .as(
      sql`insert into ${messages} (id, channel_id, author_id, content, reply_to_id, mentions, nonce, created_at)
        ${draftRows} on conflict (author_id, nonce) where nonce is not null do nothing
        returning id, author_id, reply_to_id`,
    );
  return db
    .with(inserted)
    .select({ id: inserted.id, ...shownBeside })
    .from(inserted)
    .innerJoin(users, eq(users.id, inserted.authorId))
    .leftJoin(repliedTo, eq(repliedTo.id, inserted.replyToId))
    .leftJoin(repliedToAuthor, eq(repliedToAuthor.id, repliedTo.authorId));
};

/** As reading it back would show it. */
const toNewRow = (draft: MessageDraft, beside: Pick<MessageRow, keyof typeof shownBeside>): MessageRow => ({
  ...beside,
  message: { ...draft, pinnedAt: null, editedAt: null, deletedAt: null },
  reactions: null,
  attachments: null,
});

const toNewRows = (
  drafts: readonly MessageDraft[],
  stored: readonly ({ id: MessageId } & Pick<MessageRow, keyof typeof shownBeside>)[],
): MessageRow[] => {
  const draftOf = new Map(drafts.map((draft) => [draft.id, draft]));
  return stored.flatMap(({ id, ...beside }) => {
    const draft = draftOf.get(id);
    return draft ? [toNewRow(draft, beside)] : [];
  });
};

const prepareSending = (db: Executor) => {
  const byNonce = selectMessages(db, viewer)
    .where(
      and(eq(messages.authorId, sql.placeholder("viewerId")), eq(messages.nonce, sql.placeholder("nonce"))),
    )
    .prepare("messages_by_nonce");

  const insert = insertDrafts(db).prepare("messages_insert");

  // By the author's index: deleted ones count too, which the channel's own does not have.
  const lastSent = db
    .select({ createdAt: messages.createdAt })
    .from(messages)
    .where(
      and(
        inIdRange(byAuthor, { owner: sql.placeholder("authorId"), after: sql.placeholder("since") }),
        inChannel,
      ),
    )
    .orderBy(...newestFirst(byAuthor))
    .limit(1)
    .prepare("messages_last_sent");

  return { byNonce, insert, lastSent };
};

/** Takes the rows in the order of their ids, so that two deletions at once never wait for each other. */
const softDeleteAll = (tx: Executor, wanted: SQLWrapper, deletedAt: Date) =>
  tx
    .update(messages)
    .set({ deletedAt })
    .where(
      sql`${messages.id} in (
        select id from ${messages} where id in (${wanted}) and deleted_at is null order by id for no key update)`,
    )
    .returning({ id: messages.id, channelId: messages.channelId, authorId: messages.authorId });

/** The author's newest there. For the tests of its plan. */
export const selectOfAuthor = (db: Executor, { channelIds, authorId, since, limit }: OfAuthor) =>
  db
    .select({ id: messages.id })
    .from(messages)
    .where(
      and(
        inIdRange(byAuthor, { owner: sql.param(authorId), after: sql.param(since) }),
        sql`${messages.channelId} = any(${sql.param(channelIds)}::uuid[])`,
        live,
      ),
    )
    .orderBy(...newestFirst(byAuthor))
    .limit(limit);

/** Newest first. For the tests of its plan. */
export const selectFound = (db: Executor, viewerId: UserId, filter: SearchFilter & { by: SearchedBy }) =>
  selectMessages(db, sql`${viewerId}::uuid`)
    .where(sql`${messages.id} in (${foundIds(filter)})`)
    .orderBy(desc(messages.id));

export const createMessagesRepo = (db: Executor) => {
  const hotStatements = { ...prepareReading(db), ...prepareSending(db) };
  const chooseIndex = createIndexChoice(db);
  const { pageBefore, pageAfter, byId, byNonce, placeInChannel, insert, lastSent } = hotStatements;
  return {
    /** For the tests of their plans. */
    hotStatements,

    /** Newest first. */
    async listBefore(
      viewerId: UserId,
      page: { channelId: ChannelId; before: MessageId | undefined; limit: number },
    ): Promise<MessageRow[]> {
      return toMessageRows(
        page.channelId,
        await pageBefore.execute({ ...page, viewerId, before: page.before ?? endOfTime }),
      );
    },

    /** Oldest first. */
    async listAfter(
      viewerId: UserId,
      page: { channelId: ChannelId; after: MessageId; limit: number },
    ): Promise<MessageRow[]> {
      return toMessageRows(page.channelId, await pageAfter.execute({ ...page, viewerId }));
    },

    async findById(viewerId: UserId, id: MessageId): Promise<MessageRow | undefined> {
      const [row] = await byId.execute({ viewerId, id });
      return row;
    },

    /** The author's message with this nonce, deleted or not. */
    async findByNonce(authorId: UserId, nonce: Nonce): Promise<MessageRow | undefined> {
      const [row] = await byNonce.execute({ viewerId: authorId, nonce });
      return row;
    },

    async isInChannel(id: MessageId, channelId: ChannelId): Promise<boolean> {
      return (await placeInChannel.execute({ id, channelId })).length > 0;
    },

    /** When the author sent the newest of the channel after that id, deleted or not. */
    async findLastSent(where: {
      channelId: ChannelId;
      authorId: UserId;
      since: MessageId;
    }): Promise<Date | undefined> {
      const [row] = await lastSent.execute(where);
      return row?.createdAt;
    },

    /** Those that were stored, in any order, without those whose author has used the nonce before. */
    async insert(drafts: readonly MessageDraft[]): Promise<MessageRow[]> {
      return toNewRows(drafts, await insert.execute({ drafts: JSON.stringify(drafts) }));
    },

    /** The same of one inside a transaction; undefined when its author has used the nonce before. */
    async insertIn(tx: Executor, draft: MessageDraft): Promise<MessageRow | undefined> {
      const stored = await insertDrafts(tx).execute({ drafts: JSON.stringify([draft]) });
      return toNewRows([draft], stored)[0];
    },

    /** False when the message is gone by now. */
    async update(id: MessageId, patch: MessagePatch): Promise<boolean> {
      const updated = await db
        .update(messages)
        .set(patch)
        .where(and(eq(messages.id, id), live))
        .returning({ id: messages.id });
      return updated.length > 0;
    },

    /** False when another deletion was first. */
    async softDelete(tx: Executor, id: MessageId, deletedAt: Date): Promise<boolean> {
      const deleted = await tx
        .update(messages)
        .set({ deletedAt })
        .where(and(eq(messages.id, id), live))
        .returning({ id: messages.id });
      return deleted.length > 0;
    },

    /** Those of the ids that are there, and in the channel. */
    softDeleteIn(
      tx: Executor,
      { channelId, ids, deletedAt }: { channelId: ChannelId; ids: readonly MessageId[]; deletedAt: Date },
    ) {
      const wanted = tx
        .select({ id: messages.id })
        .from(messages)
        .where(and(inArray(messages.id, [...ids]), eq(messages.channelId, channelId), live));
      return softDeleteAll(tx, wanted, deletedAt);
    },

    softDeleteOfAuthor(tx: Executor, { deletedAt, ...where }: OfAuthor & { deletedAt: Date }) {
      return softDeleteAll(tx, selectOfAuthor(tx, where), deletedAt);
    },

    /** Newest first. */
    async search(viewerId: UserId, filter: SearchFilter): Promise<MessageRow[]> {
      const looked = await selectFound(db, viewerId, { ...filter, by: "looking" });
      if (looked.length === filter.limit) return looked;
      const floor = await findFloor(db, filter);
      const by = await chooseIndex(filter, floor);
      if (floor && (!filter.after || filter.after < floor)) {
        const recent = await selectFound(db, viewerId, { ...filter, by, after: floor });
        if (recent.length === filter.limit) return recent;
      }
      return selectFound(db, viewerId, { ...filter, by });
    },
  };
};
export type MessagesRepo = ReturnType<typeof createMessagesRepo>;
