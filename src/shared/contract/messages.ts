import { z } from "zod";
import { type AttachmentId, ChannelId, MessageId, Nonce, ServerId, UserId } from "../ids.ts";
import { limits } from "../limits.ts";
import { text, type Time } from "./common.ts";
import type { UserRef } from "./users.ts";

/** Source text (Markdown), never HTML. */
const Content = text({ minLength: 1, maxLength: limits.message.maxLength });

export const ListMessages = z
  .object({
    channelId: ChannelId,
    before: MessageId.optional(),
    after: MessageId.optional(),
    /** The page that has this message, or where it was, in its middle. */
    around: MessageId.optional(),
    limit: z.int().min(1).max(limits.message.maxPageSize).default(limits.message.defaultPageSize),
  })
  .refine(
    ({ before, after, around }) => [before, after, around].filter((id) => id !== undefined).length <= 1,
    "at most one of before, after and around",
  );
export type ListMessages = z.infer<typeof ListMessages>;

export const SendMessage = z.object({
  channelId: ChannelId,
  content: Content,
  replyTo: MessageId.optional(),
  nonce: Nonce.optional(),
});
export type SendMessage = z.infer<typeof SendMessage>;

export const EditMessage = z.object({ messageId: MessageId, content: Content });
export type EditMessage = z.infer<typeof EditMessage>;

export const BulkDeleteMessages = z.object({
  channelId: ChannelId,
  messageIds: z.array(MessageId).min(1).max(limits.bulkDeleteMax),
});
export type BulkDeleteMessages = z.infer<typeof BulkDeleteMessages>;

export const MessageById = z.object({ messageId: MessageId });

export const SearchMessages = z
  .object({
    serverId: ServerId.optional(),
    channelId: ChannelId.optional(),
    query: text({ minLength: 1, maxLength: limits.message.maxSearchQueryLength }),
    authorId: UserId.optional(),
    before: MessageId.optional(),
    after: MessageId.optional(),
    limit: z.int().min(1).max(limits.message.maxSearchResults).default(25),
    /** The last page's last message id: results come newest first. */
    cursor: MessageId.nullish(),
  })
  .refine(
    ({ serverId, channelId }) => (serverId === undefined) !== (channelId === undefined),
    "one of serverId and channelId",
  );
export type SearchMessages = z.infer<typeof SearchMessages>;

export interface Attachment {
  id: AttachmentId;
  filename: string;
  contentType: string;
  /** Bytes. */
  size: number;
  width: number | null;
  height: number | null;
  url: string;
  thumbnailUrl: string | null;
}

export interface Reaction {
  emoji: string;
  count: number;
  /** Whether the caller reacted; false in events, where the library keeps its own. */
  me: boolean;
}

export interface Message {
  id: MessageId;
  channelId: ChannelId;
  author: UserRef;
  content: string;
  /** The message answered to; `content` is empty when that one was deleted. */
  replyTo: { id: MessageId; author: UserRef; content: string } | null;
  attachments: Attachment[];
  reactions: Reaction[];
  mentions: UserId[];
  pinned: boolean;
  nonce: Nonce | null;
  createdAt: Time;
  editedAt: Time | null;
}

export interface MessagePage {
  /** Oldest first. */
  messages: Message[];
  hasMoreBefore: boolean;
  hasMoreAfter: boolean;
}

export interface SearchResult {
  /** Newest first. */
  messages: Message[];
  nextCursor: MessageId | null;
}

/** How a mention stands in a message's source. */
export const formatMention = (userId: UserId): string => `<@${userId}>`;

const mentionPattern = /<@([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})>/g;

/** The users whom a message's source mentions, each once, at most `limits.message.maxMentions`. */
export const findMentions = (content: string): UserId[] => {
  const found = new Set<UserId>();
  for (const [, id] of content.matchAll(mentionPattern)) {
    const parsed = UserId.safeParse(id);
    if (parsed.success) found.add(parsed.data);
    if (found.size === limits.message.maxMentions) break;
  }
  return [...found];
};
