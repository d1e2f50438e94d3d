import type { ReactNode } from "react";

import { MemberProfile } from "#client/features/members/member-profile.tsx";
import { cx } from "#client/lib/cx.ts";
import { Markdown } from "#client/lib/markdown/markdown.tsx";
import { trpc } from "#sdk/react.ts";
import type { UserRef } from "#shared/contract/users.ts";
import { UserId } from "#shared/ids.ts";

import styles from "./message.module.css";
import { usePeople } from "./people-context.tsx";

const MentionButton = ({ user, name }: { user: UserRef; name: string }) => {
  const { serverId, own } = usePeople();
  return (
    <MemberProfile
      serverId={serverId}
      user={user}
      trigger={
        <button type="button" className={cx(styles.mention, user.id === own.id && styles.ownMention)}>
          @{name}
        </button>
      }
    />
  );
};

/** Somebody who is not among the members that are loaded: they left, or stand on a later page. */
const OtherMention = ({ userId }: { userId: UserId }) => {
  const { data: user } = trpc.users.get.useQuery({ userId });
  if (user) return <MentionButton user={user} name={user.displayName} />;
  return <span className={styles.mention}>@somebody</span>;
};

const Mention = ({ id }: { id: string }) => {
  const { members, own, isComplete, getName } = usePeople();
  const userId = UserId.safeParse(id).data;
  if (!userId) return `<@${id}>`;
  const user = members.get(userId)?.user ?? (own.id === userId ? own : undefined);
  if (user) return <MentionButton user={user} name={getName(user)} />;
  return isComplete || members.size > 0 ? (
    <OtherMention userId={userId} />
  ) : (
    <span className={styles.mention}>@…</span>
  );
};

/** The same function for every message: their texts are remembered by it. */
const renderMention = (id: string): ReactNode => <Mention id={id} />;

const edited = <span className={styles.edited}> (edited)</span>;

const waiting = <span className={styles.waiting}> waiting to be sent…</span>;

const suffixes = { none: undefined, edited, waiting } as const;

export type MessageBodyProps = {
  content: string;
  /** What is noted behind the text. Default: "none". */
  note?: keyof typeof suffixes;
};

/** A message's text, with the people it mentions. */
export const MessageBody = ({ content, note = "none" }: MessageBodyProps) => (
  <Markdown
    source={content}
    renderMention={renderMention}
    {...(suffixes[note] !== undefined && { suffix: suffixes[note] })}
  />
);
