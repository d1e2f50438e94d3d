/** The one client of this page, for every screen. */
import { createContext, useContext, useSyncExternalStore } from "react";
import type { ReadableState, SessionState, TogetherClient } from "#sdk/index.ts";

const TogetherContext = createContext<TogetherClient | null>(null);

export const TogetherProvider = TogetherContext.Provider;

export const useTogether = (): TogetherClient => {
  const client = useContext(TogetherContext);
  if (!client) throw new Error("useTogether needs a TogetherProvider above it");
  return client;
};

export const useReadable = <T,>(readable: ReadableState<T>): T =>
  useSyncExternalStore(readable.subscribe, readable.get);

export const useSessionState = (): SessionState => useReadable(useTogether().session.state);
