import { Command } from "cmdk";
import { ShieldCheck } from "lucide-react";

import { ChannelIcon } from "#client/features/channels/channel-icon.tsx";
import { usePresence } from "#client/features/members/use-members.ts";
import { Avatar, presenceLabels } from "#client/ui/avatar.tsx";
import { Badge, UnreadDot } from "#client/ui/badge.tsx";
import { VisuallyHidden } from "#client/ui/visually-hidden.tsx";
import type { User } from "#shared/contract/users.ts";

import { type Destination, getContext, getKey, getName } from "./destinations.ts";
import styles from "./quick-switcher.module.css";

const PersonAvatar = ({ user, name }: { user: User; name: string }) => {
  const presence = usePresence(user.id);
  return (
    <>
      <Avatar id={user.id} name={name} imageUrl={user.avatarUrl} size={24} presence={presence} />
      <VisuallyHidden>{presenceLabels[presence]}</VisuallyHidden>
    </>
  );
};

const Picture = ({ destination }: { destination: Destination }) => {
  switch (destination.kind) {
    case "channel":
      return <ChannelIcon type={destination.channel.type} />;
    case "server": {
      const { id, name, iconUrl } = destination.server;
      return <Avatar id={id} name={name} imageUrl={iconUrl} size={24} shape="square" />;
    }
    case "person":
      return <PersonAvatar user={destination.member.user} name={getName(destination)} />;
    case "admin":
      return <ShieldCheck aria-hidden />;
    default:
      return destination satisfies never;
  }
};

const Marks = ({ destination }: { destination: Destination }) => {
  if (!("unread" in destination)) return null;
  const { isUnread, mentionCount } = destination.unread;
  if (mentionCount > 0) return <Badge count={mentionCount} label="mentions" />;
  return isUnread ? <UnreadDot /> : null;
};

type Props = { destination: Destination; onChoose: (destination: Destination) => void };

export const SwitcherItem = ({ destination, onChoose }: Props) => (
  <Command.Item
    className={styles.item}
    value={getKey(destination)}
    data-unread={"unread" in destination && destination.unread.isUnread}
    onSelect={() => onChoose(destination)}
  >
    <span className={styles.picture}>
      <Picture destination={destination} />
    </span>
    <span className={styles.name}>{getName(destination)}</span>
    <span className={styles.context}>{getContext(destination)}</span>
    <Marks destination={destination} />
  </Command.Item>
);
