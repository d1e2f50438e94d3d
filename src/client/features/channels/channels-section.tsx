import { ArrowDown, ArrowUp, Ellipsis, FolderPlus, Lock, Plus } from "lucide-react";
import { type KeyboardEvent, useState } from "react";

import type { SectionProps } from "#client/features/server-settings/sections.tsx";
import { errorText } from "#client/features/session/error-text.ts";
import { Button } from "#client/ui/button.tsx";
import { EmptyState } from "#client/ui/empty-state.tsx";
import { IconButton } from "#client/ui/icon-button.tsx";
import { DropdownMenu } from "#client/ui/menu.tsx";
import { toast } from "#client/ui/toaster.tsx";
import { VisuallyHidden } from "#client/ui/visually-hidden.tsx";
import { trpc } from "#sdk/react.ts";
import type { Channel } from "#shared/contract/channels.ts";
import type { ServerId } from "#shared/ids.ts";

import { ChannelIcon } from "./channel-icon.tsx";
import { type Direction, groupChannels, moveChannel } from "./channel-tree.ts";
import styles from "./channels-section.module.css";
import { type ChannelActions, useChannelActions } from "./use-channel-actions.tsx";
import { useIsPrivate } from "./use-is-private.ts";

const none: Channel[] = [];

const useMovement = (serverId: ServerId, channels: readonly Channel[]) => {
  const [said, setSaid] = useState("");
  const reorder = trpc.channels.reorder.useMutation({ onError: (error) => toast.error(errorText(error)) });
  const move = ({ id, name }: Channel, direction: Direction): void => {
    const order = moveChannel(channels, id, direction);
    if (!order || reorder.isPending) return;
    reorder.mutate({ serverId, order }, { onSuccess: () => setSaid(`${name} was moved ${direction}.`) });
  };
  const canMove = ({ id }: Channel, direction: Direction): boolean =>
    moveChannel(channels, id, direction) !== undefined;
  return { said, move, canMove };
};

type View = {
  actions: ChannelActions;
  movement: ReturnType<typeof useMovement>;
  isClosed: (channel: Channel) => boolean;
};

const directionOf = ({ altKey, key }: KeyboardEvent): Direction | undefined => {
  if (!altKey) return undefined;
  if (key === "ArrowUp") return "up";
  return key === "ArrowDown" ? "down" : undefined;
};

const Row = ({ channel, actions, movement, isClosed }: View & { channel: Channel }) => {
  const { name } = channel;
  const press = (event: KeyboardEvent): void => {
    const direction = directionOf(event);
    if (!direction) return;
    event.preventDefault();
    movement.move(channel, direction);
  };
  const arrow = (direction: Direction) => (
    <IconButton
      size="small"
      label={`Move ${name} ${direction}`}
      icon={direction === "up" ? <ArrowUp /> : <ArrowDown />}
      aria-disabled={!movement.canMove(channel, direction)}
      onClick={() => movement.move(channel, direction)}
    />
  );
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- a short way for whoever has the focus in it
    <div className={styles.row} data-category={channel.type === "category"} onKeyDown={press}>
      <ChannelIcon type={channel.type} />
      <span className={styles.name}>{name}</span>
      {isClosed(channel) && <Lock className={styles.lock} aria-label="(private)" />}
      {arrow("up")}
      {arrow("down")}
      <DropdownMenu items={actions.getItems(channel, false)}>
        <IconButton size="small" label={`Options for ${name}`} icon={<Ellipsis />} />
      </DropdownMenu>
    </div>
  );
};

/** The channels of a server as they stand, to be made, changed and put in order. */
export const ChannelsSection = ({ server }: SectionProps) => {
  const serverId = server.id;
  const { data: channels = none } = trpc.channels.list.useQuery({ serverId });
  const isClosed = useIsPrivate(serverId);
  const actions = useChannelActions(serverId, channels);
  const movement = useMovement(serverId, channels);
  const view: View = { actions, movement, isClosed };
  return (
    <div className={styles.section}>
      <div className={styles.tools}>
        <Button
          size="small"
          icon={<Plus />}
          onClick={() => actions.open({ kind: "create", serverId, type: "text" })}
        >
          Create channel
        </Button>
        <Button
          size="small"
          icon={<FolderPlus />}
          onClick={() => actions.open({ kind: "create", serverId, type: "category" })}
        >
          Create category
        </Button>
      </div>
      {channels.length === 0 && (
        <EmptyState icon={<Plus />} title="No channels yet">
          A text channel to write in, or a voice channel to talk in, makes a beginning.
        </EmptyState>
      )}
      <ul aria-label="Channels">
        {groupChannels(channels).map(({ category, channels: inside }) => (
          <li key={category?.id ?? "loose"}>
            {category && <Row channel={category} {...view} />}
            <ul
              className={styles.inside}
              data-inside={category !== null}
              aria-label={category?.name ?? "No category"}
            >
              {inside.map((channel) => (
                <li key={channel.id}>
                  <Row channel={channel} {...view} />
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
      <p className={styles.muted}>Alt and an arrow move the channel that has the focus.</p>
      <output>
        <VisuallyHidden>{movement.said}</VisuallyHidden>
      </output>
      {actions.dialogs}
    </div>
  );
};
