import { ChevronDown, Lock, Plus } from "lucide-react";
import { Link } from "wouter";

import { channelPath } from "#client/features/navigation/paths.ts";
import { useSeenChannels } from "#client/features/servers/use-rights.ts";
import { Failure } from "#client/features/session/failure.tsx";
import { findTrouble } from "#client/features/session/trouble.ts";
import { Badge } from "#client/ui/badge.tsx";
import { IconButton } from "#client/ui/icon-button.tsx";
import { ContextMenu } from "#client/ui/menu.tsx";
import { ScrollArea } from "#client/ui/scroll-area.tsx";
import { Skeleton } from "#client/ui/skeleton.tsx";
import { VisuallyHidden } from "#client/ui/visually-hidden.tsx";
import { trpc } from "#sdk/react.ts";
import type { Channel } from "#shared/contract/channels.ts";
import type { ChannelId, ServerId } from "#shared/ids.ts";

import { ChannelIcon } from "./channel-icon.tsx";
import styles from "./channel-list.module.css";
import { type ChannelGroup, groupChannels } from "./channel-tree.ts";
import { Options, Row } from "./channel-row.tsx";
import { useCollapsed } from "./collapsed-categories.ts";
import { getUnread, type Unread } from "./unread.ts";
import { type ChannelActions, useChannelActions } from "./use-channel-actions.tsx";
import { useJoinedAtMs, useReadIndex } from "./use-unread.ts";
import { useIsPrivate } from "./use-is-private.ts";
import { VoiceChannel } from "./voice-channel.tsx";

type ListProps = {
  serverId: ServerId;
  activeId: ChannelId | undefined;
  /** A channel was chosen, the one that is open already too. */
  onOpen: () => void;
};

type ViewProps = ListProps & {
  actions: ChannelActions;
  getUnreadOf: (channel: Channel) => Unread;
  isPrivate: (channel: Channel) => boolean;
};

/** Beside the name of what not everybody sees. */
const PrivateMark = () => (
  <>
    <Lock className={styles.private} aria-hidden />
    <VisuallyHidden> (private)</VisuallyHidden>
  </>
);

const TextChannel = ({ channel, ...view }: ViewProps & { channel: Channel }) => {
  const { isUnread, mentionCount } = view.getUnreadOf(channel);
  const isActive = channel.id === view.activeId;
  const items = view.actions.getItems(channel, isUnread || mentionCount > 0);
  const marks = { "data-unread": isUnread && !isActive, "data-active": isActive };
  return (
    <Row items={items} {...marks}>
      <Link
        href={channelPath(view.serverId, channel.id)}
        className={styles.link}
        onClick={view.onOpen}
        {...(isActive && { "aria-current": "page" })}
      >
        <ChannelIcon type="text" />
        <span className={styles.name}>{channel.name}</span>
        {view.isPrivate(channel) && <PrivateMark />}
        {isUnread && !isActive && <VisuallyHidden> (unread)</VisuallyHidden>}
        <Badge count={mentionCount} label={mentionCount === 1 ? "mention" : "mentions"} />
      </Link>
      <Options name={`#${channel.name}`} items={items} />
    </Row>
  );
};

const Channels = ({ channels, ...view }: ViewProps & { channels: readonly Channel[] }) => (
  <ul className={styles.list}>
    {channels.map((channel) =>
      channel.type === "voice" ? (
        <VoiceChannel
          key={channel.id}
          serverId={view.serverId}
          channel={channel}
          isActive={channel.id === view.activeId}
          items={view.actions.getItems(channel, false)}
          mark={view.isPrivate(channel) && <PrivateMark />}
          onOpen={view.onOpen}
        />
      ) : (
        <TextChannel key={channel.id} channel={channel} {...view} />
      ),
    )}
  </ul>
);

/** Folded away, a category still shows where one is and what is unread. */
const getShown = ({ channels }: ChannelGroup, { activeId, getUnreadOf }: ViewProps): readonly Channel[] =>
  channels.filter((channel) => {
    const { isUnread, mentionCount } = getUnreadOf(channel);
    return channel.id === activeId || isUnread || mentionCount > 0;
  });

type CategoryProps = ViewProps & {
  group: ChannelGroup;
  category: Channel;
  isCollapsed: boolean;
  onToggle: () => void;
};

const Category = ({ group, category, isCollapsed, onToggle, ...view }: CategoryProps) => {
  const { actions, serverId } = view;
  const items = actions.getItems(category, false);
  const head = (
    <div className={styles.category}>
      <h3 className={styles.categoryTitle}>
        <button type="button" className={styles.toggle} aria-expanded={!isCollapsed} onClick={onToggle}>
          <ChevronDown aria-hidden />
          <span className={styles.name}>{category.name}</span>
          {view.isPrivate(category) && <PrivateMark />}
        </button>
      </h3>
      <Options name={category.name} items={items} />
      {actions.canManage && (
        <IconButton
          size="small"
          label={`Create a channel in ${category.name}`}
          icon={<Plus />}
          onClick={() => actions.open({ kind: "create", serverId, type: "text", parentId: category.id })}
        />
      )}
    </div>
  );
  return (
    <section aria-label={category.name}>
      {items.length === 0 ? head : <ContextMenu items={items}>{head}</ContextMenu>}
      <Channels channels={isCollapsed ? getShown(group, view) : group.channels} {...view} />
    </section>
  );
};

const widths = ["62%", "44%", "70%", "52%", "38%"] as const;

const Loading = () => (
  <div className={styles.loading} aria-busy>
    <output>
      <VisuallyHidden>Loading channels</VisuallyHidden>
    </output>
    {widths.map((width) => (
      <Skeleton key={width} width={width} />
    ))}
  </div>
);

/** The channels of a server under their categories. */
export const ChannelList = (props: ListProps) => {
  const { serverId } = props;
  const list = trpc.channels.list.useQuery({ serverId });
  const { data, refetch, isRefetching } = list;
  const trouble = findTrouble(list);
  const channels = useSeenChannels(serverId, data);
  const actions = useChannelActions(serverId, channels ?? []);
  const reads = useReadIndex();
  const joinedAtMs = useJoinedAtMs(serverId);
  const { isCollapsed, toggle } = useCollapsed();
  const isPrivate = useIsPrivate(serverId);
  const view: ViewProps = {
    ...props,
    actions,
    isPrivate,
    getUnreadOf: (channel) => getUnread(channel, reads, joinedAtMs),
  };
  if (!channels) {
    return trouble !== null ? (
      <div className={styles.loading}>
        <Failure
          title="The channels can’t be shown"
          error={trouble}
          onRetry={() => void refetch()}
          isRetrying={isRefetching}
        />
      </div>
    ) : (
      <Loading />
    );
  }
  return (
    <ScrollArea label="List of channels" className={styles.area}>
      {groupChannels(channels).map((group) =>
        group.category === null ? (
          <Channels key="loose" channels={group.channels} {...view} />
        ) : (
          <Category
            key={group.category.id}
            group={group}
            category={group.category}
            isCollapsed={isCollapsed(group.category.id)}
            onToggle={() => group.category && toggle(group.category.id)}
            {...view}
          />
        ),
      )}
      {actions.dialogs}
    </ScrollArea>
  );
};
