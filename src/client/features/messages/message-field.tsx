import { useId, useLayoutEffect, useRef, useState, type KeyboardEvent, type RefObject } from "react";

import { cx } from "#client/lib/cx.ts";
import { matchesShortcut } from "#client/lib/shortcuts.ts";
import { AutoTextArea } from "#client/ui/auto-text-area.tsx";
import { VisuallyHidden } from "#client/ui/visually-hidden.tsx";
import type { Member } from "#shared/contract/members.ts";
import { limits } from "#shared/limits.ts";

import { MentionChoices } from "./mention-choices.tsx";
import { insertMention, toSource, type Writing } from "./mention-text.ts";
import styles from "./message-field.module.css";
import { toggleMark } from "./text-marks.ts";
import { type MentionCompletion, useMentionCompletion } from "./use-mention-completion.ts";

const { maxLength } = limits.message;
/** The limit is told from here on. */
const countFrom = maxLength * 0.8;

/** As the server counts: a sign outside the basic plane is one. */
export const getLeft = (writing: Writing): number => maxLength - Array.from(toSource(writing).trim()).length;

const Counter = ({ writing }: { writing: Writing }) => {
  if (writing.text.length < countFrom / 4) return null;
  const left = getLeft(writing);
  if (left > maxLength - countFrom) return null;
  return (
    <span className={cx(styles.counter, left < 0 && styles.over)} aria-live="polite">
      {left}
      <VisuallyHidden>{left < 0 ? " characters over the limit" : " characters left"}</VisuallyHidden>
    </span>
  );
};

export type MessageFieldProps = {
  label: string;
  placeholder: string;
  writing: Writing;
  /** Whether Enter sends; else it makes a new line. */
  doesEnterSend: boolean;
  isDisabled?: boolean;
  field: RefObject<HTMLTextAreaElement | null>;
  onWrite: (writing: Writing) => void;
  onSubmit: () => void;
  /** Keys that the field itself has no use for. */
  onKey?: (event: KeyboardEvent<HTMLTextAreaElement>) => void;
};

const marks = { "mod+b": "**", "mod+i": "*" } as const;

/** An input method composes a character with Enter and the arrows: those presses are its own. */
const isComposing = ({ nativeEvent }: KeyboardEvent): boolean =>
  // oxlint-disable-next-line typescript/no-deprecated -- Safari ends the composition before its last key
  nativeEvent.isComposing || nativeEvent.keyCode === 229;

const useSelection = (field: RefObject<HTMLTextAreaElement | null>) => {
  const next = useRef<{ start: number; end: number }>(undefined);
  useLayoutEffect(() => {
    if (!next.current) return;
    field.current?.setSelectionRange(next.current.start, next.current.end);
    next.current = undefined;
  });
  return (start: number, end: number = start): void => {
    next.current = { start, end };
  };
};

/** Takes the keys that move in the list of choices. @returns whether it took this one */
const pressInChoices = (
  key: string,
  completion: MentionCompletion,
  choose: (member: Member | undefined) => void,
): boolean => {
  const { activeIndex, choices } = completion;
  if (key === "ArrowDown") completion.setActiveIndex(activeIndex + 1);
  else if (key === "ArrowUp") completion.setActiveIndex(activeIndex - 1);
  else if (key === "Escape") completion.dismiss();
  else if (key === "Enter" || key === "Tab") choose(choices[activeIndex]);
  else return false;
  return true;
};

/** Where messages are written and edited: it grows, completes mentions and marks text by keys. */
export const MessageField = (props: MessageFieldProps) => {
  const { writing, field, onWrite, onSubmit } = props;
  const listId = useId();
  const [caret, setCaret] = useState<number>();
  const completion = useMentionCompletion(writing.text, caret);
  const selectNext = useSelection(field);

  const choose = (member: Member | undefined): void => {
    if (!completion || !member) return;
    const chosen = insertMention(writing, completion.place, completion.toChoice(member));
    onWrite(chosen.writing);
    setCaret(chosen.caret);
    selectNext(chosen.caret);
    field.current?.focus();
  };
  const mark = (element: HTMLTextAreaElement, sign: string): void => {
    const selection = { start: element.selectionStart, end: element.selectionEnd };
    const marked = toggleMark(writing.text, selection, sign);
    onWrite({ ...writing, text: marked.text });
    selectNext(marked.selection.start, marked.selection.end);
  };
  const press = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (isComposing(event)) return;
    if (completion && !event.shiftKey && pressInChoices(event.key, completion, choose))
      return event.preventDefault();
    const shortcut = Object.entries(marks).find(([keys]) => matchesShortcut(event, keys));
    if (shortcut) {
      event.preventDefault();
      return mark(event.currentTarget, shortcut[1]);
    }
    const isPlainEnter = event.key === "Enter" && !event.shiftKey && !event.altKey;
    if (isPlainEnter && (props.doesEnterSend || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      return onSubmit();
    }
    props.onKey?.(event);
  };
  const noteCaret = (element: HTMLTextAreaElement): void =>
    setCaret(element.selectionStart === element.selectionEnd ? element.selectionStart : undefined);
  return (
    <div className={styles.frame}>
      {completion && <MentionChoices id={listId} completion={completion} onChoose={choose} />}
      <AutoTextArea
        ref={field}
        className={styles.field}
        aria-label={props.label}
        aria-autocomplete="list"
        {...(completion && {
          "aria-controls": listId,
          "aria-activedescendant": `${listId}-${completion.activeIndex}`,
        })}
        {...(getLeft(writing) < 0 && { "aria-invalid": true as const })}
        placeholder={props.placeholder}
        maxRows={12}
        value={writing.text}
        disabled={props.isDisabled === true}
        onChange={(event) => {
          onWrite({ ...writing, text: event.target.value });
          noteCaret(event.target);
        }}
        onSelect={(event) => noteCaret(event.currentTarget)}
        onBlur={() => setCaret(undefined)}
        onKeyDown={press}
      />
      <Counter writing={writing} />
    </div>
  );
};
