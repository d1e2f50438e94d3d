import { memo, type ReactNode } from "react";

import { MemberProfile } from "#client/features/members/member-profile.tsx";
import { cx } from "#client/lib/cx.ts";
import { toPlainText } from "#client/lib/markdown/plain-text.ts";
import { formatDay, formatTime, formatTimestamp } from "#client/lib/time.ts";
import { Avatar } from "#client/ui/avatar.tsx";
import { Tag } from "#client/ui/badge.tsx";
import type { PendingMessage } from "#sdk/index.ts";
import type { Message } from "#shared/contract/messages.ts";
import type { UserRef } from "#shared/contract/users.ts";
import type { MessageId } from "#shared/ids.ts";

import type { MessageEntry } from "./list-entries.ts";
import { MessageBody } from "./message-body.tsx";
import styles from "./message.module.css";
import { usePeople } from "./people-context.tsx";
import { ReplyPreview } from "./reply-preview.tsx";

const Time = ({ moment, className }: { moment: string; className: string | undefined }) => (
  <time className={className} dateTime={moment} title={formatTimestamp(moment)}>
    {formatTime(moment)}
  </time>
);

const DayLine = ({ day, isNew }: { day: string | undefined; isNew: boolean }) => (
  // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a rule has no words
  <div className={cx(styles.line, isNew && styles.newLine)} role="separator">
    {day !== undefined && <span className={styles.day}>{formatDay(day)}</span>}
    {isNew && <span className={styles.new}>New</span>}
  </div>
);

type HeadProps = Pick<FrameProps, "author" | "moment" | "isTabStop">;

const Head = ({ author, moment, isTabStop }: HeadProps) => {
  const { serverId, getName, findColor } = usePeople();
  return (
    <div className={styles.head}>
      {author.isDeleted ? (
        // There is nobody to be shown.
        <span className={styles.author}>{getName(author)}</span>
      ) : (
        <MemberProfile
          serverId={serverId}
          user={author}
          trigger={
            <button
              type="button"
              className={styles.author}
              style={{ color: findColor(author) }}
              data-author
              tabIndex={isTabStop ? 0 : -1}
            >
              {getName(author)}
            </button>
          }
        />
      )}
      {author.bot && <Tag>Bot</Tag>}
      <Time moment={moment} className={styles.time} />
    </div>
  );
};

/** Screen readers hear this much of a message that is walked past; its text can be read on. */
const maxLabelChars = 300;

const useLabel = (author: UserRef, moment: string, content: string): string => {
  const { getName, findName } = usePeople();
  const text = toPlainText(content, { getMentionText: (id) => `@${findName(id) ?? "somebody"}` });
  return `${getName(author)}, ${formatTime(moment)}: ${text.slice(0, maxLabelChars)}`;
};

type Looks = {
  /** Its place among the rows' keys. */
  rowKey: string;
  isHead: boolean;
  day: string | undefined;
  isFirstNew: boolean;
  /** Whether Tab comes here. */
  isTabStop: boolean;
  isHighlighted: boolean;
  /** Whether its menu is open or the pointer is on it. */
  isActive: boolean;
  /** Whether it is among those that are being chosen; left out while none are. */
  isChosen?: boolean | undefined;
};

type FrameProps = Looks & {
  author: UserRef;
  moment: string;
  content: string;
  className?: string | false | undefined;
  reply?: ReactNode;
  /** Buttons that float at its upper edge. */
  toolbar?: ReactNode;
  children: ReactNode;
};

/** A row's tick; the row itself is what is pressed. */
const Tick = ({ label, isChosen }: { label: string; isChosen: boolean }) => (
  <input
    type="checkbox"
    className={styles.tick}
    aria-label={`Select: ${label}`}
    tabIndex={-1}
    checked={isChosen}
    readOnly
  />
);

