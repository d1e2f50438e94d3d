import { useLayoutEffect, useState, type RefObject } from "react";
import type { VirtualizerHandle } from "virtua";

import type { ListEntry } from "./list-entries.ts";
import { createWindow, moveWindow, settleWindow, type ShownWindow } from "./shown-window.ts";

/** The rows to draw now on the way to `entries`; both steps are done before anything is painted. */
export const useShownWindow = (
  entries: readonly ListEntry[],
  handle: RefObject<VirtualizerHandle | null>,
): ShownWindow<ListEntry> => {
  const [known, setKnown] = useState(() => createWindow(entries));
  let shown = known;
  if (known.target !== entries) {
    const list = handle.current;
    shown = moveWindow(known, entries, list ? list.findItemIndex(list.scrollOffset) : 0);
    setKnown(shown);
  }
  useLayoutEffect(() => setKnown(settleWindow), [shown]);
  return shown;
};
