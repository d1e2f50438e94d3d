import { ArrowLeft, Users } from "lucide-react";
import type { ReactNode } from "react";

import { IconButton } from "#client/ui/icon-button.tsx";
import type { Channel } from "#shared/contract/channels.ts";

import styles from "./channel-header.module.css";
import { ChannelIcon } from "./channel-icon.tsx";

/** How a channel's view reaches the panes beside it. */
export type ChannelNeighbours = {
  isMembersOpen: boolean;
  onToggleMembers: () => void;
  /** On a phone: back to the channels. */
  onOpenChannels: () => void;
};

type Props = ChannelNeighbours & {
  channel: Channel;
  /** Beside the name. */
  children?: ReactNode;
  /** Before the button for the members. */
  tools: ReactNode;
};

/** The head of a channel's view: its name, what can be done with it, and the ways to the panes beside it. */
export const ChannelHeader = ({ channel, children, tools, ...neighbours }: Props) => (
  <header className={styles.header}>
    <div className={styles.back}>
      <IconButton
        label="Back to channels"
        icon={<ArrowLeft />}
        tooltipSide="bottom"
        onClick={neighbours.onOpenChannels}
      />
    </div>
    <h2 className={styles.title}>
      <ChannelIcon type={channel.type} />
      <span className={styles.name}>{channel.name}</span>
    </h2>
    {children}
    <div className={styles.tools}>
      {tools}
      <IconButton
        label="Members"
        icon={<Users />}
        tooltipSide="bottom"
        isPressed={neighbours.isMembersOpen}
        onClick={neighbours.onToggleMembers}
      />
    </div>
  </header>
);
