/**
 * A page of a channel's history, with all that hangs on its messages, in one statement.
 * - Its plan does not depend on what PostgreSQL has counted (see `inIdRange`). The limit is below a constant, so that the
 *   plan for any page is good and is made once, not anew for each.
 * - Everything is one row of JSON texts, column by column, each author once: making 50 rows with their joins and
 *   aggregates costs PostgreSQL, its driver and Drizzle more than all else, and 50 objects of JSON half as much again.
 */
import { type SQL, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Reaction } from "#shared/contract/messages.ts";
import { limits } from "#shared/limits.ts";
import type { ChannelId, MessageId, Nonce, UserId } from "#shared/ids.ts";
import type { Executor } from "../database/client.ts";
import { inIdRange } from "../database/id-range.ts";
import { attachments, messages, reactions } from "../database/schema/messages.ts";
import { users } from "../database/schema/users.ts";
import type { AttachmentRow, MessageRow } from "./messages.repo.ts";

/** One more than is shown tells whether there are more. */
const mostRows = limits.message.maxPageSize + 1;

type Row = MessageRow["message"];

/** As they come as JSON: null where there is none. The messages themselves column by column, in one order. */
interface PageRow {
  ids: MessageId[];
  authorIds: UserId[];
  contents: string[];
  replyToIds: (MessageId | null)[];
  mentions: UserId[][];
  nonces: (Nonce | null)[];
  pinnedAt: (string | null)[];
  createdAt: string[];
  editedAt: (string | null)[];
  quoted: (Pick<Row, "id" | "authorId" | "content"> & { deletedAt: string | null })[];
  authors: (Omit<MessageRow["author"], "deletedAt"> & { deletedAt: string | null })[];
  reactions: (Reaction & { messageId: MessageId })[];
  attachments: (AttachmentRow & { messageId: MessageId })[];
}
type OfPage<Key extends keyof PageRow> = PageRow[Key] | null;

const byChannel = { owner: messages.channelId, id: messages.id };
const owner = sql.placeholder("channelId");

const before = sql`${inIdRange(byChannel, { owner, before: sql.placeholder("before") })} and ${messages.deletedAt} is null
  order by ${messages.channelId} desc, ${messages.id} desc`;
const after = sql`${inIdRange(byChannel, { owner, after: sql.placeholder("after") })} and ${messages.deletedAt} is null
  order by ${messages.channelId}, ${messages.id}`;

const repliedTo = alias(messages, "replied_to");

const ofPage = sql`any(array(select id from page))`;

/** What hangs on the page's messages, looked for once for all of them. */
const hangingOn = {
  quoted: sql<OfPage<"quoted">>`(select json_agg(quoted) from quoted)`,
  authors: sql<OfPage<"authors">>`(select json_agg(author) from (
    select ${users.id}, ${users.username}, ${users.displayName} as "displayName", ${users.bot},
      ${users.deletedAt} as "deletedAt"
    from ${users}
    where ${users.id} = any(array(select author_id from page union all select "authorId" from quoted))) author)`,
  reactions: sql<OfPage<"reactions">>`(select json_agg(reaction) from (
    select ${reactions.messageId} as "messageId", ${reactions.emoji}, count(*)::int as count,
      bool_or(${reactions.userId} = ${sql.placeholder("viewerId")}::uuid) as me
    from ${reactions} where ${reactions.messageId} = ${ofPage}
    group by ${reactions.messageId}, ${reactions.emoji}
    order by min(${reactions.createdAt}), ${reactions.emoji}) reaction)`,
  attachments: sql<OfPage<"attachments">>`(select json_agg(attachment) from (
    select ${attachments.messageId} as "messageId", ${attachments.id}, ${attachments.filename},
      ${attachments.contentType} as "contentType", ${attachments.sizeBytes} as size, ${attachments.width},
      ${attachments.height}, ${attachments.hasThumbnail} as "hasThumbnail"
    from ${attachments} where ${attachments.messageId} = ${ofPage}
    order by ${attachments.position}) attachment)`,
};

