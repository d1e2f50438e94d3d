import type { ChannelId, ServerId } from "#shared/ids.ts";

export type ConversationProps = {
  serverId: ServerId;
  channelId: ChannelId;
  isMembersOpen: boolean;
  onToggleMembers: () => void;
  /** On a phone: back to the channels. */
  onOpenChannels: () => void;
};

export const Conversation = ({ channelId }: ConversationProps) => <p>{channelId}</p>;
