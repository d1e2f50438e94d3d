import { lazy, Suspense, useState } from "react";
import { useLocation } from "wouter";

import { channelPath } from "#client/features/navigation/paths.ts";
import type { SearchState } from "#client/features/search/search-panel.tsx";
import { useShortcuts } from "#client/lib/shortcuts.ts";
import { SkeletonList } from "#client/ui/skeleton.tsx";
import { phoneQuery } from "#client/lib/use-media-query.ts";
import { trpc } from "#sdk/react.ts";
import type { Message } from "#shared/contract/messages.ts";
import type { ChannelId, ServerId } from "#shared/ids.ts";

import { ChannelView } from "./channel-view.tsx";
import { ConversationHeader, searchShortcut } from "./conversation-header.tsx";
import styles from "./conversation.module.css";
import { PeopleProvider, useServerPeople } from "./people-context.tsx";

const SearchPanel = lazy(() =>
  import("#client/features/search/search-panel.tsx").then((module) => ({ default: module.SearchPanel })),
);

export type ConversationProps = {
  serverId: ServerId;
  channelId: ChannelId;
  isMembersOpen: boolean;
  onToggleMembers: () => void;
  /** On a phone: back to the channels. */
  onOpenChannels: () => void;
};

type Search = { isOpen: boolean; state: SearchState };

const closedSearch: Search = { isOpen: false, state: { query: "", scope: "channel" } };

/** A text channel: its head, its messages, and where one writes. The search stays open from channel to channel. */
export const Conversation = ({ serverId, channelId, ...neighbours }: ConversationProps) => {
  const { data: channels } = trpc.channels.list.useQuery({ serverId }, { enabled: false });
  const channel = channels?.find(({ id }) => id === channelId);
  const people = useServerPeople(serverId);
  const [search, setSearch] = useState(closedSearch);
  const [, navigate] = useLocation();
  const setOpen = (isOpen: boolean): void => setSearch({ ...search, isOpen });
  const jump = ({ channelId: place, id }: Message): void => {
    // There the panel covers what it leads to.
    if (window.matchMedia(phoneQuery).matches) setOpen(false);
    navigate(channelPath(serverId, place, id));
  };
  useShortcuts({ [searchShortcut]: () => setOpen(true) });
  if (!channel) return <SkeletonList label="Loading messages" rows={7} hasText />;
  return (
    <PeopleProvider value={people}>
      <div className={styles.conversation}>
        <ConversationHeader
          channel={channel}
          isSearchOpen={search.isOpen}
          onToggleSearch={() => setOpen(!search.isOpen)}
          {...neighbours}
        />
        <div className={styles.body}>
          <ChannelView key={channelId} serverId={serverId} channel={channel} />
          {search.isOpen && (
            <Suspense>
              <SearchPanel
                serverId={serverId}
                channel={channel}
                search={search.state}
                onSearchChange={(state) => setSearch({ isOpen: true, state })}
                onJump={jump}
                onClose={() => setOpen(false)}
              />
            </Suspense>
          )}
        </div>
      </div>
    </PeopleProvider>
  );
};
