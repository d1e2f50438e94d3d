import { z } from "zod";
import { ChannelId, MessageId } from "../ids.ts";

export const AckRead = z.object({ channelId: ChannelId, messageId: MessageId });
export type AckRead = z.infer<typeof AckRead>;

export interface ReadState {
  channelId: ChannelId;
  lastReadMessageId: MessageId | null;
  /** Mentions of the caller above the read mark. */
  mentionCount: number;
}
