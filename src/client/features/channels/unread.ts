/** What is unread, from the newest messages and the read marks. Pure. */
import type { Channel } from "#shared/contract/channels.ts";
import type { ReadState } from "#shared/contract/reads.ts";
import type { ChannelId, MessageId } from "#shared/ids.ts";

export interface Unread {
  isUnread: boolean;
  mentionCount: number;
}

export type ReadIndex = ReadonlyMap<ChannelId, ReadState>;

/** A UUIDv7 begins with the milliseconds at which it was made. */
const getTimeMs = (id: MessageId): number => Number.parseInt(id.replace("-", "").slice(0, 12), 16);

/** Of a channel never opened, only what came after its reader did. */
const isNew = (lastMessageId: MessageId, read: ReadState | undefined, joinedAtMs: number): boolean =>
  read?.lastReadMessageId ? lastMessageId > read.lastReadMessageId : getTimeMs(lastMessageId) > joinedAtMs;

export const getUnread = (channel: Channel, reads: ReadIndex, joinedAtMs: number): Unread => {
  const read = reads.get(channel.id);
  const { lastMessageId } = channel;
  return {
    isUnread: lastMessageId !== null && isNew(lastMessageId, read, joinedAtMs),
    mentionCount: read?.mentionCount ?? 0,
  };
};

export const sumUnread = (channels: readonly Channel[], reads: ReadIndex, joinedAtMs: number): Unread => {
  const each = channels.map((channel) => getUnread(channel, reads, joinedAtMs));
  return {
    isUnread: each.some(({ isUnread }) => isUnread),
    mentionCount: each.reduce((sum, { mentionCount }) => sum + mentionCount, 0),
  };
};

const indexes = new WeakMap<readonly ReadState[], ReadIndex>();
const noReads: ReadIndex = new Map();

/** The marks by channel; made once for each state of the list. */
export const indexReads = (reads: readonly ReadState[] | undefined): ReadIndex => {
  if (!reads) return noReads;
  const known = indexes.get(reads);
  if (known) return known;
  const index: ReadIndex = new Map(reads.map((read) => [read.channelId, read]));
  indexes.set(reads, index);
  return index;
};
