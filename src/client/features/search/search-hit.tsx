import { useMemo } from "react";

import { useMember } from "#client/features/members/use-members.ts";
import { toPlainText } from "#client/lib/markdown/plain-text.ts";
import { formatMoment } from "#client/lib/time.ts";
import { Avatar } from "#client/ui/avatar.tsx";
import type { Message } from "#shared/contract/messages.ts";
import type { ServerId } from "#shared/ids.ts";

import styles from "./search-panel.module.css";
import { markMatches } from "./search-text.ts";

export type SearchHitProps = {
  serverId: ServerId;
  message: Message;
  query: string;
  /** Told where the search was wider than a channel. */
  channelName: string | undefined;
  onJump: (message: Message) => void;
};

/** One message that was found; pressed, the conversation goes there. */
export const SearchHit = ({ serverId, message, query, channelName, onJump }: SearchHitProps) => {
  const { author, content, createdAt } = message;
  const name = useMember(serverId, author.id)?.nickname ?? author.displayName;
  // The parts of one text never change places.
  const parts = useMemo(() => markMatches(toPlainText(content), query), [content, query]);
  return (
    <button type="button" className={styles.hit} onClick={() => onJump(message)}>
      <span className={styles.hitHead}>
        <Avatar id={author.id} name={name} imageUrl={author.avatarUrl} size={24} />
        <span className={styles.hitName}>{name}</span>
        {channelName !== undefined && <span className={styles.hitPlace}>#{channelName}</span>}
        <time className={styles.hitTime} dateTime={createdAt}>
          {formatMoment(createdAt)}
        </time>
      </span>
      <span className={styles.hitText}>
        {parts.map((part, index) => (part.isMatch ? <mark key={index}>{part.text}</mark> : part.text))}
      </span>
    </button>
  );
};
