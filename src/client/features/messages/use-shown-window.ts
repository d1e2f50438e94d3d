import { useLayoutEffect, useState } from "react";

import type { ListEntry } from "./list-entries.ts";
import { createWindow, moveWindow, settleWindow, type ShownWindow } from "./shown-window.ts";

/**
 * The rows to draw now on the way to `entries`; both steps are done before anything is painted. `getTopIndex` tells which
 * row is at the upper edge of what the reader sees.
 */
export const useShownWindow = (
  entries: readonly ListEntry[],
  getTopIndex: () => number,
): ShownWindow<ListEntry> => {
  const [known, setKnown] = useState(() => createWindow(entries));
  const isMoving = known.target !== entries;
  const shown = isMoving ? moveWindow(known, entries, getTopIndex()) : known;
  if (isMoving) setKnown(shown);
  const isSettled = settleWindow(shown) === shown;
  useLayoutEffect(() => {
    // oxlint-disable-next-line react/set-state-in-effect -- the list must have drawn the first step before the second
    if (!isSettled) setKnown(settleWindow);
  }, [isSettled]);
  return shown;
};
