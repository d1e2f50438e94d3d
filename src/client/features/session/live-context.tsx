/** What keeps the screens true and sends what is typed: one of each for the page. */
import { createContext, useContext } from "react";

import type { Outbox, TypingSender } from "#sdk/index.ts";
import type { LiveQueryCache } from "#sdk/query-cache/index.ts";

export interface Live {
  cache: LiveQueryCache;
  outbox: Outbox;
  typing: TypingSender;
}

const LiveContext = createContext<Live | null>(null);

export const LiveProvider = LiveContext.Provider;

const useLive = (): Live => {
  const live = useContext(LiveContext);
  if (!live) throw new Error("useLive needs a LiveProvider above it");
  return live;
};

export const useLiveCache = (): LiveQueryCache => useLive().cache;
export const useOutbox = (): Outbox => useLive().outbox;
export const useTypingSender = (): TypingSender => useLive().typing;
