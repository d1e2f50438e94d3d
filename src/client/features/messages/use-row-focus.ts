import {
  useCallback,
  useLayoutEffect,
  useRef,
  useState,
  type FocusEvent,
  type KeyboardEvent,
  type RefObject,
} from "react";
import type { VirtualizerHandle } from "virtua";

import type { ListEntry } from "./list-entries.ts";
import { openRowMenu } from "./row-menu.ts";

/** The key of the row that an element stands in. */
export const findRowKey = (target: EventTarget | null): string | undefined =>
  target instanceof Element ? target.closest<HTMLElement>("[data-row]")?.dataset["row"] : undefined;

export interface RowFocus {
  /** The row that Tab reaches; the last one until another had the focus. */
  tabStopKey: string | undefined;
  /** The row with the focus, or with something inside it that has it. */
  focusedKey: string | undefined;
  focusRow: (key: string) => void;
  handlers: {
    onFocus: (event: FocusEvent) => void;
    onBlur: (event: FocusEvent) => void;
    onKeyDown: (event: KeyboardEvent) => void;
  };
}

const getTargetIndex = (key: string, index: number, lastIndex: number): number | undefined => {
  switch (key) {
    case "ArrowUp":
      return Math.max(1, index - 1);
    case "ArrowDown":
      return Math.min(lastIndex, index + 1);
    case "Home":
      return 1;
    case "End":
      return lastIndex;
    default:
      return undefined;
  }
};

interface Options {
  rows: readonly ListEntry[];
  listRef: RefObject<VirtualizerHandle | null>;
  scrollerRef: RefObject<HTMLElement | null>;
}

/** One row is reached by Tab, the others from there by the arrows. The row with the focus stays mounted. */
export const useRowFocus = ({ rows, listRef, scrollerRef }: Options): RowFocus => {
  const [stopKey, setStopKey] = useState<string>();
  const [focusedKey, setFocusedKey] = useState<string>();
  const wanted = useRef<string>(undefined);
  useLayoutEffect(() => {
    const key = wanted.current;
    if (key === undefined) return;
    wanted.current = undefined;
    scrollerRef.current
      ?.querySelector<HTMLElement>(`[data-row="${CSS.escape(key)}"]`)
      ?.focus({ preventScroll: true });
  });
  const focusRow = useCallback(
    (key: string) => {
      const index = rows.findIndex((row) => row.key === key);
      if (index === -1) return;
      wanted.current = key;
      setStopKey(key);
      setFocusedKey(key);
      listRef.current?.scrollToIndex(index, { align: "nearest" });
    },
    [rows, listRef],
  );
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!(event.target instanceof HTMLElement) || event.target.dataset["row"] === undefined) return;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter") {
      event.preventDefault();
      return openRowMenu(event.target);
    }
    const index = rows.findIndex(({ key }) => key === findRowKey(event.target));
    const next = rows[getTargetIndex(event.key, index, rows.length - 1) ?? -1];
    if (!next) return;
    event.preventDefault();
    focusRow(next.key);
  };
  const onFocus = (event: FocusEvent): void => {
    const key = findRowKey(event.target);
    setFocusedKey(key);
    if (key !== undefined) setStopKey(key);
  };
  const onBlur = (event: FocusEvent): void => {
    if (!event.currentTarget.contains(event.relatedTarget)) setFocusedKey(undefined);
  };
  const isThere = stopKey !== undefined && rows.some(({ key }) => key === stopKey);
  return {
    tabStopKey: isThere ? stopKey : rows.at(-1)?.key,
    focusedKey,
    focusRow,
    handlers: { onFocus, onBlur, onKeyDown },
  };
};
