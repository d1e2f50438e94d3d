/**
 * A page of a channel's history, with all that hangs on its messages, in one statement.
 * - Its plan does not depend on what PostgreSQL has counted (see `inIdRange`). The limit is below a constant, so that the
 *   plan for any page is good and is made once, not anew for each.
 * - Everything is one row of JSON texts, each author once: making 50 rows with their joins and aggregates costs PostgreSQL,
 *   its driver and Drizzle more than all else.
 */
import { type SQL, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Reaction } from "#shared/contract/messages.ts";
import { limits } from "#shared/limits.ts";
import type { MessageId, UserId } from "#shared/ids.ts";
import type { Executor } from "../database/client.ts";
import { inIdRange } from "../database/id-range.ts";
import { attachments, messages, reactions } from "../database/schema/messages.ts";
import { users } from "../database/schema/users.ts";
import type { AttachmentRow, MessageRow } from "./messages.repo.ts";

/** One more than is shown tells whether there are more. */
const mostRows = limits.message.maxPageSize + 1;

type Row = MessageRow["message"];
type Moments = "createdAt" | "editedAt" | "pinnedAt";

/** As they come as JSON: null where there is none. */
interface PageRow {
  messages: (Omit<Row, Moments | "deletedAt"> & {
    createdAt: string;
    editedAt: string | null;
    pinnedAt: string | null;
  })[];
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

const selectPage = (db: Executor, range: SQL) => {
  const page = db.$with("page", { id: messages.id }).as(sql`
    select * from (
      select ${messages.id}, ${messages.channelId} as "channelId", ${messages.authorId} as "authorId", ${messages.content},
        ${messages.replyToId} as "replyToId", ${messages.mentions}, ${messages.nonce}, ${messages.pinnedAt} as "pinnedAt",
        ${messages.createdAt} as "createdAt", ${messages.editedAt} as "editedAt"
      from ${messages} where ${range} limit ${sql.raw(String(mostRows))}
    ) nearest limit ${sql.placeholder("limit")}`);
  const quoted = db.$with("quoted", { id: repliedTo.id }).as(sql`
    select ${repliedTo.id}, ${repliedTo.authorId} as "authorId", ${repliedTo.content}, ${repliedTo.deletedAt} as "deletedAt"
    from ${messages} replied_to where ${repliedTo.id} = any(array(select "replyToId" from page))`);
  const ofPage = sql`any(array(select id from page))`;
  return db
    .with(page, quoted)
    .select({
      messages: sql<OfPage<"messages">>`json_agg(page)`,
      quoted: sql<OfPage<"quoted">>`(select json_agg(quoted) from quoted)`,
      authors: sql<OfPage<"authors">>`(select json_agg(author) from (
        select ${users.id}, ${users.username}, ${users.displayName} as "displayName", ${users.bot},
          ${users.deletedAt} as "deletedAt"
        from ${users}
        where ${users.id} = any(array(select "authorId" from page union select "authorId" from quoted))) author)`,
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
    })
    .from(page);
};

export const preparePages = (db: Executor) => ({
  pageBefore: selectPage(db, before).prepare("messages_page_before"),
  pageAfter: selectPage(db, after).prepare("messages_page_after"),
});

const toDate = (time: string | null): Date | null => (time === null ? null : new Date(time));

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

const byId = <Id extends string, T extends { id: Id }>(rows: readonly T[] | null): Map<Id, T> =>
  new Map((rows ?? []).map((one) => [one.id, one]));

/** The rows as reading them one by one would give them. */
export const toMessageRows = ([page]: readonly { [Key in keyof PageRow]: OfPage<Key> }[]): MessageRow[] => {
  if (!page) return [];
  const reactionsOf = byMessage(page.reactions);
  const attachmentsOf = byMessage(page.attachments);
  const quotes = byId<MessageId, PageRow["quoted"][number]>(page.quoted);
  const authors = byId<UserId, MessageRow["author"]>(
    (page.authors ?? []).map((author) => ({ ...author, deletedAt: toDate(author.deletedAt) })),
  );
  return (page.messages ?? []).flatMap((message) => {
    const author = authors.get(message.authorId);
    if (!author) return [];
    const quote = message.replyToId === null ? undefined : quotes.get(message.replyToId);
    return {
      message: {
        ...message,
        createdAt: new Date(message.createdAt),
        editedAt: toDate(message.editedAt),
        pinnedAt: toDate(message.pinnedAt),
        deletedAt: null,
      },
      author,
      replyTo: quote ? { id: quote.id, content: quote.content, deletedAt: toDate(quote.deletedAt) } : null,
      replyToAuthor: (quote && authors.get(quote.authorId)) ?? null,
      reactions: reactionsOf.get(message.id) ?? null,
      attachments: attachmentsOf.get(message.id) ?? null,
    };
  });
};
