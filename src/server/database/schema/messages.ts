import { type SQL, type SQLWrapper, sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  boolean,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import type { AttachmentId, ChannelId, MessageId, Nonce, UserId } from "#shared/ids.ts";
import { channels } from "./channels.ts";
import { createdAt, moment } from "./columns.ts";
import { users } from "./users.ts";

/** "simple" knows no language's stems, so it treats every community's language alike. */
const searchConfiguration = sql.raw("'simple'");

export const wordsOf = (content: SQLWrapper): SQL => sql`to_tsvector(${searchConfiguration}, ${content})`;

export const wordsSought = (query: string): SQL =>
  sql`websearch_to_tsquery(${searchConfiguration}, ${query})`;

/** Stands among a message's words for its channel. No word has a space, so none that is written or searched is like it. */
const channelPrefix = "in ";

export const channelsSought = (channelIds: readonly ChannelId[]): SQL =>
  sql`${channelIds.map((id) => `'${channelPrefix}${id}'`).join(" | ")}::tsquery`;

/**
 * What the search index holds of a message: its words, and its channel as one more, so that the index by itself finds what
 * is said in one channel. The same expression stands in the query: the index serves nothing else.
 */
export const searchedOf = ({ content, channelId }: { content: SQLWrapper; channelId: SQLWrapper }): SQL =>
  sql`(${wordsOf(content)} || array_to_tsvector(array[${sql.raw(`'${channelPrefix}'`)} || ${channelId}::text]))`;

/** Deleted softly: a reply to it, and the audit, still know that it was. */
export const messages = pgTable(
  "messages",
  {
    id: uuid("id").$type<MessageId>().primaryKey(),
    channelId: uuid("channel_id")
      .$type<ChannelId>()
      .notNull()
      .references(() => channels.id, { onDelete: "cascade" }),
    authorId: uuid("author_id")
      .$type<UserId>()
      .notNull()
      .references(() => users.id, { onDelete: "restrict" }),
    content: text("content").notNull(),
    replyToId: uuid("reply_to_id")
      .$type<MessageId>()
      .references((): AnyPgColumn => messages.id, { onDelete: "set null" }),
    mentions: uuid("mentions")
      .array()
      .$type<UserId[]>()
      .notNull()
      .default(sql`'{}'::uuid[]`),
    nonce: uuid("nonce").$type<Nonce>(),
    pinnedAt: moment("pinned_at"),
    createdAt: createdAt(),
    editedAt: moment("edited_at"),
    deletedAt: moment("deleted_at"),
  },
  (table) => [
    // Both in one direction, as `inIdRange` needs them.
    index("messages_channel_idx")
      .on(table.channelId, table.id)
      .where(sql`${table.deletedAt} is null`),
    // Deleted ones too: they count for slow mode.
    index("messages_author_idx").on(table.authorId, table.id),
    index("messages_search_idx")
      .using("gin", searchedOf(table))
      .where(sql`${table.deletedAt} is null`),
    uniqueIndex("messages_author_id_nonce_key")
      .on(table.authorId, table.nonce)
      .where(sql`${table.nonce} is not null`),
    index("messages_reply_to_id_idx")
      .on(table.replyToId)
      .where(sql`${table.replyToId} is not null`),
    // nullsFirst, as ORDER BY … DESC means it: drizzle's own default would leave the planner with a sort.
    index("messages_pinned_idx")
      .on(table.channelId, table.pinnedAt.desc().nullsFirst())
      .where(sql`${table.pinnedAt} is not null and ${table.deletedAt} is null`),
  ],
);

export const reactions = pgTable(
  "reactions",
  {
    messageId: uuid("message_id")
      .$type<MessageId>()
      .notNull()
      .references(() => messages.id, { onDelete: "cascade" }),
    userId: uuid("user_id")
      .$type<UserId>()
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    emoji: text("emoji").notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.messageId, table.emoji, table.userId] }),
    index("reactions_user_id_idx").on(table.userId),
  ],
);

export const attachments = pgTable(
  "attachments",
  {
    id: uuid("id").$type<AttachmentId>().primaryKey(),
    /** None until the message that carries it is sent. */
    messageId: uuid("message_id")
      .$type<MessageId>()
      .references(() => messages.id, { onDelete: "cascade" }),
    uploaderId: uuid("uploader_id")
      .$type<UserId>()
      .references(() => users.id, { onDelete: "set null" }),
    position: integer("position").notNull().default(0),
    filename: text("filename").notNull(),
    contentType: text("content_type").notNull(),
    sizeBytes: bigint("size_bytes", { mode: "number" }).notNull(),
    width: integer("width"),
    height: integer("height"),
    hasThumbnail: boolean("has_thumbnail").notNull().default(false),
    createdAt: createdAt(),
  },
  (table) => [
    index("attachments_message_id_idx").on(table.messageId),
    index("attachments_uploader_id_idx").on(table.uploaderId),
  ],
);

export const readStates = pgTable(
  "read_states",
  {
    userId: uuid("user_id")
      .$type<UserId>()
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    channelId: uuid("channel_id")
      .$type<ChannelId>()
      .notNull()
      .references(() => channels.id, { onDelete: "cascade" }),
    /** No foreign key: ids are ordered in time, so the mark keeps its meaning when its message goes. */
    lastReadMessageId: uuid("last_read_message_id").$type<MessageId>(),
    mentionCount: integer("mention_count").notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.channelId] }),
    index("read_states_channel_id_idx").on(table.channelId),
  ],
);
