import { useEffect, useState } from "react";

/** Whole seconds until the moment, 0 when it has passed; renders again as they go by. */
export const useCountdown = (untilMs: number | undefined): number => {
  const [nowMs, setNowMs] = useState(Date.now);
  const isOver = untilMs === undefined || nowMs >= untilMs;
  useEffect(() => {
    if (untilMs === undefined) return undefined;
    setNowMs(Date.now());
    if (isOver) return undefined;
    const timer = setInterval(() => setNowMs(Date.now()), 250);
    return () => clearInterval(timer);
  }, [untilMs, isOver]);
  return isOver ? 0 : Math.ceil((untilMs - nowMs) / 1_000);
};
