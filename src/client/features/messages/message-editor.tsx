import { useEffect, useRef, type KeyboardEvent } from "react";

import { Button } from "#client/ui/button.tsx";

import { getLeft, MessageField } from "./message-field.tsx";
import styles from "./message-editor.module.css";
import type { MessageEdits } from "./use-message-edits.ts";

export type MessageEditorProps = {
  edits: MessageEdits;
  /** Saved with nothing in it. */
  onEmpty: () => void;
  /** Back to where one writes. */
  onDone: () => void;
};

/** A message's text while it is edited, in the message's place. */
export const MessageEditor = ({ edits, onEmpty, onDone }: MessageEditorProps) => {
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const element = field.current;
    element?.focus({ preventScroll: true });
    element?.setSelectionRange(element.value.length, element.value.length);
  }, []);
  if (!edits.open) return null;
  const { writing } = edits.open;
  const save = (): void => {
    if (getLeft(writing) < 0) return;
    if (writing.text.trim() === "") return onEmpty();
    edits.save();
    onDone();
  };
  const cancel = (): void => {
    edits.cancel();
    onDone();
  };
  const press = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    cancel();
  };
  return (
    <div className={styles.editor}>
      <div className={styles.frame}>
        <MessageField
          label="Edit message"
          placeholder="Empty, the message is deleted"
          writing={writing}
          doesEnterSend
          field={field}
          onWrite={edits.write}
          onSubmit={save}
          onKey={press}
        />
      </div>
      <div className={styles.actions}>
        <Button size="small" variant="ghost" onClick={cancel}>
          Cancel
        </Button>
        <Button size="small" variant="primary" onClick={save}>
          Save
        </Button>
        <span className={styles.keys}>Esc cancels, Enter saves</span>
      </div>
    </div>
  );
};