const Gutter = ({ label, ...props }: FrameProps & { label: string }) => {
  const { author, moment, isHead, isChosen } = props;
  const { getName } = usePeople();
  if (isChosen !== undefined) {
    return (
      <div className={styles.gutter}>
        <Tick label={label} isChosen={isChosen} />
      </div>
    );
  }
  return (
    <div className={styles.gutter} data-author={isHead ? true : undefined}>
      {isHead ? (
        <Avatar id={author.id} name={getName(author)} imageUrl={author.avatarUrl} size={40} />
      ) : (
        <Time moment={moment} className={styles.sideTime} />
      )}
    </div>
  );
};

const Frame = (props: FrameProps) => {
  const { author, moment, content, isHead, day, isFirstNew, children } = props;
  const label = useLabel(author, moment, content);
  return (
    <div className={cx(styles.slot, isHead && styles.headSlot)}>
      {(day !== undefined || isFirstNew) && <DayLine day={day} isNew={isFirstNew} />}
      <article
        className={cx(
          styles.row,
          props.isActive && styles.active,
          props.isHighlighted && styles.highlighted,
          props.isChosen !== undefined && styles.choosing,
          props.isChosen === true && styles.chosen,
          props.className,
        )}
        aria-label={label}
        data-row={props.rowKey}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the arrows walk from message to message
        tabIndex={props.isTabStop ? 0 : -1}
      >
        {props.reply}
        <Gutter {...props} label={label} />
        <div className={styles.main}>
          {isHead && <Head author={author} moment={moment} isTabStop={props.isTabStop} />}
          {children}
        </div>
        {props.toolbar}
      </article>
    </div>
  );
};

export type SentRowProps = Looks & {
  message: Message;
  /** What the reader has just made of it, on its way to the server. */
  editedContent: string | undefined;
  onJump: (messageId: MessageId) => void;
  toolbar: ReactNode;
  /** Stands in place of the text while it is edited. */
  editor: ReactNode;
};

/** A message that the server has. */
export const SentRow = memo(({ message, editedContent, onJump, toolbar, editor, ...looks }: SentRowProps) => {
  const { own } = usePeople();
  const content = editedContent ?? message.content;
  const isToReader = message.mentions.includes(own.id) || message.replyTo?.author.id === own.id;
  return (
    <Frame
      {...looks}
      author={message.author}
      moment={message.createdAt}
      content={content}
      className={cx(isToReader && message.author.id !== own.id && styles.toReader)}
      reply={
        message.replyTo && (
          <ReplyPreview source={message.replyTo} isTabStop={looks.isTabStop} onJump={onJump} />
        )
      }
      toolbar={toolbar}
    >
      {editor ?? (
        <div className={cx(styles.body, editedContent !== undefined && styles.pending)}>
          <MessageBody
            content={content}
            note={message.editedAt !== null || editedContent !== undefined ? "edited" : "none"}
          />
        </div>
      )}
    </Frame>
  );
});
SentRow.displayName = "SentRow";

export type UnsentRowProps = Looks & {
  message: PendingMessage;
  /** What it answers to, where that is loaded. */
  source: Message | undefined;
  onJump: (messageId: MessageId) => void;
  /** Why it is still there, and what can be done about it. */
  notice: ReactNode;
};

/** A message that has yet to reach the server. */
export const UnsentRow = memo(({ message, source, onJump, notice, ...looks }: UnsentRowProps) => {
  const { own } = usePeople();
  return (
    <Frame
      {...looks}
      author={own}
      moment={message.createdAt}
      content={message.content}
      reply={source && <ReplyPreview source={source} isTabStop={looks.isTabStop} onJump={onJump} />}
    >
      <div className={cx(styles.body, styles.pending)}>
        <MessageBody content={message.content} note={message.state.kind === "pending" ? "waiting" : "none"} />
      </div>
      {notice}
    </Frame>
  );
});
UnsentRow.displayName = "UnsentRow";

export const getRowLooks = (
  entry: MessageEntry,
): Pick<Looks, "rowKey" | "isHead" | "day" | "isFirstNew"> => ({
  rowKey: entry.key,
  isHead: entry.isHead,
  day: entry.day,
  isFirstNew: entry.isFirstNew,
});
