import { createContext, useContext, useEffect, useMemo, type RefObject } from "react";

import type { ConsumerId } from "#shared/ids.ts";

import { useVoiceEngine } from "../voice-context.tsx";
import { createVideoWatch, type VideoWatch } from "./video-watch.ts";

const WatchContext = createContext<VideoWatch | null>(null);

export const WatchProvider = WatchContext.Provider;

/** For the whole view; when it goes, nothing is watched any more. */
export const useVideoWatch = (): VideoWatch => {
  const engine = useVoiceEngine();
  const watch = useMemo(() => createVideoWatch((videos) => engine?.call.watch(videos)), [engine]);
  useEffect(() => {
    const follow = (): void => watch.setPageHidden(document.visibilityState === "hidden");
    follow();
    document.addEventListener("visibilitychange", follow);
    return () => {
      document.removeEventListener("visibilitychange", follow);
      watch.setPageHidden(true);
    };
  }, [watch]);
  return watch;
};

/** Follows whether and how large the element shows the consumer's video. */
export const useWatched = (consumerId: ConsumerId | null, element: RefObject<HTMLElement | null>): void => {
  const watch = useContext(WatchContext);
  useEffect(() => {
    const shown = element.current;
    if (!watch || consumerId === null || !shown) return undefined;
    let isInView = false;
    const follow = (): void => {
      const widthPx = shown.clientWidth * window.devicePixelRatio;
      watch.set(consumerId, isInView && widthPx > 0 ? widthPx : undefined);
    };
    const sight = new IntersectionObserver((entries) => {
      isInView = entries.at(-1)?.isIntersecting ?? false;
      follow();
    });
    const size = new ResizeObserver(follow);
    sight.observe(shown);
    size.observe(shown);
    return () => {
      sight.disconnect();
      size.disconnect();
      watch.set(consumerId, undefined);
    };
  }, [watch, consumerId, element]);
};
