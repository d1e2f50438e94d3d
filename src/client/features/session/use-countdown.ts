import { useCallback, useSyncExternalStore } from "react";

/** Often enough that no second is skipped. */
const tickMs = 250;

/** Whole seconds until the moment, 0 when it has passed; renders again as they go by. */
export const useCountdown = (untilMs: number | undefined): number => {
  const subscribe = useCallback(
    (onTick: () => void) => {
      if (untilMs === undefined) return () => undefined;
      const timer = setInterval(onTick, tickMs);
      return () => clearInterval(timer);
    },
    [untilMs],
  );
  return useSyncExternalStore(subscribe, () =>
    untilMs === undefined ? 0 : Math.max(0, Math.ceil((untilMs - Date.now()) / 1_000)),
  );
};