const selectPage = (db: Executor, range: SQL) => {
  const page = db.$with("page", { id: messages.id }).as(sql`
    select * from (
      select ${messages.id}, ${messages.authorId}, ${messages.content}, ${messages.replyToId}, ${messages.mentions},
        ${messages.nonce}, ${messages.pinnedAt}, ${messages.createdAt}, ${messages.editedAt}
      from ${messages} where ${range} limit ${sql.raw(String(mostRows))}
    ) nearest limit ${sql.placeholder("limit")}`);
  const quoted = db.$with("quoted", { id: repliedTo.id }).as(sql`
    select ${repliedTo.id}, ${repliedTo.authorId} as "authorId", ${repliedTo.content}, ${repliedTo.deletedAt} as "deletedAt"
    from ${messages} replied_to where ${repliedTo.id} = any(array(select reply_to_id from page))`);
  return db
    .with(page, quoted)
    .select({
      ids: sql<OfPage<"ids">>`json_agg(page.id)`,
      authorIds: sql<OfPage<"authorIds">>`json_agg(page.author_id)`,
      contents: sql<OfPage<"contents">>`json_agg(page.content)`,
      replyToIds: sql<OfPage<"replyToIds">>`json_agg(page.reply_to_id)`,
      mentions: sql<OfPage<"mentions">>`json_agg(page.mentions)`,
      nonces: sql<OfPage<"nonces">>`json_agg(page.nonce)`,
      pinnedAt: sql<OfPage<"pinnedAt">>`json_agg(page.pinned_at)`,
      createdAt: sql<OfPage<"createdAt">>`json_agg(page.created_at)`,
      editedAt: sql<OfPage<"editedAt">>`json_agg(page.edited_at)`,
      ...hangingOn,
    })
    .from(page);
};

export const preparePages = (db: Executor) => ({
  pageBefore: selectPage(db, before).prepare("messages_page_before"),
  pageAfter: selectPage(db, after).prepare("messages_page_after"),
});

type Found = { [Key in keyof PageRow]: OfPage<Key> };

const toDate = (time: string | null | undefined): Date | null => (time ? new Date(time) : null);

/** What each message has of them, in the order in which they came. */
const byMessage = <T extends { messageId: MessageId }>(rows: readonly T[] | null) => {
  const found = new Map<MessageId, Omit<T, "messageId">[]>();
  for (const { messageId, ...rest } of rows ?? []) {
    const those = found.get(messageId);
    if (those) those.push(rest);
    else found.set(messageId, [rest]);
  }
  return found;
};

const toMessage = (page: Found, id: MessageId, index: number): Omit<Row, "channelId"> | undefined => {
  const authorId = page.authorIds?.[index];
  const content = page.contents?.[index];
  const mentions = page.mentions?.[index];
  const createdAt = page.createdAt?.[index];
  if (!authorId || content === undefined || !mentions || !createdAt) return undefined;
  return {
    id,
    authorId,
    content,
    replyToId: page.replyToIds?.[index] ?? null,
    mentions,
    nonce: page.nonces?.[index] ?? null,
    pinnedAt: toDate(page.pinnedAt?.[index]),
    createdAt: new Date(createdAt),
    editedAt: toDate(page.editedAt?.[index]),
    deletedAt: null,
  };
};

/** The rows as reading them one by one would give them. */
export const toMessageRows = (channelId: ChannelId, [page]: readonly Found[]): MessageRow[] => {
  if (!page) return [];
  const reactionsOf = byMessage(page.reactions);
  const attachmentsOf = byMessage(page.attachments);
  const quotes = new Map((page.quoted ?? []).map((quote) => [quote.id, quote]));
  const authors = new Map(
    (page.authors ?? []).map((author) => [author.id, { ...author, deletedAt: toDate(author.deletedAt) }]),
  );
  return (page.ids ?? []).flatMap((id, index) => {
    const message = toMessage(page, id, index);
    const author = message && authors.get(message.authorId);
    if (!author) return [];
    const quote = message.replyToId === null ? undefined : quotes.get(message.replyToId);
    return {
      message: { ...message, channelId },
      author,
      replyTo: quote ? { id: quote.id, content: quote.content, deletedAt: toDate(quote.deletedAt) } : null,
      replyToAuthor: (quote && authors.get(quote.authorId)) ?? null,
      reactions: reactionsOf.get(id) ?? null,
      attachments: attachmentsOf.get(id) ?? null,
    };
  });
};
