import type { Attachment, Message } from "#shared/contract/messages.ts";
import { presentUserRef } from "../users/users.present.ts";
import type { AttachmentRow, MessageRow } from "./messages.repo.ts";

const presentAttachment = ({ hasThumbnail, ...row }: AttachmentRow): Attachment => {
  const url = `/api/attachments/${row.id}/${encodeURIComponent(row.filename)}`;
  return { ...row, url, thumbnailUrl: hasThumbnail ? `${url}?thumbnail` : null };
};

const presentReply = ({ replyTo, replyToAuthor }: MessageRow): Message["replyTo"] =>
  replyTo && replyToAuthor
    ? {
        id: replyTo.id,
        author: presentUserRef(replyToAuthor),
        content: replyTo.deletedAt ? "" : replyTo.content,
      }
    : null;

export const presentMessage = (row: MessageRow): Message => ({
  id: row.message.id,
  channelId: row.message.channelId,
  author: presentUserRef(row.author),
  content: row.message.content,
  replyTo: presentReply(row),
  attachments: (row.attachments ?? []).map(presentAttachment),
  reactions: row.reactions ?? [],
  mentions: row.message.mentions,
  pinned: row.message.pinnedAt !== null,
  nonce: row.message.nonce,
  createdAt: row.message.createdAt.toISOString(),
  editedAt: row.message.editedAt?.toISOString() ?? null,
});

/** As an event carries it: the same for every receiver. */
export const presentSharedMessage = (row: MessageRow): Message => {
  const message = presentMessage(row);
  return { ...message, reactions: message.reactions.map((reaction) => ({ ...reaction, me: false })) };
};
