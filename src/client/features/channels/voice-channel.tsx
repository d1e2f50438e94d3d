import { Lock } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "wouter";

import { channelPath } from "#client/features/navigation/paths.ts";
import { useChannelRights } from "#client/features/servers/use-rights.ts";
import { ChannelPeople } from "#client/features/voice/channel-people.tsx";
import { useChannelVoice } from "#client/features/voice/use-voice-states.ts";
import { useCallChannelId, useVoice } from "#client/features/voice/voice-context.tsx";
import { VisuallyHidden } from "#client/ui/visually-hidden.tsx";
import type { MenuEntry } from "#client/ui/menu.tsx";
import type { Channel } from "#shared/contract/channels.ts";
import type { ServerId } from "#shared/ids.ts";

import { ChannelIcon } from "./channel-icon.tsx";
import styles from "./channel-list.module.css";
import { Options, Row } from "./channel-row.tsx";

const Count = ({ count }: { count: number }) =>
  count > 0 && (
    <span className={styles.count}>
      {count}
      <VisuallyHidden>{count === 1 ? " person" : " people"}</VisuallyHidden>
    </span>
  );

type Props = {
  serverId: ServerId;
  channel: Channel;
  isActive: boolean;
  items: readonly MenuEntry[];
  /** What stands beside the name. */
  mark: ReactNode;
  onOpen: () => void;
};

/** A voice channel and who is in it: a click joins and shows it. */
export const VoiceChannel = ({ serverId, channel, isActive, items, mark, onOpen }: Props) => {
  const voice = useVoice();
  const states = useChannelVoice(serverId, channel.id);
  const isInCall = useCallChannelId() === channel.id;
  const canJoin = useChannelRights(serverId, channel).can("CONNECT_VOICE");
  const open = (): void => {
    if (canJoin && !isInCall) void voice.join(channel.id);
    onOpen();
  };
  const prepare = (): void => {
    if (canJoin && !isInCall) voice.prepare();
  };
  return (
    <>
      <Row items={items} {...{ "data-active": isActive, "data-call": isInCall }}>
        <Link
          href={channelPath(serverId, channel.id)}
          className={styles.link}
          onClick={open}
          onPointerEnter={prepare}
          onFocus={prepare}
          {...(isActive && { "aria-current": "page" })}
        >
          {canJoin ? <ChannelIcon type="voice" /> : <Lock aria-hidden />}
          <span className={styles.name}>{channel.name}</span>
          {canJoin && mark}
          <VisuallyHidden>{canJoin ? " (voice channel)" : " (voice channel, closed to you)"}</VisuallyHidden>
          <Count count={states.length} />
        </Link>
        <Options name={channel.name} items={items} />
      </Row>
      {states.length > 0 && (
        <li className={styles.people}>
          <ChannelPeople serverId={serverId} channelName={channel.name} states={states} />
        </li>
      )}
    </>
  );
};
