import { useEffect, useRef, type KeyboardEvent, type MouseEvent } from "react";

import type { Message } from "#shared/contract/messages.ts";

import { getMessageKey, type ListEntry } from "./list-entries.ts";
import { findRowKey, type RowFocus } from "./use-row-focus.ts";
import type { MessageSelection } from "./use-selection.tsx";

interface Options {
  rows: readonly ListEntry[];
  selection: MessageSelection;
  focus: RowFocus;
}

const findMessage = (rows: readonly ListEntry[], key: string | undefined): Message | undefined => {
  const row = rows.find((other) => other.key === key);
  return row?.kind === "sent" ? row.message : undefined;
};

/** Which way an arrow leads. */
const steps: Readonly<Record<string, number>> = { ArrowUp: -1, ArrowDown: 1 };

/** While messages are being chosen, a press on a row chooses it and does nothing else; so do Space, Enter and Shift with the arrows. */
export const useRowSelection = ({ rows, selection, focus }: Options) => {
  const { startKey } = selection;
  const { focusRow } = focus;
  const focusedStart = useRef<string>(undefined);
  useEffect(() => {
    if (startKey === focusedStart.current) return undefined;
    focusedStart.current = startKey;
    // The menu that began it gives the focus back first.
    const timer = startKey === undefined ? undefined : setTimeout(() => focusRow(startKey));
    return () => clearTimeout(timer);
  }, [startKey, focusRow]);
  if (!selection.open) return {};
  const shown = (): Message[] => rows.flatMap((row) => (row.kind === "sent" ? [row.message] : []));
  const choose = (message: Message, isStretch: boolean): void =>
    isStretch ? selection.extend(shown(), message.id) : selection.toggle(message);
  const take = (event: MouseEvent | KeyboardEvent): void => {
    event.preventDefault();
    event.stopPropagation();
  };
  return {
    onClickCapture: (event: MouseEvent): void => {
      const message = findMessage(rows, findRowKey(event.target));
      if (!message) return;
      take(event);
      choose(message, event.shiftKey);
      focusRow(getMessageKey(message));
    },
    // Shift would select text.
    onMouseDownCapture: (event: MouseEvent): void => {
      if (event.shiftKey) event.preventDefault();
    },
    onKeyDownCapture: (event: KeyboardEvent): void => {
      const key = findRowKey(event.target);
      const message = findMessage(rows, key);
      if (!message) return;
      if (event.key === " " || event.key === "Enter") {
        take(event);
        choose(message, event.shiftKey);
      } else if (event.shiftKey) {
        // The focus goes along by itself.
        const next = rows[rows.findIndex((row) => row.key === key) + (steps[event.key] ?? 0)];
        if (next?.kind === "sent" && next.key !== key) choose(next.message, true);
      }
    },
  };
};
