import { ArrowUp, Check } from "lucide-react";
import { useCallback, useState, type RefObject } from "react";
import type { VirtualizerHandle } from "virtua";

import { Button } from "#client/ui/button.tsx";

import type { ListEntry, ReadMark } from "./list-entries.ts";
import styles from "./message-list.module.css";

/** Where what is new begins, as seen from the rows on the screen. */
type Place = "unknown" | "above" | "reached";

/** Whether what is new begins above what the reader has seen of it. Call `look` when the list has moved. */
export const useIsNewAbove = (
  listRef: RefObject<VirtualizerHandle | null>,
  rows: readonly ListEntry[],
  readMark: ReadMark | undefined,
): { isNewAbove: boolean; look: () => void } => {
  const [known, setKnown] = useState<{ mark: ReadMark | undefined; place: Place }>();
  const look = useCallback(() => {
    const list = listRef.current;
    if (!list || !readMark) return;
    const index = rows.findIndex((row) => row.kind !== "top" && row.isFirstNew);
    const place = index >= list.findItemIndex(list.scrollOffset) ? "reached" : "above";
    setKnown((before) => {
      const isSame = before?.mark === readMark;
      // Once seen, it is not above any more, wherever the reader goes.
      return isSame && (before.place === "reached" || before.place === place)
        ? before
        : { mark: readMark, place };
    });
  }, [listRef, rows, readMark]);
  const isNewAbove = readMark !== undefined && known?.mark === readMark && known.place === "above";
  return { isNewAbove, look };
};

export type UnreadBarProps = {
  /** Left out where it is not known to what one would go. */
  onGo: (() => void) | undefined;
  onMarkRead: () => void;
};

/** Tells of what is new and out of sight, and leads there. */
export const UnreadBar = ({ onGo, onMarkRead }: UnreadBarProps) => (
  <div className={styles.unread}>
    <span className={styles.unreadWords}>New messages above</span>
    {onGo && (
      <Button size="small" variant="ghost" icon={<ArrowUp />} onClick={onGo}>
        Go there
      </Button>
    )}
    <Button size="small" variant="ghost" icon={<Check />} onClick={onMarkRead}>
      Mark as read
    </Button>
  </div>
);
