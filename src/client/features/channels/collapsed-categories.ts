import { useSyncExternalStore } from "react";

import { createStored } from "#client/lib/storage.ts";
import type { ChannelId } from "#shared/ids.ts";

/** More categories than anyone folds away; the oldest choice is forgotten first. */
const maxRemembered = 500;

const stored = createStored<readonly string[]>({
  key: "collapsed-categories",
  parse: (value) => (Array.isArray(value) ? value.filter((id) => typeof id === "string") : undefined),
  fallback: [],
});

/** Which categories this browser shows folded. */
export const useCollapsed = (): {
  isCollapsed: (id: ChannelId) => boolean;
  toggle: (id: ChannelId) => void;
} => {
  const ids = useSyncExternalStore(stored.subscribe, stored.get);
  return {
    isCollapsed: (id) => ids.includes(id),
    toggle: (id) => {
      const others = ids.filter((other) => other !== id);
      stored.set(others.length < ids.length ? others : [...others, id].slice(-maxRemembered));
    },
  };
};
