import { useQuery } from "@tanstack/react-query";

import { indexMembers } from "#client/features/members/member-index.ts";
import { useMembers } from "#client/features/members/use-members.ts";
import { cx } from "#client/lib/cx.ts";
import { typingQuery } from "#sdk/query-cache/index.ts";
import type { ChannelId, ServerId } from "#shared/ids.ts";

import styles from "./typing-line.module.css";
import { getTypingText } from "./typing-text.ts";

/** Says who else is writing. It comes and goes too often to be read aloud. */
export const TypingLine = ({ serverId, channelId }: { serverId: ServerId; channelId: ChannelId }) => {
  const { data: typing } = useQuery(typingQuery(channelId));
  const { data: members } = useMembers(serverId);
  const index = members && indexMembers(members);
  const names = typing.map(({ user }) => index?.get(user.id)?.nickname ?? user.displayName);
  const isShown = names.length > 0;
  return (
    <div className={cx(styles.line, isShown && styles.shown)} aria-live="off">
      {isShown && (
        <>
          <span className={styles.dots} aria-hidden>
            <span />
            <span />
            <span />
          </span>
          <span className={styles.words}>{getTypingText(names)}</span>
        </>
      )}
    </div>
  );
};
