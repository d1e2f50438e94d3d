import { Search } from "lucide-react";

import { ChannelHeader, type ChannelNeighbours } from "#client/features/channels/channel-header.tsx";
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

export type ConversationHeaderProps = ChannelNeighbours & {
  channel: Channel;
  isSearchOpen: boolean;
  onToggleSearch: () => void;
};

export const ConversationHeader = ({ isSearchOpen, onToggleSearch, ...props }: ConversationHeaderProps) => (
  <ChannelHeader
    {...props}
    tools={
      <IconButton
        label="Search"
        icon={<Search />}
        tooltipSide="bottom"
        hint={<Kbd shortcut={searchShortcut} />}
        isPressed={isSearchOpen}
        onClick={onToggleSearch}
      />
    }
  >
    {props.channel.topic !== null && <Topic text={props.channel.topic} />}
  </ChannelHeader>
);
