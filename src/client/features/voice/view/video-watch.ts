/** Which videos are in view and how large, told in one go: everything else pauses at the server. */
import type { ConsumerId } from "#shared/ids.ts";

export interface WatchedVideo {
  consumerId: ConsumerId;
  widthPx: number;
}

export interface VideoWatch {
  /** Undefined: out of view. */
  set: (consumerId: ConsumerId, widthPx: number | undefined) => void;
  /** While the whole page is out of view, nothing is watched. */
  setPageHidden: (isHidden: boolean) => void;
}

/** Tells at most once for all that changes at a time, and never the same twice in a row. */
export const createVideoWatch = (tell: (videos: readonly WatchedVideo[]) => void): VideoWatch => {
  const widths = new Map<ConsumerId, number>();
  let isPageHidden = false;
  let isDue = false;
  let told = "[]";
  const tellNow = (): void => {
    isDue = false;
    const videos = isPageHidden
      ? []
      : [...widths].map(([consumerId, widthPx]): WatchedVideo => ({ consumerId, widthPx }));
    const text = JSON.stringify(videos);
    if (text === told) return;
    told = text;
    tell(videos);
  };
  const tellSoon = (): void => {
    if (isDue) return;
    isDue = true;
    queueMicrotask(tellNow);
  };
  return {
    set: (consumerId, widthPx) => {
      if (widthPx === undefined) widths.delete(consumerId);
      else widths.set(consumerId, Math.round(widthPx));
      tellSoon();
    },
    setPageHidden: (isHidden) => {
      isPageHidden = isHidden;
      tellSoon();
    },
  };
};
