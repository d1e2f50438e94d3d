import { keepPreviousData } from "@tanstack/react-query";
import { Search, SearchX, X } from "lucide-react";
import { useEffect, useRef } from "react";

import { useSeenChannels } from "#client/features/servers/use-rights.ts";
import { Failure } from "#client/features/session/failure.tsx";
import { NextPage } from "#client/features/session/next-page.tsx";
import { findTrouble } from "#client/features/session/trouble.ts";
import { useReturnFocus } from "#client/lib/use-return-focus.ts";
import { useSettled } from "#client/lib/use-settled.ts";
import { Button } from "#client/ui/button.tsx";
import { EmptyState } from "#client/ui/empty-state.tsx";
import { IconButton } from "#client/ui/icon-button.tsx";
import { SegmentedControl } from "#client/ui/segmented-control.tsx";
import { SkeletonList } from "#client/ui/skeleton.tsx";
import { TextField } from "#client/ui/text-field.tsx";
import { trpc } from "#sdk/react.ts";
import type { Channel } from "#shared/contract/channels.ts";
import type { Message } from "#shared/contract/messages.ts";
import type { ServerId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";

import styles from "./search-panel.module.css";
import { SearchHit } from "./search-hit.tsx";

type Scope = "channel" | "server";

export interface SearchState {
  query: string;
  scope: Scope;
}

export type SearchPanelProps = {
  serverId: ServerId;
  channel: Channel;
  search: SearchState;
  onSearchChange: (search: SearchState) => void;
  onJump: (message: Message) => void;
  onClose: () => void;
};

const useFound = ({ serverId, channel, search }: SearchPanelProps, query: string) => {
  const place = search.scope === "channel" ? { channelId: channel.id } : { serverId };
  return trpc.messages.search.useInfiniteQuery(
    { ...place, query },
    {
      enabled: query !== "",
      getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
      placeholderData: keepPreviousData,
      // What is found is of this moment: it is not kept by events.
      staleTime: 0,
      gcTime: 60_000,
    },
  );
};

const limitTitle = "You have searched a lot in a short time";

const Failed = ({ found, trouble }: { found: ReturnType<typeof useFound>; trouble: unknown }) => (
  <div className={styles.note}>
    <Failure
      limitTitle={limitTitle}
      title="The search didn’t work"
      error={trouble}
      onRetry={() => void found.refetch()}
      isRetrying={found.isFetching}
    />
  </div>
);

type HitsProps = {
  panel: SearchPanelProps;
  query: string;
  found: ReturnType<typeof useFound>;
  messages: readonly Message[];
  channels: readonly Channel[];
};

const Hits = ({ panel, query, found, messages, channels }: HitsProps) => {
  const { serverId, search, onJump } = panel;
  const getPlace = ({ channelId }: Message): string | undefined =>
    search.scope === "server" ? channels.find(({ id }) => id === channelId)?.name : undefined;
  return (
    <>
      <ul className={styles.hits} aria-busy={found.isPlaceholderData}>
        {messages.map((message) => (
          <li key={message.id}>
            <SearchHit
              serverId={serverId}
              message={message}
              query={query}
              channelName={getPlace(message)}
              onJump={onJump}
            />
          </li>
        ))}
      </ul>
      {found.hasNextPage && (
        <div className={styles.more}>
          <NextPage query={found} limitTitle={limitTitle}>
            <Button isWide isPending={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
              Show more
            </Button>
          </NextPage>
        </div>
      )}
    </>
  );
};

const none: Channel[] = [];
/** Whoever looks for each letter on the keyboard must not come near the limit of searches. */
const settledAfterMs = 500;

const Results = (panel: SearchPanelProps) => {
  const { serverId } = panel;
  const { data = none } = trpc.channels.list.useQuery({ serverId }, { enabled: false });
  const channels = useSeenChannels(serverId, data);
  const query = useSettled(panel.search.query.trim(), settledAfterMs);
  const found = useFound(panel, query);
  const trouble = findTrouble(found);
  if (query === "") {
    return (
      <EmptyState icon={<Search />} title="Find a message">
        Type a word or two. You find what you may read, the newest first.
      </EmptyState>
    );
  }
  if (trouble !== null) return <Failed found={found} trouble={trouble} />;
  if (!found.data) return <SkeletonList label="Searching" rows={5} hasText />;
  // A channel that was made a moment ago may not be listed yet; one that is hidden by a view as a role is listed.
  const isHidden = ({ channelId }: Message): boolean =>
    data.some(({ id }) => id === channelId) && !channels.some(({ id }) => id === channelId);
  const messages = found.data.pages.flatMap((page) => page.messages).filter((message) => !isHidden(message));
  if (messages.length === 0 && !found.hasNextPage) {
    return (
      <EmptyState icon={<SearchX />} title="Nothing found">
        {panel.search.scope === "channel"
          ? "Try other words, or search the whole server."
          : "Try other words."}
      </EmptyState>
    );
  }
  return <Hits panel={panel} query={query} found={found} messages={messages} channels={channels} />;
};

/** Finds messages, beside the conversation; on a phone in its place. */
export const SearchPanel = (props: SearchPanelProps) => {
  const { channel, search, onSearchChange, onClose } = props;
  const field = useRef<HTMLInputElement>(null);
  useReturnFocus();
  useEffect(() => field.current?.focus(), []);
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- Esc in any of its fields closes it
    <search
      className={styles.panel}
      aria-label="Search messages"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.preventDefault();
        onClose();
      }}
    >
      <header className={styles.header}>
        <h2 className={styles.title}>Search</h2>
        <IconButton label="Close search" icon={<X />} tooltipSide="bottom" onClick={onClose} />
      </header>
      <div className={styles.form}>
        <TextField
          ref={field}
          label="Search messages"
          isLabelHidden
          type="search"
          placeholder="Search"
          icon={<Search />}
          maxLength={limits.message.maxSearchQueryLength}
          value={search.query}
          onChange={(event) => onSearchChange({ ...search, query: event.target.value })}
        />
        <SegmentedControl
          label="Where to search"
          options={[
            { value: "channel", label: `#${channel.name}` },
            { value: "server", label: "Whole server" },
          ]}
          value={search.scope}
          onValueChange={(scope) => onSearchChange({ ...search, scope })}
        />
      </div>
      <div className={styles.results}>
        <Results {...props} />
      </div>
    </search>
  );
};
