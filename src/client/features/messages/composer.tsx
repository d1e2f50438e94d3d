import { SendHorizontal, X } from "lucide-react";
import type { KeyboardEvent, ReactNode, RefObject } from "react";

import { cx } from "#client/lib/cx.ts";
import { phoneQuery, useMediaQuery } from "#client/lib/use-media-query.ts";
import { IconButton } from "#client/ui/icon-button.tsx";

import styles from "./composer.module.css";
import type { Draft, ReplyTarget } from "./drafts.ts";
import { getLeft, MessageField } from "./message-field.tsx";
import { toSource, type Writing } from "./mention-text.ts";
import { usePeople } from "./people-context.tsx";
import { useComposerFocus } from "./use-composer-focus.ts";

/** A keyboard on the screen has no Shift+Enter. */
const touchKeyboardQuery = "(hover: none) and (pointer: coarse)";

const ReplyBar = ({ replyTo, onCancel }: { replyTo: ReplyTarget; onCancel: () => void }) => {
  const { getName } = usePeople();
  return (
    <div className={styles.reply}>
      <span className={styles.replyWords}>
        Replying to <strong>{getName(replyTo.author)}</strong>
      </span>
      <IconButton label="Cancel reply" icon={<X />} size="small" onClick={onCancel} />
    </div>
  );
};

export type ComposerProps = {
  channelName: string;
  draft: Draft;
  field: RefObject<HTMLTextAreaElement | null>;
  /** Whether what is sent now stays in the field, and `onSend` says why. */
  isHeld: boolean;
  onWrite: (writing: Writing) => void;
  onCancelReply: () => void;
  /** Takes the message's source; false leaves it in the field. */
  onSend: (content: string) => boolean;
  /** Up in the empty field. @returns whether there was something to edit */
  onEditLast: () => boolean;
  /** Esc where there is no reply to cancel. */
  onEscape: () => void;
};

/** Where messages are written. Enter sends where there is a keyboard, and a button everywhere. */
export const Composer = (props: ComposerProps) => {
  const { channelName, draft, field, onWrite, onCancelReply } = props;
  const { writing, replyTo } = draft;
  const hasTouchKeyboard = useMediaQuery(touchKeyboardQuery);
  const isPhone = useMediaQuery(phoneQuery);
  useComposerFocus(field, !hasTouchKeyboard && !isPhone);
  const content = toSource(writing).trim();
  const canSend = content !== "" && getLeft(writing) >= 0;
  const send = (): void => {
    if (canSend && props.onSend(content)) field.current?.focus();
  };
  const press = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.key === "Escape") {
      // Taken here, so that nothing around closes as well.
      event.preventDefault();
      if (replyTo) onCancelReply();
      else props.onEscape();
    } else if (event.key === "ArrowUp" && writing.text === "" && !event.shiftKey && props.onEditLast()) {
      event.preventDefault();
    }
  };
  return (
    <div className={styles.place}>
      <form
        className={cx(styles.composer, replyTo !== null && styles.replying)}
        aria-label={`Write in #${channelName}`}
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        {replyTo && <ReplyBar replyTo={replyTo} onCancel={onCancelReply} />}
        <div className={styles.line}>
          <MessageField
            label={`Message #${channelName}`}
            placeholder={`Message #${channelName}`}
            writing={writing}
            doesEnterSend={!hasTouchKeyboard}
            field={field}
            onWrite={onWrite}
            onSubmit={send}
            onKey={press}
          />
          <IconButton
            type="submit"
            className={cx(styles.send, canSend && !props.isHeld && styles.ready)}
            label="Send message"
            icon={<SendHorizontal />}
            aria-disabled={!canSend || props.isHeld}
          />
        </div>
      </form>
    </div>
  );
};

/** Stands where the composer would, and says why it does not. */
export const NoComposer = ({ children }: { children: ReactNode }) => (
  <div className={styles.place}>
    <p className={styles.closed}>{children}</p>
  </div>
);
