import { ArrowLeft, Hash, Search, Users } from "lucide-react";

import { Kbd } from "#client/ui/kbd.tsx";
import { IconButton } from "#client/ui/icon-button.tsx";
import { Popover } from "#client/ui/popover.tsx";
import type { Channel } from "#shared/contract/channels.ts";

import styles from "./conversation.module.css";

export const searchShortcut = "mod+shift+f";

const Topic = ({ text }: { text: string }) => (
  <Popover
    label="Topic"
    align="start"
    trigger={
      <button type="button" className={styles.topic} aria-label={`Topic: ${text}`}>
        {text}
      </button>
    }
  >
    <p className={styles.wholeTopic}>{text}</p>
  </Popover>
);

export type ConversationHeaderProps = {
  channel: Channel;
  isSearchOpen: boolean;
  onToggleSearch: () => void;
  isMembersOpen: boolean;
  onToggleMembers: () => void;
  onOpenChannels: () => void;
};

export const ConversationHeader = ({ channel, ...props }: ConversationHeaderProps) => (
  <header className={styles.header}>
    <div className={styles.back}>
      <IconButton
        label="Back to channels"
        icon={<ArrowLeft />}
        tooltipSide="bottom"
        onClick={props.onOpenChannels}
      />
    </div>
    <h2 className={styles.title}>
      <Hash aria-hidden className={styles.hash} />
      <span className={styles.name}>{channel.name}</span>
    </h2>
    {channel.topic !== null && <Topic text={channel.topic} />}
    <div className={styles.tools}>
      <IconButton
        label="Search"
        icon={<Search />}
        tooltipSide="bottom"
        hint={<Kbd shortcut={searchShortcut} />}
        isPressed={props.isSearchOpen}
        onClick={props.onToggleSearch}
      />
      <IconButton
        label="Members"
        icon={<Users />}
        tooltipSide="bottom"
        isPressed={props.isMembersOpen}
        onClick={props.onToggleMembers}
      />
    </div>
  </header>
);
