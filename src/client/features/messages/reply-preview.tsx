import { toPlainText } from "#client/lib/markdown/plain-text.ts";
import { Avatar } from "#client/ui/avatar.tsx";
import { VisuallyHidden } from "#client/ui/visually-hidden.tsx";
import type { Message } from "#shared/contract/messages.ts";
import type { MessageId } from "#shared/ids.ts";

import styles from "./message.module.css";
import { usePeople } from "./people-context.tsx";

type Source = NonNullable<Message["replyTo"]>;

/** More than fits on a line of any screen. */
const maxPreviewChars = 240;

/** One line of the message that is answered; pressed, it goes there. */
export const ReplyPreview = ({
  source,
  isTabStop,
  onJump,
}: {
  source: Source;
  /** Whether Tab comes here, as to the message it stands at. */
  isTabStop: boolean;
  onJump: (messageId: MessageId) => void;
}) => {
  const { getName, findName } = usePeople();
  if (source.content === "") {
    return (
      <p className={styles.reply}>
        <span className={styles.replyGone}>The message this answers was deleted</span>
      </p>
    );
  }
  const name = getName(source.author);
  const text = toPlainText(source.content.slice(0, maxPreviewChars), {
    getMentionText: (id) => `@${findName(id) ?? "somebody"}`,
  });
  return (
    <button
      type="button"
      className={styles.reply}
      tabIndex={isTabStop ? 0 : -1}
      onClick={() => onJump(source.id)}
    >
      <VisuallyHidden>Show what this answers: </VisuallyHidden>
      <Avatar id={source.author.id} name={name} imageUrl={source.author.avatarUrl} size={20} />
      <span className={styles.replyName}>{name}</span> <span className={styles.replyText}>{text}</span>
    </button>
  );
};
