import { z } from "zod";
import { ChannelId, type MessageId, OverrideTarget, ServerId } from "../ids.ts";
import { limits } from "../limits.ts";
import { type Bits, BitsInput, optionalText, text } from "./common.ts";

export const ChannelType = z.enum(["text", "voice", "category"]);
export type ChannelType = z.infer<typeof ChannelType>;

const ChannelName = text(limits.channelName);
const Topic = optionalText(limits.channelTopic);

export const ListChannels = z.object({ serverId: ServerId });
export const CreateChannel = z.object({
  serverId: ServerId,
  name: ChannelName,
  type: ChannelType,
  parentId: ChannelId.nullish(),
  topic: Topic.optional(),
});
export type CreateChannel = z.infer<typeof CreateChannel>;

export const UpdateChannel = z.object({
  channelId: ChannelId,
  name: ChannelName.optional(),
  topic: Topic.optional(),
  parentId: ChannelId.nullable().optional(),
});
export type UpdateChannel = z.infer<typeof UpdateChannel>;

export const ChannelById = z.object({ channelId: ChannelId });

export const ReorderChannels = z.object({
  serverId: ServerId,
  order: z
    .array(z.object({ id: ChannelId, parentId: ChannelId.nullable() }))
    .min(1)
    .max(limits.channelsPerServer),
});
export type ReorderChannels = z.infer<typeof ReorderChannels>;

export const SetOverride = z.object({
  channelId: ChannelId,
  target: OverrideTarget,
  allow: BitsInput,
  deny: BitsInput,
});
export type SetOverride = z.infer<typeof SetOverride>;
export const RemoveOverride = z.object({ channelId: ChannelId, target: OverrideTarget });
export type RemoveOverride = z.infer<typeof RemoveOverride>;

export interface Override {
  target: OverrideTarget;
  allow: Bits;
  deny: Bits;
}

/** The same for every receiver, as events carry it. The library resolves `permissions` from roles and overrides. */
export interface SharedChannel {
  id: ChannelId;
  serverId: ServerId | null;
  type: ChannelType;
  name: string;
  topic: string | null;
  parentId: ChannelId | null;
  position: number;
  overrides: Override[];
}

export interface Channel extends SharedChannel {
  /** The caller's, resolved. */
  permissions: Bits;
  /** The newest message that is not deleted; unread when it is above the caller's read mark. */
  lastMessageId: MessageId | null;
}
