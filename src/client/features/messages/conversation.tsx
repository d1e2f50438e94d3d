import { useState } from "react";

import { useShortcuts } from "#client/lib/shortcuts.ts";
import { SkeletonList } from "#client/ui/skeleton.tsx";
import { trpc } from "#sdk/react.ts";
import type { ChannelId, ServerId } from "#shared/ids.ts";

import { ChannelView } from "./channel-view.tsx";
import { ConversationHeader, searchShortcut } from "./conversation-header.tsx";
import styles from "./conversation.module.css";
import { PeopleProvider, useServerPeople } from "./people-context.tsx";

export type ConversationProps = {
  serverId: ServerId;
  channelId: ChannelId;
  isMembersOpen: boolean;
  onToggleMembers: () => void;
  /** On a phone: back to the channels. */
  onOpenChannels: () => void;
};

/** A text channel: its head, its messages, and where one writes. */
export const Conversation = ({ serverId, channelId, ...neighbours }: ConversationProps) => {
  const { data: channels } = trpc.channels.list.useQuery({ serverId }, { enabled: false });
  const channel = channels?.find(({ id }) => id === channelId);
  const people = useServerPeople(serverId);
  const [isSearchOpen, setIsSearchOpen] = useState(false);
  useShortcuts({ [searchShortcut]: () => setIsSearchOpen(true) });
  if (!channel) return <SkeletonList label="Loading messages" rows={7} hasText />;
  return (
    <PeopleProvider value={people}>
      <div className={styles.conversation}>
        <ConversationHeader
          channel={channel}
          isSearchOpen={isSearchOpen}
          onToggleSearch={() => setIsSearchOpen(!isSearchOpen)}
          {...neighbours}
        />
        <div className={styles.body}>
          <ChannelView key={channelId} serverId={serverId} channel={channel} />
        </div>
      </div>
    </PeopleProvider>
  );
};
