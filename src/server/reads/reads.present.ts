import type { ReadState } from "#shared/contract/reads.ts";
import type { ReadRow } from "./reads.repo.ts";

export const presentReadState = (row: ReadRow): ReadState => ({
  channelId: row.channelId,
  lastReadMessageId: row.lastReadMessageId,
  mentionCount: row.mentionCount,
});
