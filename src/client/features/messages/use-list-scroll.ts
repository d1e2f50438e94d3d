import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";
import type { VirtualizerHandle } from "virtua";

import type { ListEntry } from "./list-entries.ts";
import type { ShownWindow } from "./shown-window.ts";
import type { Jump } from "./use-jump.ts";

/** So near to the end counts as being there: browsers round, and a finger is not exact. */
const bottomSlackPx = 24;
/** So near to an end the next page is asked for: about a screen before it is needed. */
const loadWithinPx = 900;
const highlightMs = 2_400;

interface Options {
  listRef: RefObject<VirtualizerHandle | null>;
  shown: ShownWindow<ListEntry>;
  jump: Jump;
  /** Whether the end of the list is the newest message: elsewhere nobody stays at the end. */
  isAtNewest: boolean;
  onNearTop: () => void;
  onNearBottom: () => void;
}

export interface ListScroll {
  isAtBottom: boolean;
  /** The row that was jumped to, for a moment. */
  highlightedKey: string | undefined;
  onScroll: (offset: number) => void;
  /** Call when sizes may have changed. */
  keepPlace: () => void;
}

const findKey = (rows: readonly ListEntry[], jump: Jump): string | undefined =>
  jump.kind === "message"
    ? rows.find((entry) => entry.kind === "sent" && entry.message.id === jump.messageId)?.key
    : undefined;

/** Whether the reader is at the end, and stays there when something comes; others are left where they are. */
const useStickiness = ({ listRef, shown, isAtNewest }: Pick<Options, "listRef" | "shown" | "isAtNewest">) => {
  const isSticking = useRef(true);
  const lastOffset = useRef(0);
  const [isAtBottom, setIsAtBottom] = useState(true);
  const count = shown.rows.length;
  const keepPlace = useCallback(() => {
    if (isSticking.current && isAtNewest) listRef.current?.scrollToIndex(count - 1, { align: "end" });
  }, [listRef, count, isAtNewest]);
  const setSticking = useCallback((value: boolean) => {
    isSticking.current = value;
    setIsAtBottom(value);
  }, []);
  const follow = useCallback(
    (offset: number) => {
      const list = listRef.current;
      if (!list) return;
      const isDown = offset + list.viewportSize >= list.scrollSize - bottomSlackPx;
      // Only a move upwards lets go: what grows below the reader moves the end, not them.
      if (isDown) setSticking(true);
      else if (offset < lastOffset.current - 1) setSticking(false);
      lastOffset.current = offset;
    },
    [listRef, setSticking],
  );
  return { isAtBottom, keepPlace, setSticking, follow };
};

/** Moves the list: to its end at first, to what is jumped to, and asks for pages near its ends. */
export const useListScroll = (options: Options): ListScroll => {
  const { listRef, shown, jump, onNearTop, onNearBottom } = options;
  const { isAtBottom, keepPlace, setSticking, follow } = useStickiness(options);
  const [highlightedKey, setHighlightedKey] = useState<string>();
  const { rows, generation } = shown;

  const loadNear = useCallback(() => {
    const list = listRef.current;
    if (!list) return;
    if (list.scrollOffset < loadWithinPx) onNearTop();
    if (list.scrollOffset + list.viewportSize > list.scrollSize - loadWithinPx) onNearBottom();
  }, [listRef, onNearTop, onNearBottom]);
  useLayoutEffect(keepPlace, [keepPlace, rows, generation]);
  useEffect(loadNear, [loadNear, rows]);

  const latestRows = useRef(rows);
  useLayoutEffect(() => {
    latestRows.current = rows;
  });
  useLayoutEffect(() => {
    if (jump.kind === "newest") {
      setSticking(true);
      listRef.current?.scrollToIndex(latestRows.current.length - 1, { align: "end" });
    }
    const key = findKey(latestRows.current, jump);
    if (key === undefined) return undefined;
    setSticking(false);
    listRef.current?.scrollToIndex(
      latestRows.current.findIndex((entry) => entry.key === key),
      { align: "center" },
    );
    setHighlightedKey(key);
    const timer = setTimeout(() => setHighlightedKey(undefined), highlightMs);
    return () => clearTimeout(timer);
  }, [listRef, jump, setSticking]);

  const onScroll = useCallback(
    (offset: number) => {
      follow(offset);
      loadNear();
    },
    [follow, loadNear],
  );
  return { isAtBottom, highlightedKey, onScroll, keepPlace };
};
