import { z } from "zod";
import { ChannelId, type MessageId, OverrideTarget, ServerId } from "../ids.ts";
import { limits } from "../limits.ts";
import { type Bits, BitsInput, optionalText, text } from "./common.ts";

export const ChannelType = z.enum(["text", "voice", "category"]);
export type ChannelType = z.infer<typeof ChannelType>;

const ChannelName = text(limits.channelName);
const Topic = optionalText(limits.channelTopic);

export const ListChannels = z.object({ serverId: ServerId });
/** What one role or member may and may not do in a channel. */
export const OverrideInput = z.object({ target: OverrideTarget, allow: BitsInput, deny: BitsInput });
export type OverrideInput = z.infer<typeof OverrideInput>;

export const CreateChannel = z.object({
  serverId: ServerId,
  name: ChannelName,
  type: ChannelType,
  parentId: ChannelId.nullish(),
  topic: Topic.optional(),
  /** Its own from the first moment; without them a channel follows its category. */
  overrides: z.array(OverrideInput).max(limits.overridesPerChannel).optional(),
});
export type CreateChannel = z.infer<typeof CreateChannel>;

export const UpdateChannel = z.object({
  channelId: ChannelId,
  name: ChannelName.optional(),
  topic: Topic.optional(),
  parentId: ChannelId.nullable().optional(),
  /** 0: none. */
  slowModeSeconds: z.int().min(0).max(limits.slowModeMaxSeconds).optional(),
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

export const SetOverride = z.object({ channelId: ChannelId, ...OverrideInput.shape });
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
  /** How long a member waits between two messages; 0: not at all. */
  slowModeSeconds: number;
  /** Those that count: its own, or its category's. */
  overrides: Override[];
  /** Whether `overrides` are its category's, and change with them. */
  followsCategory: boolean;
}

export interface Channel extends SharedChannel {
  /** The caller's, resolved. */
  permissions: Bits;
  /** The newest message that is not deleted; unread when it is above the caller's read mark. */
  lastMessageId: MessageId | null;
}
